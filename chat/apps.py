"""The chat app."""

from django.apps import AppConfig


class ChatConfig(AppConfig):
    """Registers itself with the base when the site starts."""

    name = "chat"

    def ready(self) -> None:
        """Register what pages show and what sockets understand."""
        from chat import sections

        sections.register()
