"""Imports threads with their posts from JSON Lines."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from forums.actions.importing import THREADS_IN_BATCH, Destination, import_threads
from forums.importing.records import ThreadRecord, read_thread
from forums.management.import_command import ImportCommand


class Command(ImportCommand):
    """Takes over threads. Their authors become inactive people who cannot log in or be reached."""

    help = "Import threads. Exit code: 0 all taken over, 3 some skipped (each is named), 1 a mistake in the command."
    noun = "thread"
    in_batch = THREADS_IN_BATCH

    def read(self, raw: Mapping[str, Any]) -> ThreadRecord:
        """A thread from its fields."""
        return read_thread(raw)

    def write(self, to: Destination, records: Sequence[ThreadRecord]) -> Counter[str]:
        """Take these threads over."""
        return import_threads(to=to, records=records)
