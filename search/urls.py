"""The addresses of the search app."""

from django.urls import URLPattern, URLResolver, path

from search.views import index, kept, lexicon, offers, places, results, suggestions, visits, wishes

urlpatterns: list[URLPattern | URLResolver] = [
    path("search/", results.show_results, name="search"),
    path("search/suggestions/", suggestions.show_suggestions, name="suggestions"),
    path("search/visits/", visits.note_visit, name="visits"),
    path("search/saved/", kept.show_saved_searches, name="saved_searches"),
    path("search/saved/<int:pk>/", kept.change_saved_search, name="saved_search"),
    path("search/saved/<int:pk>/removal/", kept.remove_saved_search, name="saved_search_removal"),
    path("search/recent/removal/", kept.erase_recent_searches, name="recent_searches_removal"),
    path("search/recent/<int:pk>/removal/", kept.erase_recent_search, name="recent_search_removal"),
    path("search/history/", kept.change_history, name="search_history"),
    path("search/index/", index.show_index, name="search_index"),
    path("search/index/builds/", index.ask_for_build, name="index_builds"),
    path("search/beyond/", offers.show_beyond, name="beyond"),
    path("search/report/", wishes.show_report, name="search_report"),
    path("wishes/", wishes.show_wishes, name="wishes"),
    path("wishes/<int:pk>/pickup/", wishes.pick_up, name="wish_pickup"),
    path("wishes/<int:pk>/release/", wishes.let_go, name="wish_release"),
    path("wishes/<int:pk>/removal/", wishes.remove, name="wish_removal"),
    path("go/", places.show_places, name="go"),
    path("go/suggestions/", places.show_place_suggestions, name="go_suggestions"),
    path("search/words/", lexicon.show_lexicon, name="lexicon"),
    path("search/words/new/", lexicon.add_entry, name="lexicon_new"),
    path("search/words/off/", lexicon.switch_off, name="lexicon_off"),
    path("search/words/<int:pk>/", lexicon.change_entry, name="lexicon_entry"),
    path("search/words/<int:pk>/removal/", lexicon.remove_entry, name="lexicon_removal"),
]
