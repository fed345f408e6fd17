"""One generation of the index, opened for reading: its documents in one row of numbers, and the words in them.

It never changes, and several threads may use it at once. A new generation takes over the leaves of the segments that
it shares with the one before; what is built anew for it is only laid one behind the other from their arrays.
"""

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import cached_property
from itertools import accumulate, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC

from search.backends.whoosh.files import CUT_SHORT
from search.backends.whoosh.leaves import Leaf, Memory
from search.backends.whoosh.postings import Floats, Ints
from search.ranking import WEIGHTS

MOST_KEPT_AUDIENCES = 64
MOST_KEPT_FACTORS = 16  # readers: two numbers per document each
INDEX_NAME = "MAIN"  # as Whoosh calls an index that was given no name
Mask = NDArray[np.bool_]
Counts = Callable[[str], bool]


class Snapshot:
    """An index as it stood at one commit. `size` counts deleted documents too, as numbers do."""

    def __init__(self, folder: Path, before: "Snapshot | None" = None) -> None:
        storage = FileStorage(str(folder))
        self.memory: Memory = before.memory if before else Memory()
        known = {leaf.name: leaf for leaf in before.leaves} if before else {}
        self.leaves: list[Leaf] = []
        gone: list[Iterable[int]] = []
        toc = read_toc(folder)
        self._toc = folder / TOC._filename(INDEX_NAME, toc.generation)
        self._toc_bytes = self._toc.stat().st_size
        for segment in toc.segments:
            if segment.doc_count_all():
                name = segment.segment_id()
                self.leaves.append(known.get(name) or Leaf(storage, segment, self.memory))
                gone.append(segment.deleted_docs())
        self.bases = list(accumulate((leaf.count for leaf in self.leaves), initial=0))
        self.size = self.bases.pop()
        self.live = np.ones(self.size, bool)
        for base, numbers in zip(self.bases, gone, strict=True):
            self.live[[base + number for number in numbers]] = False
        self._codes: dict[str, NDArray[np.int32]] = {}
        self._readable: OrderedDict[frozenset[int], Mask] = OrderedDict()
        self._factors: dict[int, tuple[Mask, dict[str, Floats]]] = {}

    def check(self) -> None:
        """Raise EOFError or FileNotFoundError where a file is not as it was when it was opened."""
        if self._toc.stat().st_size != self._toc_bytes:
            raise EOFError(CUT_SHORT)
        for leaf in self.leaves:
            leaf.check()

    def documents(self) -> int:
        """How many there are."""
        return int(np.count_nonzero(self.live))

    def readable(self, audiences: Set[int]) -> Mask:
        """Which documents are for these audiences, kept per generation. No audiences, no documents."""
        wanted = frozenset(audiences)
        found = self._readable.get(wanted)
        if found is None:
            is_theirs = self.memory.codings["audience"].having(map(str, wanted))
            found = self._readable[wanted] = is_theirs[self.codes("audience")] & self.live
            if len(self._readable) > MOST_KEPT_AUDIENCES:
                self._readable.pop(next(iter(self._readable)), None)
        return found

    def codes(self, name: str) -> NDArray[np.int32]:
        """For each document the number of the set of values that it counts under."""
        found = self._codes.get(name)
        if found is None:
            found = self._codes[name] = self._laid_out([leaf.facts.codes[name] for leaf in self.leaves], np.int32)
        return found

    def _measured(self, name: str, kind: type[np.generic]) -> NDArray[Any]:
        return self._laid_out([leaf.facts.measured[name] for leaf in self.leaves], kind)

    @staticmethod
    def _laid_out(arrays: Sequence[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
        return np.concatenate(arrays) if arrays else np.empty(0, kind)

    @cached_property
    def written(self) -> Ints:
        """When each document was written, in microseconds since 1970; 0 for unknown."""
        return self._measured("written", np.int64)

    @cached_property
    def quality(self) -> NDArray[np.float32]:
        """How good each document is, from -1 to 1."""
        return self._measured("quality", np.float32)

    @cached_property
    def title_lengths(self) -> NDArray[np.uint32]:
        """How many words each title has."""
        return self._measured("title_length", np.uint32)

    @cached_property
    def body_lengths(self) -> NDArray[np.uint32]:
        """How many words each body has."""
        return self._measured("body_length", np.uint32)

    def factors(self, readable: Mask) -> dict[str, Floats]:
        """For each field whose length counts: what a frequency in each document is multiplied by.

        Measured by the documents that the reader may see: others would change the order of what is found.
        """
        found = self._factors.get(id(readable))
        if found is None or found[0] is not readable:
            factors = {
                "title": _length_factors(self.title_lengths, readable, WEIGHTS.title_length),
                "body": _length_factors(self.body_lengths, readable, WEIGHTS.length),
            }
            found = self._factors[id(readable)] = readable, factors
            if len(self._factors) > MOST_KEPT_FACTORS:
                self._factors.pop(next(iter(self._factors)), None)
        return found[1]

    def place(self, number: int) -> tuple[Leaf, int]:
        """The leaf of a document, and its number there."""
        at = bisect_right(self.bases, number) - 1
        return self.leaves[at], number - self.bases[at]

    def find(self, key: str) -> list[tuple[str, int]]:
        """Where a key stands: names of segments, and the numbers of live documents there."""
        return [
            (leaf.name, number)
            for leaf, base in zip(self.leaves, self.bases, strict=True)
            for number in leaf.numbers_of(key)
            if self.live[base + number]
        ]

    def starting_with(self, prefix: str, most: int, counts: Counts | None = None) -> list[str]:
        """Words that begin so, in order: the first `most` of the titles, and the first `most` of all texts.

        `counts` says which of them count for the reader.
        """
        titles = {
            word for leaf in self.leaves for word in islice(filter(counts, _from(leaf.title_words, prefix)), most)
        }
        words = {word for leaf in self.leaves for word in islice(filter(counts, _from(leaf.words, prefix)), most)}
        return sorted({*sorted(titles)[:most], *sorted(words)[:most]})

    def ending_in(self, suffix: str, most: int, counts: Counts | None = None) -> list[str]:
        """Words that end so, in order; the first `most` of the words read backwards."""
        words = ((word[::-1] for word in _from(leaf.mirrored, suffix[::-1])) for leaf in self.leaves)
        found = {word[::-1] for some in words for word in islice(filter(counts, some), most)}
        return sorted(word[::-1] for word in sorted(found)[:most])

    def has_word(self, word: str) -> bool:
        """Whether any document has this word, seen by the reader or not: for what is never shown."""
        for leaf in self.leaves:
            known = leaf.words
            at = bisect_left(known, word)
            if at < len(known) and known[at] == word:
                return True
        return False


def read_toc(folder: Path) -> Any:
    """What Whoosh notes of the last commit: its number, and its segments with their deletions."""
    commit = TOC._latest_generation(FileStorage(str(folder)), INDEX_NAME)
    # From memory: Whoosh leaves the file open where it cannot be read.
    files = SimpleNamespace(open_file=lambda name: BufferFile((folder / name).read_bytes(), name))
    return TOC.read(files, INDEX_NAME, commit)


def _length_factors(lengths: NDArray[np.uint32], readable: Mask, share: float) -> Floats:
    """`ranking.length_factor` of all documents, by the average of those that are readable."""
    average = lengths[readable].mean() if readable.any() else 0.0
    return 1.0 / (1.0 - share + share * lengths / average) if average else np.ones(len(lengths))


def _from(known: list[str], prefix: str) -> Iterator[str]:
    for at in range(bisect_left(known, prefix), len(known)):
        if not known[at].startswith(prefix):
            return
        yield known[at]
