"""What the search app keeps: what is not in the index yet, how that is built, and the searches of people."""

from search.models.building import IndexBuild, IndexerTurn
from search.models.kept import Alert, NoSearchHistory, RecentSearch, SavedSearch
from search.models.outbox import SearchOutbox

__all__ = ["Alert", "IndexBuild", "IndexerTurn", "NoSearchHistory", "RecentSearch", "SavedSearch", "SearchOutbox"]
