"""What ranking, filters and facets must know of the documents, as arrays with one value for each document.

Choices (kind, community, …) and audiences are coded: a document holds the number of the set of values that it counts
under, so that one value and several cost the same. The numbers are given out by a Coding, which all segments of a
process share, so that they mean the same in each.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.backends.base import NARROWED
from search.backends.whoosh.schema import Facts

CODED = ("audience", *NARROWED)
MEASURED = {"written": np.int64, "quality": np.float32, "title_length": np.uint32, "body_length": np.uint32}
MICROSECONDS = 1_000_000
BETWEEN = "\x1f"  # stands between the values of a set in the file


def to_microseconds(seconds: float) -> int:
    """A time as it is compared: whole microseconds since 1970."""
    return round(seconds * MICROSECONDS)


class FactsTable:
    """Gathers the facts of a segment that is being written."""

    def __init__(self) -> None:
        self._measured: dict[str, list[float]] = {name: [] for name in MEASURED}
        self._codes: dict[str, list[int]] = {name: [] for name in CODED}
        self._sets: dict[str, dict[str, int]] = {name: {} for name in CODED}

    def add(self, facts: Facts) -> None:
        """Note the facts of the next document."""
        self._measured["written"].append(to_microseconds(facts.written))
        for name in ("quality", "title_length", "body_length"):
            self._measured[name].append(getattr(facts, name))
        values: dict[str, Iterable[str]] = {**facts.values, "audience": (str(facts.audience),)}
        for name in CODED:
            known = self._sets[name]
            self._codes[name].append(known.setdefault(BETWEEN.join(values.get(name, ())), len(known)))

    def dump(self) -> bytes:
        """All of them, as a file."""
        arrays: dict[str, NDArray[Any]] = {
            name: np.array(self._measured[name], kind) for name, kind in MEASURED.items()
        }
        for name in CODED:
            arrays[f"{name}.codes"] = np.array(self._codes[name], np.min_scalar_type(len(self._sets[name])))
            arrays[f"{name}.sets"] = np.array(list(self._sets[name]) or [""], np.str_)
        file = io.BytesIO()
        np.savez(file, allow_pickle=False, **arrays)
        return file.getvalue()


class Coding:
    """The numbers of the sets of values of one name: given out once, and the same ever after."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.sets: list[tuple[str, ...]] = []

    def number(self, joined: str) -> int:
        """The number of a set as it stands in a file."""
        number = self._numbers.setdefault(joined, len(self.sets))
        if number == len(self.sets):
            self.sets.append(tuple(joined.split(BETWEEN)) if joined else ())
        return number

    def having(self, values: Iterable[str]) -> NDArray[np.bool_]:
        """For each number whether its set has one of these values."""
        wanted = frozenset(values)
        return np.array([not wanted.isdisjoint(one) for one in self.sets], bool)


@dataclass(frozen=True)
class FactArrays:
    """The facts of a segment: `measured` as they are, `codes` with the numbers that the codings gave out."""

    measured: dict[str, NDArray[Any]]
    codes: dict[str, NDArray[np.int32]]


def read_facts(data: bytes, codings: dict[str, Coding]) -> FactArrays:
    """The facts as `dump` made them."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        measured = {name: arrays[name] for name in MEASURED}
        codes = {}
        for name in CODED:
            numbers = [codings[name].number(joined) for joined in arrays[f"{name}.sets"].tolist()]
            codes[name] = np.array(numbers, np.int32)[arrays[f"{name}.codes"]]
        return FactArrays(measured, codes)
