"""`extract_texts`: has the text of files read again, after an upgrade of what reads it."""

import io
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count

from community.extraction.launcher import run_confined
from community.models import FileText, TextOutbox
from community.texts import queue_texts, read_due


class Command(BaseCommand):
    """Puts files in the outbox that the worker drains; searches go on in what was read before."""

    help = "Have the text of files read again: of those that were read by an older version, or never."

    def add_arguments(self, parser: CommandParser) -> None:
        """The options of the command."""
        parser.add_argument("--all", action="store_true", help="of all files")
        parser.add_argument("--now", action="store_true", help="read them here, instead of leaving it to the worker")
        parser.add_argument("--check", action="store_true", help="only say which walls stand around the reading here")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        if options["check"]:
            self._check()
            return
        self.stdout.write(f"Queued {queue_texts(everything=options['all'])} files.")
        if options["now"]:
            while read_due():
                pass
        states = FileText.objects.values_list("state").annotate(count=Count("pk")).order_by("state")
        self.stdout.write(", ".join(f"{state}: {count}" for state, count in states) or "There are no files.")
        self.stdout.write(f"{TextOutbox.objects.count()} files are yet to be read.")

    def _check(self) -> None:
        answer = run_confined(io.BytesIO(b"text"), "text")
        if answer.end:
            raise CommandError(f"No file can be read here: {answer.end}.")
        for wall in ("limits", "network", "calls"):
            self.stdout.write(f"{wall}: {'yes' if wall in answer.walls else 'not on this machine'}")
