"""The pages of the search app, a module per subject."""

from search.views.results import show_results

__all__ = ["show_results"]
