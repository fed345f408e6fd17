"""The search app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Registers itself with the base when the site starts."""

    name = "search"

    def ready(self) -> None:
        """Listen to what changes, and let the worker follow it into the index."""
        from django.conf import settings

        from community import registry
        from community.emails import register_mail
        from community.health import register_check
        from community.jobs import Job, register_job
        from search import alerts, gaps, offers, receivers, sections  # noqa: F401 - receivers connect themselves
        from search.indexer import keeps_up
        from search.turns import take_turn
        from search.upkeep import compare, settle

        sections.register()
        # A commit to Whoosh costs so much that it waits for others to share it; one to PostgreSQL costs its own rows.
        register_job(Job("index", take_turn, every=0.1 if settings.SEARCH_BACKEND == "postgres" else 1.0))
        register_job(Job("index merges", settle, every=15))
        register_job(Job("index counts", compare, every=600))
        register_job(Job("search alerts", alerts.send_alerts, every=60))
        register_job(Job("wishes", gaps.gather_wishes, every=3600))
        register_job(Job("offers", offers.collect_words, every=600))
        registry.add_section(registry.Section("demand", 90, "search/_demand.html", offers.demand))
        register_mail(alerts.KIND, alerts.about_news, "search/email/news.txt")
        register_check("index", keeps_up)
