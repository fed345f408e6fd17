"""Filters and facets: which of the found documents are kept, and how many more each choice would keep."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from search.backends.base import FacetCount, Filters
from search.backends.whoosh.facts import to_microseconds
from search.backends.whoosh.postings import Ints
from search.backends.whoosh.snapshot import Mask, Snapshot

MAX_FACET_VALUES = 50
Facets = dict[str, tuple[FacetCount, ...]]


def narrow(snapshot: Snapshot, found: Ints, filters: Filters, facets: Iterable[str]) -> tuple[Mask, Facets]:
    """Which of the found documents the filters keep, and per facet how many of each value the other filters keep."""
    is_never, refused = _refused(snapshot, found, filters)
    kept = ~is_never
    for is_refused in refused.values():
        kept &= ~is_refused
    counts = {}
    for name in facets:
        counted = kept
        if name in refused:
            counted = ~is_never
            for other, is_refused in refused.items():
                if other != name:
                    counted &= ~is_refused
        counts[name] = _count(snapshot, name, found[counted])
    return kept, counts


def _refused(snapshot: Snapshot, found: Ints, filters: Filters) -> tuple[Mask, dict[str, Mask]]:
    """What is left out whatever else is chosen, and per choice what is outside its wanted values."""
    is_never = np.zeros(len(found), bool)
    written = snapshot.written[found] if filters.since or filters.until else np.empty(0, np.int64)
    if filters.since:
        is_never |= written < to_microseconds(filters.since.timestamp())
    if filters.until:
        is_never |= written >= to_microseconds(filters.until.timestamp())
    if len(written):
        is_never |= written == 0
    refused: dict[str, Mask] = {}
    for name, choice in filters.choices.items():
        if name not in snapshot.memory.codings:  # nothing counts under a name that there is not
            refused |= {name: np.ones(len(found), bool)} if choice.only else {}
            continue
        codes, coding = snapshot.codes(name)[found], snapshot.memory.codings[name]
        if choice.never:
            is_never |= coding.having(choice.never)[codes]
        if choice.only:
            refused[name] = ~coding.having(choice.only)[codes]
    return is_never, refused


def _count(snapshot: Snapshot, name: str, numbers: Ints) -> tuple[FacetCount, ...]:
    """How many of these documents count under each value, the most frequent first."""
    counter: Counter[str] = Counter()
    if name not in snapshot.memory.codings:
        return ()
    sets = snapshot.memory.codings[name].sets
    for code, count in enumerate(np.bincount(snapshot.codes(name)[numbers]).tolist()):
        if count:
            counter.update(dict.fromkeys(sets[code], count))
    ordered = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetCount(value, count) for value, count in ordered[:MAX_FACET_VALUES])
