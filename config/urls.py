"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from community.views.pages import open_page
from community.views.site import to_our_login

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("accessibility/", open_page("pages/accessibility.html"), name="accessibility"),
    path("privacy/", open_page("pages/privacy.html"), name="privacy"),
    path("labels/", open_page("pages/labels.html"), name="labels"),
    path("", include("community.urls")),
    path("", include("forums.urls")),
    path("", include("chat.urls")),
    path("", include("search.urls")),
    # Its own login page knows no rate limits and no second step.
    path("django-admin/login/", to_our_login, name="admin_login"),
    path("django-admin/", admin.site.urls),
]

handler400 = "community.views.errors.bad_request"
handler403 = "community.views.errors.forbidden"
handler404 = "community.views.errors.not_found"
handler500 = "community.views.errors.server_error"
