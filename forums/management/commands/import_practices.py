"""Imports practices from JSON Lines or from a folder of Markdown."""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from forums.actions.importing import PRACTICES_IN_BATCH, Destination, import_practices
from forums.importing.records import PracticeRecord, read_practice
from forums.management.import_command import ImportCommand


class Command(ImportCommand):
    """Takes over documents as published practices. Importing again touches only what changed at the source."""

    help = "Import practices. Exit code: 0 all taken over, 3 some skipped (each is named), 1 a mistake in the command."
    noun = "practice"
    in_batch = PRACTICES_IN_BATCH

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The theme comes on top."""
        super().add_arguments(parser)
        parser.add_argument("--theme", metavar="SLUG", help="for what is new; the community's theme otherwise")

    def read(self, raw: Mapping[str, Any]) -> PracticeRecord:
        """A practice from its fields."""
        return read_practice(raw)

    def write(self, to: Destination, records: Sequence[PracticeRecord]) -> Counter[str]:
        """Take these practices over."""
        return import_practices(to=to, records=records)
