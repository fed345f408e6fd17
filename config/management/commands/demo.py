"""`demo`: loads the demo alliance, for trying the site and for developing it."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import demo
from config.demo.loader import load


class Command(BaseCommand):
    """Loads the demo; a second run adds nothing and leaves what people changed since."""

    help = "Load the demo alliance. Refuses where DEBUG is off, as everybody knows the password of its accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        parser.add_argument("--force", action="store_true", help="load it even where DEBUG is off")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        if not (settings.DEBUG or options["force"]):
            raise CommandError(
                "The demo alliance is for development: its accounts have a password that everybody knows. "
                "DEBUG is off here, so nothing was loaded. Use --force to load it all the same."
            )
        made = {what: count for what, count in load().items() if count}
        if made:
            self.stdout.write("Loaded: " + ", ".join(f"{count} {what}" for what, count in made.items()) + ".")
        else:
            self.stdout.write("The demo alliance was already here; nothing was changed.")
        self.stdout.write(demo.accounts())
