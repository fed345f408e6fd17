"""Follows the outbox into the index, and builds the index anew. Whoever does so holds the lock of search/index.py.

Each turn reads how things are now, commits that to the index, and only then removes the outbox rows that it read:
stopped in between, the next turn does the same again, which changes nothing. Rows that were written meanwhile stay.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chat.models import Message
from forums.models import Attachment, Post
from search import documents, drift
from search.backends.base import Document, IndexUnavailableError, WriterBusyError
from search.building import told_of
from search.index import backend, following
from search.models import SearchOutbox

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 200  # a few seconds at most, so that an indexer that is stopped again and again still gets on
DOCUMENTS_AT_ONCE = 1000
LONGEST_LAG = 300.0  # seconds; a working indexer is never this far behind but in a large import
PAUSE_AFTER_FAILURE = 60.0  # seconds before an index that could not be built is tried again
WHOSE = {"author__in": "person", "author__organisation__in": "organisation", "community__in": "community"}
# What is to be looked at again when a whole changed: its kind, that of its part, all such parts, where they name it.
PARTS: tuple[tuple[str, str, QuerySet[Any], str], ...] = (
    ("thread", "post", Post.objects.all(), "thread"),
    ("room", "message", Message.objects.all(), "room"),
    ("practice", "attachment", Attachment.objects.all(), "practice"),
    ("post", "attachment", Attachment.objects.all(), "post"),
    ("thread", "attachment", Attachment.objects.all(), "post__thread"),
)
Keys = dict[str, set[int]]
Progress = Callable[[int], None]


@dataclass
class _Attempts:
    """When building failed last, so that a full disk does not keep a processor busy."""

    not_before: float = 0.0


_attempts = _Attempts()


def drain() -> int:
    """Let the index follow the oldest changes; how many rows were done. The job of the worker."""
    if not SearchOutbox.objects.due().exists() and backend().health().is_ok and not drift.has_drifted():
        return 0
    try:
        with following():
            if not backend().health().is_ok:
                return _build_anew()
            if drift.has_drifted():
                logger.error("The search index is not as it was left: it is built anew.")
                drift.distrust()
                return _build_anew()
            rows = list(SearchOutbox.objects.due()[:ROWS_AT_ONCE])
            return _follow(rows) if rows else 0
    except WriterBusyError:
        return 0  # a rebuild; what changed meanwhile waits in the outbox
    except IndexUnavailableError:
        logger.warning("The search index went away; it is built anew at the next turn.")
        return 0


def _build_anew() -> int:
    if time.monotonic() < _attempts.not_before:
        return 0
    logger.info("Building the search index anew.")
    try:
        return _rebuild(None)
    except Exception:
        _attempts.not_before = time.monotonic() + PAUSE_AFTER_FAILURE
        raise


def _follow(rows: Sequence[SearchOutbox]) -> int:
    """Bring the things of these rows up to date. A thing that cannot be indexed keeps no other waiting."""
    try:
        _index(keys_of(rows))
    except (WriterBusyError, IndexUnavailableError):
        raise
    except Exception as error:
        if len(rows) == 1:
            logger.exception("%s could not be indexed.", rows[0])
            rows[0].back_off(type(error).__name__)  # without the text, which may quote content
            return 0
        half = len(rows) // 2
        return _follow(rows[:half]) + _follow(rows[half:])
    with transaction.atomic():
        # By their keys: a later change of the same thing has a later row, which stays.
        SearchOutbox.objects.filter(pk__in=[row.pk for row in rows]).delete()
        drift.remember()
    return len(rows)


def _index(keys: Keys) -> None:
    wanted = ((kind, pk) for kind, pks in sorted(keys.items()) for pk in sorted(pks))
    while some := list(islice(wanted, DOCUMENTS_AT_ONCE)):
        found = {document.key: document for document in _documents(some)}
        gone = {f"{kind}:{pk}" for kind, pk in some} - found.keys()
        backend().apply(found.values(), gone)


def _documents(keys: Iterable[tuple[str, int]]) -> Iterator[Document]:
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for kind, pk in keys:
        by_kind[kind].append(pk)
    for kind, pks in by_kind.items():
        yield from documents.documents_of(kind, pks)


def keys_of(rows: Iterable[SearchOutbox]) -> Keys:
    """The things that these rows are about.

    A thread's are also about its posts and a post's about its thread (which it opens, or answers), a room's about its
    messages, those of what has files about its files, and those of an author, an organisation or a community about all
    their work.
    """
    changed: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        changed[row.kind].add(row.object_pk)
    keys: Keys = {name: set(changed[name]) for name in documents.KINDS}
    if changed["post"]:
        keys["thread"].update(Post.objects.filter(pk__in=changed["post"]).values_list("thread", flat=True))
    for whole, part, parts, place in PARTS:
        if changed[whole]:
            keys[part].update(parts.filter(**{f"{place}__in": changed[whole]}).values_list("pk", flat=True))
    for whose, kind in WHOSE.items():
        if changed[kind]:
            for name, found in documents.KINDS.items():
                keys[name].update(found.rows().filter(**{whose: changed[kind]}).values_list("pk", flat=True))
    return keys


def rebuild(progress: Progress | None = None, patience: float = 30.0) -> int:
    """Build a new index from the database beside the old one, and swap; how many documents it holds.

    Waits `patience` seconds for another writer. Raises WriterBusyError.
    """
    with following(patience):
        return _rebuild(progress)


def _rebuild(progress: Progress | None) -> int:
    """Rows from before the start are done with it: what they tell of is read after them."""
    before = list(SearchOutbox.objects.values_list("pk", flat=True))
    with told_of(progress) as tell:
        count = backend().rebuild(documents.everything(), progress=tell)
    with transaction.atomic():
        for start in range(0, len(before), ROWS_AT_ONCE):
            SearchOutbox.objects.filter(pk__in=before[start : start + ROWS_AT_ONCE]).delete()
        drift.remember()
    return count


@dataclass(frozen=True)
class Lag:
    """How far the index is behind: rows to do, the age of the oldest in seconds, and rows that failed before."""

    rows: int
    seconds: float
    failing: int


def keeps_up() -> bool:
    """Whether the index is no further behind than a working indexer ever is, but in a large import."""
    return lag().seconds <= LONGEST_LAG


def lag() -> Lag:
    """How far the index is behind now."""
    rows = SearchOutbox.objects.all()
    oldest = rows.order_by("created_at").values_list("created_at", flat=True).first()
    seconds = (timezone.now() - oldest).total_seconds() if oldest else 0.0
    return Lag(rows=rows.count(), seconds=max(seconds, 0.0), failing=rows.failing().count())
