"""The addresses of the search app."""

from django.urls import URLPattern, URLResolver, path

from search import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("search/", views.show_results, name="search"),
]
