"""One generation of the index, opened for reading: who may see which document, and the words that stand in it."""

from bisect import bisect_left
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Set
from functools import cached_property
from itertools import islice
from pathlib import Path

from whoosh import index

from search.backends.whoosh.leaves import Kept, Leaf
from search.backends.whoosh.schema import Facts
from search.ranking import WEIGHTS, length_factor

MAX_KEPT_AUDIENCES = 64


class Snapshot:
    """An index as it stood at one commit. Hold the backend's lock while using it."""

    def __init__(self, folder: Path, kept: dict[str, Kept]) -> None:
        opened = index.open_dir(folder)
        self._reader = opened.reader()
        self.leaves: list[Leaf] = []
        self.segments: dict[str, Kept] = {}
        self.facts: list[Facts] = []
        for reader, base in self._reader.leaf_readers():
            if not reader.doc_count_all():
                continue
            name = reader.segment().segment_id()
            leaf = Leaf(reader, base, kept.get(name))
            self.leaves.append(leaf)
            self.segments[name] = leaf.kept
            self.facts.extend(leaf.kept.facts)
        self._readable: OrderedDict[frozenset[int], set[int]] = OrderedDict()
        opened.close()

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()

    @cached_property
    def _by_audience(self) -> dict[int, list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        for leaf in self.leaves:
            for number in leaf.live:
                found[leaf.kept.facts[number].audience].append(leaf.base + number)
        return found

    def documents(self) -> int:
        """How many there are."""
        return sum(len(numbers) for numbers in self._by_audience.values())

    def readable(self, audiences: Set[int]) -> set[int]:
        """The documents for these audiences, kept per generation. No audiences, no documents."""
        wanted = frozenset(audiences)
        found = self._readable.get(wanted)
        if found is None:
            found = set()
            for audience in wanted:
                found.update(self._by_audience.get(audience, ()))
            self._readable[wanted] = found
            if len(self._readable) > MAX_KEPT_AUDIENCES:
                self._readable.popitem(last=False)
        return found

    @cached_property
    def factors(self) -> dict[str, list[float]]:
        """For each field whose length counts: what a frequency in each document is multiplied by."""
        facts = self.facts
        titles, bodies = [fact.title_length for fact in facts], [fact.body_length for fact in facts]
        title_average, body_average = sum(titles) / (len(facts) or 1), sum(bodies) / (len(facts) or 1)
        return {
            "title": [length_factor(length, title_average, WEIGHTS.title_length) for length in titles],
            "body": [length_factor(length, body_average, WEIGHTS.length) for length in bodies],
        }

    def positions(self, name: str, term: str, number: int) -> list[int]:
        """Where a term stands in one document."""
        leaf = self._leaf(number)
        return leaf.postings(name, term).positions(number - leaf.base)

    def texts(self, number: int) -> tuple[str, str]:
        """Title and body of a document."""
        leaf = self._leaf(number)
        return leaf.texts(number - leaf.base)

    def _leaf(self, number: int) -> Leaf:
        for leaf in reversed(self.leaves):
            if leaf.base <= number:
                return leaf
        raise IndexError(number)

    def starting_with(self, prefix: str, most: int) -> list[str]:
        """Words that begin so, in order, `most` of the titles and `most` of all texts of each segment."""
        found: set[str] = set()
        for leaf in self.leaves:
            found.update(islice(_from(leaf.title_words(), prefix), most))
            found.update(islice(_from(leaf.words(), prefix), most))
        return sorted(found)

    def ending_in(self, suffix: str, most: int) -> list[str]:
        """Words that end so, `most` of each segment."""
        found: set[str] = set()
        for leaf in self.leaves:
            found.update(word[::-1] for word in islice(_from(leaf.mirrored(), suffix[::-1]), most))
        return sorted(found)

    def has_word(self, word: str) -> bool:
        """Whether any document has this word, seen by the reader or not: for what is never shown."""
        for leaf in self.leaves:
            known = leaf.words()
            at = bisect_left(known, word)
            if at < len(known) and known[at] == word:
                return True
        return False


def _from(known: list[str], prefix: str) -> Iterator[str]:
    for at in range(bisect_left(known, prefix), len(known)):
        if not known[at].startswith(prefix):
            return
        yield known[at]
