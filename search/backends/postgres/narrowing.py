"""What the filters keep of what was found, and per facet how many the other filters keep."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from search.backends.base import NARROWED, FacetCount, Filters
from search.backends.postgres.facts import NOTHING, Facts, Mask
from search.backends.postgres.postings import Numbers

MAX_FACET_VALUES = 50
Counts = dict[str, tuple[FacetCount, ...]]


def narrow(facts: Facts, found: Numbers, filters: Filters, facets: Iterable[str]) -> tuple[Mask, Counts]:
    """Which of these documents are kept, and the counts of each facet as if it were not narrowed to some values."""
    always = _outside_choices(facts, found, filters)
    wanted = {name: _only(facts, found, name, filters) for name in filters.choices if filters.only(name)}
    kept = _all([always, *wanted.values()])
    counts = {}
    for name in facets:
        others = _all([always, *(mask for other, mask in wanted.items() if other != name)])
        counts[name] = _count(facts, found[others], name)
    return kept, counts


def _all(masks: list[Mask]) -> Mask:
    found: Mask = np.logical_and.reduce(masks)
    return found


def _outside_choices(facts: Facts, found: Numbers, filters: Filters) -> Mask:
    """Whether each is within the dates, and has nothing that is left out."""
    kept = np.ones(len(found), bool)
    written = facts.records["written"][found]
    if filters.since:
        kept &= (written != 0) & (written >= filters.since.timestamp())
    if filters.until:
        kept &= (written != 0) & (written < filters.until.timestamp())
    for name, choice in filters.choices.items():
        if choice.never:
            kept &= ~_has(facts, found, name, choice.never)
    return kept


def _only(facts: Facts, found: Numbers, name: str, filters: Filters) -> Mask:
    return _has(facts, found, name, filters.only(name))


def _has(facts: Facts, found: Numbers, name: str, values: Iterable[str]) -> Mask:
    """Whether each counts under one of these values."""
    codes = [code for value in values for code in facts.codes.get((name, value), ())]
    if not codes or name not in NARROWED:
        return np.zeros(len(found), bool)
    return np.isin(facts.column(name)[found], codes)


def _count(facts: Facts, found: Numbers, name: str) -> tuple[FacetCount, ...]:
    """How many have each value, the most frequent first."""
    counter: Counter[str] = Counter()
    codes, numbers = np.unique(facts.column(name)[found], return_counts=True)
    for code, number in zip(codes.tolist(), numbers.tolist(), strict=True):
        if code != NOTHING:
            counter.update(dict.fromkeys(facts.values[code], number))
    ordered = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetCount(value, number) for value, number in ordered[:MAX_FACET_VALUES])
