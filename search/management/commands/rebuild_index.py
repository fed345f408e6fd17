"""`rebuild_index`: a new search index from the database, beside the old one until it is ready."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import documents
from search.backends.base import WriterBusyError
from search.indexer import rebuild


class Command(BaseCommand):
    """Searches go on in the old index meanwhile, and what changes meanwhile is followed afterwards."""

    help = "Build the search index anew from the database; searches go on in the old one meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        self.total, self.started = documents.count(), time.monotonic()
        try:
            count = rebuild(self._show)
        except WriterBusyError as error:
            raise CommandError(f"{error} Try again when it is done.") from error
        if self.stderr.isatty():
            self.stderr.write("")
        seconds = time.monotonic() - self.started
        self.stdout.write(f"Indexed {count} documents in {seconds:.1f} s ({count / max(seconds, 0.001):.0f} a second).")

    def _show(self, done: int) -> None:
        """On a terminal one line that changes; elsewhere nothing but the end."""
        rate = done / max(time.monotonic() - self.started, 0.001)
        if self.stderr.isatty() and rate:
            left = max(self.total - done, 0) / rate
            line = f"\r{done} of {self.total} documents, {rate:.0f} a second, {left:.0f} s left   "
            self.stderr.write(line, ending="")
            self.stderr.flush()
