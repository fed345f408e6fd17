"""What the search app keeps: how far the index is and where, what people search, and words."""

from search.models.building import IndexBuild, IndexerTurn
from search.models.index import SearchIndex
from search.models.kept import Alert, NoSearchHistory, RecentSearch, SavedSearch
from search.models.lexicon import LexiconEntry
from search.models.mark import IndexMark
from search.models.offers import OfferedWord, OfferSeen
from search.models.outbox import SearchOutbox
from search.models.questions import Question, Wish

__all__ = [
    "Alert",
    "IndexBuild",
    "IndexMark",
    "IndexerTurn",
    "LexiconEntry",
    "NoSearchHistory",
    "OfferSeen",
    "OfferedWord",
    "Question",
    "RecentSearch",
    "SavedSearch",
    "SearchIndex",
    "SearchOutbox",
    "Wish",
]
