"""The addresses of the search app."""

from django.urls import URLPattern, URLResolver, path

from search.views import places, results, suggestions

urlpatterns: list[URLPattern | URLResolver] = [
    path("search/", results.show_results, name="search"),
    path("search/suggestions/", suggestions.show_suggestions, name="suggestions"),
    path("go/", places.show_places, name="go"),
    path("go/suggestions/", places.show_place_suggestions, name="go_suggestions"),
]
