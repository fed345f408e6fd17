"""What the search app keeps: the list of things that changed and are not in the index yet."""

from search.models.outbox import SearchOutbox

__all__ = ["SearchOutbox"]
