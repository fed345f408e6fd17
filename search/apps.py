"""The search app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Registers itself with the base when the site starts."""

    name = "search"

    def ready(self) -> None:
        """Listen to what changes, and let the worker follow it into the index."""
        from community.health import register_check
        from community.jobs import Job, register_job
        from search import receivers  # noqa: F401 - connects them
        from search.indexer import drain, keeps_up

        register_job(Job("index", drain, every=1))
        register_check("index", keeps_up)
