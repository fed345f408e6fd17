"""Jobs for when nobody writes: merging what many commits left behind, and comparing the index with the database."""

import logging
import time
from dataclasses import dataclass

from django.db import transaction

from search import documents, drift
from search.backends.base import IndexUnavailableError, WriterBusyError
from search.index import backend, following
from search.indexer import rebuild
from search.models import SearchOutbox

logger = logging.getLogger(__name__)

QUIET = 30.0  # seconds without a change of the index after which a merge of some seconds harms nobody


@dataclass
class _Seen:
    """What earlier turns saw: the generation and since when, and a difference that building anew did not mend."""

    generation: str = ""
    since: float = 0.0
    lasting: tuple[int, int] | None = None


_seen = _Seen()


def settle() -> int:
    """Merge, once the index has not changed for a while. The job of the worker; how many documents were rewritten."""
    generation, now = backend().generation(), time.monotonic()
    if generation != _seen.generation:
        _seen.generation, _seen.since = generation, now
    if now - _seen.since < QUIET or SearchOutbox.objects.exists():
        return 0
    try:
        with following():
            if not backend().health().is_ok or drift.has_drifted():
                return 0
            if rewritten := backend().settle():
                drift.remember()
            return rewritten
    except (WriterBusyError, IndexUnavailableError):
        return 0


def compare() -> int:
    """Count the documents of the index and of the database; build anew where they differ. The job of the worker.

    What is being written meanwhile is not counted as a difference, and one that building does not mend is logged once.
    """
    if not backend().health().is_ok:
        return 0
    counts = _counts()
    if counts is None or counts[0] == counts[1] or counts == _seen.lasting:
        return 0
    logger.error("The search index holds %s documents and the database %s: it is built anew.", *counts)
    try:
        with transaction.atomic():
            drift.distrust()
        rebuilt = rebuild(patience=0.0)
    except WriterBusyError:
        return 0
    after = _counts()
    _seen.lasting = after if after and after[0] != after[1] else None
    return rebuilt if _seen.lasting is None else 0


def _counts() -> tuple[int, int] | None:
    """Documents in the index and in the database; None while something is being written."""
    before = backend().generation()
    counts = backend().status().documents, documents.count()
    is_still = not SearchOutbox.objects.exists() and backend().generation() == before
    return counts if is_still else None
