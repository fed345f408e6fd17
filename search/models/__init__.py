"""What the search app keeps: what is not in the index yet, and the searches of people."""

from search.models.kept import Alert, NoSearchHistory, RecentSearch, SavedSearch
from search.models.outbox import SearchOutbox

__all__ = ["Alert", "NoSearchHistory", "RecentSearch", "SavedSearch", "SearchOutbox"]
