"""Reading one segment of the index: its facts, postings and words, kept in memory for as long as it exists.

A segment never changes but for its deletions, so what was read of it serves all generations that contain it.
"""

from bisect import bisect_left
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from whoosh.matching import FilterMatcher
from whoosh.reading import IndexReader, TermNotFound

from search.backends.whoosh.schema import Facts, unpack_facts, unpack_positions, unpack_text

MAX_KEPT_POSTINGS = 2_000_000
VOCABULARY_FIELDS = ("title", "body", "tags")


@dataclass(frozen=True, slots=True)
class Postings:
    """Where a term stands: document numbers within the segment in order, how often, and the packed positions."""

    numbers: list[int]
    frequencies: list[float]
    places: list[bytes]

    def positions(self, number: int) -> list[int]:
        """The positions in one document, none if the term is not in it."""
        at = bisect_left(self.numbers, number)
        found = at < len(self.numbers) and self.numbers[at] == number
        return unpack_positions(self.places[at]) if found else []


NOWHERE = Postings([], [], [])


@dataclass(slots=True)
class Kept:
    """What was read of a segment so far."""

    facts: list[Facts]
    postings: OrderedDict[tuple[str, str], Postings] = field(default_factory=OrderedDict)
    size: int = 0
    words: list[str] = field(default_factory=list)
    title_words: list[str] = field(default_factory=list)
    mirrored: list[str] = field(default_factory=list)


class Leaf:
    """One segment, as one generation sees it. Not for several threads at once: Whoosh's files have one place."""

    def __init__(self, reader: IndexReader, base: int, kept: Kept | None) -> None:
        self.reader = reader
        self.base = base
        self.kept = kept or Kept(_read_facts(reader))

    @cached_property
    def live(self) -> list[int]:
        """The numbers that are not deleted."""
        reader, count = self.reader, len(self.kept.facts)
        if not reader.has_deletions():
            return list(range(count))
        return [number for number in range(count) if not reader.is_deleted(number)]

    def postings(self, name: str, term: str) -> Postings:
        """Where a term stands in a field, deleted documents included."""
        kept, wanted = self.kept, (name, term)
        found = kept.postings.get(wanted)
        if found is None:
            found = kept.postings[wanted] = self._read(name, term)
            kept.size += len(found.numbers) + 8
            while kept.size > MAX_KEPT_POSTINGS and len(kept.postings) > 1:
                kept.size -= len(kept.postings.popitem(last=False)[1].numbers) + 8
        else:
            kept.postings.move_to_end(wanted)
        return found

    def _read(self, name: str, term: str) -> Postings:
        try:
            matcher = self.reader.postings(name, term)
        except TermNotFound:
            return NOWHERE
        if isinstance(matcher, FilterMatcher):
            matcher = matcher.child  # what is kept must serve generations with other deletions
        numbers: list[int] = []
        frequencies: list[float] = []
        places: list[bytes] = []
        while matcher.is_active():
            _load_block(matcher)
            numbers.extend(matcher._ids)
            frequencies.extend(matcher._weights)
            places.extend(matcher._values)
            if not hasattr(matcher, "_next_block"):
                break  # postings that are kept with the term, in one piece
            matcher._next_block()
        return Postings(numbers, frequencies, places)

    def texts(self, number: int) -> tuple[str, str]:
        """Title and body of a document."""
        return unpack_text(self.reader.stored_fields(number)["text"])

    def words(self) -> list[str]:
        """All words of the segment, in order. They may be of documents that a reader may not see."""
        kept = self.kept
        if not kept.words:
            found: set[str] = set()
            for name in VOCABULARY_FIELDS:
                found.update(term.decode() for term in self.reader.lexicon(name))
            kept.words = sorted(found)
        return kept.words

    def title_words(self) -> list[str]:
        """The words of the titles, in order."""
        kept = self.kept
        if not kept.title_words:
            kept.title_words = [term.decode() for term in self.reader.lexicon("title")]
        return kept.title_words

    def mirrored(self) -> list[str]:
        """The same words read backwards, in order: for finding what ends in something."""
        kept = self.kept
        if not kept.mirrored:
            kept.mirrored = sorted(word[::-1] for word in self.words())
        return kept.mirrored


def _read_facts(reader: IndexReader) -> list[Facts]:
    """The facts of all documents of a segment, in order."""
    column = reader.column_reader("facts")
    return [unpack_facts(column[number]) for number in range(reader.doc_count_all())]


def _load_block(matcher: Any) -> None:
    """Read what Whoosh reads lazily; a block at a time is many times faster than posting by posting."""
    if hasattr(matcher, "_read_ids"):
        matcher._read_ids()
        matcher._read_weights()
        matcher._read_values()
