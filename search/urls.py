"""The addresses of the search app."""

from django.urls import URLPattern, URLResolver, path

from search.views import results, suggestions

urlpatterns: list[URLPattern | URLResolver] = [
    path("search/", results.show_results, name="search"),
    path("search/suggestions/", suggestions.show_suggestions, name="suggestions"),
]
