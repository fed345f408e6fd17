"""What the search app keeps: what is not in the index yet, how that is built, and what people search."""

from search.models.building import IndexBuild, IndexerTurn
from search.models.kept import Alert, NoSearchHistory, RecentSearch, SavedSearch
from search.models.outbox import SearchOutbox
from search.models.questions import Question, Wish

__all__ = [
    "Alert",
    "IndexBuild",
    "IndexerTurn",
    "NoSearchHistory",
    "Question",
    "RecentSearch",
    "SavedSearch",
    "SearchOutbox",
    "Wish",
]
