"""How the postings of one term lie in the index: document numbers, frequencies and places, each as one array.

    count  size of a number  size of a frequency  bytes of places     a header
    steps from one document number to the next                       1, 2 or 4 bytes each
    how often the term stands in each                                1, 2 or 4 bytes each
    [how many of its places are kept in each]                        4 bytes each, where some are not kept
    the places                                                       2 bytes each

A term is read in one go: NumPy takes the arrays as they lie. Numbers are in the byte order of the machine, as the
index never leaves it.
"""

import struct
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

HEADER = struct.Struct("=IBBI")
HAS_COUNTS = 0x80
PLACE_BYTES = 2
CODES = {1: "B", 2: "H", 4: "I"}
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flat = list[Any]  # number, frequency, places (bytes), and again: as the writer gathers them


@dataclass(frozen=True, slots=True)
class Postings:
    """In which documents of a segment a term stands, in order, and how often in each; deleted ones included."""

    numbers: Ints
    frequencies: NDArray[np.float32]

    @property
    def size(self) -> int:
        """Bytes that it takes in memory, about."""
        return self.numbers.nbytes + self.frequencies.nbytes + 200


@dataclass(frozen=True, slots=True)
class Places:
    """Where a term stands: the places in document `numbers[n]` are those from `starts[n]` to `starts[n + 1]`."""

    numbers: Ints
    starts: Ints
    places: NDArray[np.uint16]

    @property
    def size(self) -> int:
        """Bytes that it takes in memory, about."""
        return self.numbers.nbytes + self.starts.nbytes + self.places.nbytes + 300

    def within(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Every place in these documents (in order): the documents, one for each place, and the places."""
        if not len(self.numbers):
            return NOWHERE.numbers, NOWHERE.numbers
        at = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        at = at[self.numbers[at] == numbers]
        counts = self.starts[at + 1] - self.starts[at]
        ends = np.cumsum(counts)
        steps = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
        return np.repeat(self.numbers[at], counts), self.places[np.repeat(self.starts[at], counts) + steps].astype(int)


NOWHERE = Postings(np.empty(0, np.int64), np.empty(0, np.float32))
NO_PLACES = Places(NOWHERE.numbers, np.zeros(1, np.int64), np.empty(0, np.uint16))


def pack(flat: Flat) -> bytes:
    """The postings of a term, at least one, as they are written."""
    numbers, frequencies, places = flat[::3], [int(weight) for weight in flat[1::3]], flat[2::3]
    steps = [numbers[0], *(after - before for before, after in pairwise(numbers))]
    packed = b"".join(places)
    step_size, step_bytes = _narrow(steps)
    frequency_size, frequency_bytes = _narrow(frequencies)
    counts = b""
    if sum(frequencies) * PLACE_BYTES != len(packed):
        frequency_size |= HAS_COUNTS
        counts = array("I", [len(place) // PLACE_BYTES for place in places]).tobytes()
    header = HEADER.pack(len(numbers), step_size, frequency_size, len(packed))
    return b"".join((header, step_bytes, frequency_bytes, counts, packed))


def _narrow(values: Sequence[int]) -> tuple[int, bytes]:
    """Whole numbers in as few bytes each as the largest needs; the size and the bytes."""
    top = max(values)
    size = 1 if top < 1 << 8 else 2 if top < 1 << 16 else 4
    return size, array(CODES[size], values).tobytes()


def _parts(data: bytes) -> tuple[int, list[tuple[int, int]], int]:
    """How many postings there are, size and offset of steps, frequencies and counts, and where the places begin."""
    count, step_size, frequency_size, _places = HEADER.unpack_from(data)
    has_counts, frequency_size = frequency_size & HAS_COUNTS, frequency_size & ~HAS_COUNTS
    sizes = [step_size, frequency_size, 4 if has_counts else 0]
    ends = list(accumulate((size * count for size in sizes), initial=HEADER.size))
    return count, list(zip(sizes, ends, strict=False)), ends[-1]


def _read(data: bytes, count: int, part: tuple[int, int]) -> NDArray[Any]:
    return np.frombuffer(data, f"u{part[0]}", count, part[1])


def unpack(data: bytes) -> Postings:
    """The documents and frequencies of a term."""
    count, (steps, frequencies, _counts), _places = _parts(data)
    numbers = np.cumsum(_read(data, count, steps), dtype=np.int64)
    return Postings(numbers, _read(data, count, frequencies).astype(np.float32))


def unpack_places(data: bytes) -> Places:
    """The documents and places of a term."""
    count, (steps, frequencies, counts), begin = _parts(data)
    numbers = np.cumsum(_read(data, count, steps), dtype=np.int64)
    kept = _read(data, count, counts if counts[0] else frequencies)
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(kept, out=starts[1:])
    return Places(numbers, starts, np.frombuffer(data, np.uint16, offset=begin))


def unpack_flat(data: bytes) -> Flat:
    """All of a term, as `pack` takes it; quicker than arrays for the many terms that stand in a few documents."""
    count, (steps, frequencies, counts), begin = _parts(data)
    often = _list(data, count, frequencies)
    kept = _list(data, count, counts) if counts[0] else often
    ends = accumulate((number * PLACE_BYTES for number in kept), initial=begin)
    flat: Flat = [None] * (3 * count)
    flat[::3] = accumulate(_list(data, count, steps))
    flat[1::3] = often
    if len(data) > begin:
        flat[2::3] = [data[end : end + number * PLACE_BYTES] for end, number in zip(ends, kept, strict=False)]
    else:
        flat[2::3] = [b""] * count
    return flat


def _list(data: bytes, count: int, part: tuple[int, int]) -> list[int]:
    size, start = part
    return array(CODES[size], data[start : start + count * size]).tolist()


def joined(parts: Iterable[Flat]) -> Flat:
    """Postings of one term from several places, whose document numbers follow each other."""
    return [value for part in parts for value in part]
