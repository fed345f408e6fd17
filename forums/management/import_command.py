"""What the import commands share: options, batches, progress, and the report of what was skipped."""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar, TextIO, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DataError, IntegrityError
from django.http import Http404
from django.utils import translation

from community.models import Community, Label, Theme, User
from forums.actions.importing import UNCHANGED, Destination, choose_importer, finish_import, prepare_import
from forums.importing.reading import Item, read_source
from forums.importing.records import BadRecord
from forums.importing.report import Report

SOME_SKIPPED = 3


class ImportCommand(BaseCommand):
    """Imports records in batches. Ends with 0 when all were taken over, 3 when some were skipped, 1 for a mistake."""

    noun: ClassVar[str]
    in_batch: ClassVar[int]

    def read(self, raw: Mapping[str, Any]) -> Any:
        """A record from its fields. Raises BadRecord."""
        raise NotImplementedError

    def write(self, to: Destination, records: Sequence[Any]) -> Counter[str]:
        """Take these over in one transaction; how many were new, updated and unchanged."""
        raise NotImplementedError

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The options that every import has."""
        parser.add_argument("path", type=Path, help="JSON Lines (plain or gzipped), or a folder of Markdown files")
        parser.add_argument("--community", required=True, metavar="SLUG", help="the community that it goes to")
        parser.add_argument("--label", choices=Label.values, help="for what is new; the community's default otherwise")
        parser.add_argument("--as", dest="email", metavar="EMAIL", help="who imports; the community's owner otherwise")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the import."""
        with translation.override("en"):
            to = self._destination(options)
            report = Report(cast(TextIO, self.stderr._out))
            try:
                items = read_source(options["path"])
                first = next(items, None)
            except OSError as error:
                raise CommandError(f"{options['path']}: {error.strerror or error}") from error
            if first is None:
                raise CommandError(f"{options['path']}: nothing to import was found.")
            self._run(to, report, chain([first], items))
            finish_import(to=to, kind=self.noun, counts=report.counts)
        self.stdout.write(report.summary())
        if skipped := report.counts["skipped"]:
            raise CommandError(f"{skipped} of {report.counts.total()} records were skipped.", returncode=SOME_SKIPPED)

    def _destination(self, options: Mapping[str, Any]) -> Destination:
        try:
            community = Community.objects.select_related("theme").get(slug=options["community"])
            slug = options.get("theme")
            theme = Theme.objects.get(slug=slug) if slug else None
            email = options["email"]
            actor = User.objects.get_by_natural_key(email) if email else choose_importer(community=community)
            return prepare_import(actor=actor, community=community, label=options["label"], theme=theme)
        except (Community.DoesNotExist, Theme.DoesNotExist, User.DoesNotExist) as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except (Http404, PermissionDenied) as error:
            raise CommandError("This person may not import into this community.") from error

    def _run(self, to: Destination, report: Report, items: Iterator[Item]) -> None:
        batch: list[tuple[str, Any]] = []
        places: dict[str, str] = {}
        for item in items:
            if (record := self._read(item, places, report)) is not None:
                batch.append((item.place, record))
            if len(batch) == self.in_batch:
                self._write(to, batch, report)
                batch = []
            report.show(item.done)
        self._write(to, batch, report)

    def _read(self, item: Item, places: dict[str, str], report: Report) -> Any:
        try:
            if item.raw is None:
                raise BadRecord(item.problem)
            record = self.read(item.raw)
            if record.source_id in places:
                raise BadRecord(f"the id was used before: {places[record.source_id]}")
        except BadRecord as error:
            report.skip(item.place, str(error))
            return None
        places[record.source_id] = item.place
        return record

    def _write(self, to: Destination, batch: Sequence[tuple[str, Any]], report: Report) -> None:
        """Write a batch; where the database refuses it, write its records one by one to find the bad one."""
        if not batch:
            return
        try:
            outcome = self.write(to, [record for _place, record in batch])
        except (DataError, IntegrityError, ValidationError) as error:
            if len(batch) == 1:
                reason = " ".join(error.messages) if isinstance(error, ValidationError) else "the database refused it"
                report.skip(batch[0][0], reason)
                return
            for one in batch:
                self._write(to, [one], report)
            return
        report.counts.update(outcome)
        if outcome[UNCHANGED] < len(batch):
            for place, record in batch:
                for note in getattr(record, "notes", ()):
                    report.note(place, note)
