"""The addresses of the forums app: one list per noun."""

from django.urls import URLPattern, URLResolver, path

from forums.views import attachments as attachment_views
from forums.views import drafts as draft_views
from forums.views import moderation, practice_moderation, reading
from forums.views import posts as post_views
from forums.views import practices as practice_views
from forums.views import threads as thread_views

Addresses = list[URLPattern | URLResolver]

threads: Addresses = [
    path("communities/<slug:slug>/threads/", thread_views.show_threads, name="threads"),
    path("communities/<slug:slug>/threads/new/", thread_views.new_thread, name="thread_new"),
    path("threads/<int:pk>/", reading.show_thread, name="thread"),
    path("threads/<int:pk>/edit/", thread_views.edit_thread, name="thread_edit"),
    path("threads/<int:pk>/replies/", post_views.add_reply, name="replies"),
    path("threads/<int:pk>/posts/", reading.show_posts, name="posts"),
    path("threads/<int:pk>/unread/", reading.go_to_unread, name="unread"),
    path("threads/<int:pk>/read/", reading.read_thread, name="read"),
    path("threads/<int:pk>/lock/", moderation.lock, name="thread_lock"),
    path("threads/<int:pk>/pin/", moderation.pin, name="thread_pin"),
    path("threads/<int:pk>/hiding/", moderation.change_hiding, name="thread_hiding"),
    path("threads/<int:pk>/label/", moderation.change_label, name="thread_label"),
    path("posts/<int:pk>/", post_views.show_post, name="post"),
    path("posts/<int:pk>/edit/", post_views.change_post, name="post_edit"),
    path("posts/<int:pk>/hiding/", post_views.change_hiding, name="post_hiding"),
    path("preview/", draft_views.preview, name="preview"),
    path("drafts/", draft_views.drafts, name="drafts"),
    path("drafts/<int:pk>/removal/", draft_views.remove_draft, name="draft_removal"),
]

attachments: Addresses = [
    path("files/<uuid:uuid>/", attachment_views.show, name="attachment"),
    path("files/<uuid:uuid>/removal/", attachment_views.remove, name="attachment_removal"),
]

practices: Addresses = [
    path("practices/", practice_views.show_practices, name="practices"),
    path("practices/<int:pk>/", practice_views.show_practice, name="practice"),
    path("practices/<int:pk>/edit/", practice_views.change_practice, name="practice_edit"),
    path("practices/<int:pk>/publication/", practice_moderation.publish, name="practice_publication"),
    path("practices/<int:pk>/hiding/", practice_moderation.change_hiding, name="practice_hiding"),
    path("practices/<int:pk>/label/", practice_moderation.change_label, name="practice_label"),
    path("communities/<slug:slug>/practices/", practice_views.show_community_practices, name="community_practices"),
    path("communities/<slug:slug>/practices/new/", practice_views.new_practice, name="practice_new"),
]

urlpatterns: Addresses = [*threads, *attachments, *practices]
