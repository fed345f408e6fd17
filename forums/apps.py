"""The forums app."""

from django.apps import AppConfig


class ForumsConfig(AppConfig):
    """Registers itself with the base when the site starts."""

    name = "forums"

    def ready(self) -> None:
        """Register what the base and the worker do for this app."""
        from community.jobs import Job, register_job
        from forums import practice_sections, sections
        from forums.actions.attachments import clean_store

        sections.register()
        practice_sections.register()
        register_job(Job("files", clean_store, every=3600))
