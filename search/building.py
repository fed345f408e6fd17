"""Tells of the building of an index while it goes on: a row that the page of administrators shows."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.utils import timezone

from search import documents
from search.models import IndexBuild
from search.models.building import MOST_KEPT

Progress = Callable[[int], None]
EVERY = 1.0  # seconds between what is told


@contextmanager
def told_of(progress: Progress | None = None) -> Iterator[Progress]:
    """Keep a row of what is built inside; gives what to call with the number of documents so far.

    Whoever builds holds the lock of search/index.py: what else was begun and has no end will not get one any more.
    """
    now = timezone.now()
    open_ones = IndexBuild.objects.filter(ended_at=None)
    open_ones.exclude(started_at=None).update(ended_at=now, error="Interrupted")
    build = open_ones.order_by("pk").first() or IndexBuild(asked_at=now)
    build.started_at = build.seen_at = now
    build.expected = documents.count()
    build.save()
    teller = _Teller(build, progress)
    try:
        yield teller
    except BaseException as error:
        _end(build, teller.count, type(error).__name__)
        raise
    _end(build, teller.count, "")
    kept = IndexBuild.objects.values_list("pk", flat=True)[:MOST_KEPT]
    IndexBuild.objects.exclude(pk__in=list(kept)).delete()


class _Teller:
    """Writes down how far it is, about once a second."""

    def __init__(self, build: IndexBuild, progress: Progress | None) -> None:
        self.build, self.progress = build, progress
        self.count, self.told_at = 0, time.monotonic()

    def __call__(self, count: int) -> None:
        self.count = count
        if self.progress:
            self.progress(count)
        if time.monotonic() - self.told_at >= EVERY:
            self.told_at = time.monotonic()
            IndexBuild.objects.filter(pk=self.build.pk).update(indexed=count, seen_at=timezone.now())


def _end(build: IndexBuild, count: int, error: str) -> None:
    now = timezone.now()
    IndexBuild.objects.filter(pk=build.pk).update(indexed=count, ended_at=now, seen_at=now, error=error[:100])
