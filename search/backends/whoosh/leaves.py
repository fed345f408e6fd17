"""Reading one segment of the index: its facts, postings, words and texts.

A segment never changes but for its deletions, which belong to the generation (snapshot.py); so a leaf and all that
was read of it serve every generation that contains the segment, and several threads at once.
"""

import threading
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import orjson

from search.backends.whoosh.codec import FACTS, LEXICON, read_lexicon
from search.backends.whoosh.facts import CODED, Coding, read_facts
from search.backends.whoosh.files import SegmentFiles
from search.backends.whoosh.postings import NO_PLACES, NOWHERE, Places, Postings, unpack, unpack_places
from search.backends.whoosh.schema import schema, unpack_text
from search.backends.whoosh.terms import extent_of

# Bytes of decoded postings that a process keeps: the words of some hundred queries at 100,000 documents. To decode
# them again takes a millisecond, so that more would hardly be noticed.
MOST_KEPT = 48 * 1024 * 1024
Read = TypeVar("Read", Postings, Places)


class Memory:
    """What was read of the segments of an index so far, and may be forgotten again: the oldest first."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self.codings = {name: Coding() for name in CODED}
        self.kept: dict[tuple[str, ...], Any] = {}  # read without the lock
        self.size = 0
        self._most = most
        self._lock = threading.Lock()

    def keep(self, name: tuple[str, ...], made: Read) -> Read:
        """Keep what was read under this name, and give it back. Two threads may have read the same."""
        with self._lock:
            if name not in self.kept:
                self.kept[name] = made
                self.size += made.size
            while self.size > self._most and len(self.kept) > 1:
                self.size -= self.kept.pop(next(iter(self.kept))).size
        return made


class Leaf:
    """One segment; `count` documents, deleted ones included."""

    def __init__(self, storage: Any, segment: Any, memory: Memory) -> None:
        self.name = str(segment.segment_id())
        self.count = int(segment.doc_count_all())
        self._memory = memory
        self._segment = segment
        files = self._files = SegmentFiles(storage, segment)
        codec = segment.codec()
        self._terms = codec.terms_reader(files, segment)
        columns = codec.per_document_reader(files, segment)
        kinds = schema()
        self._facts = columns.column_reader("facts", kinds["facts"].column_type)
        self._texts = columns.column_reader("text", kinds["text"].column_type)
        self.facts = read_facts(files.read(segment.make_filename(FACTS)), memory.codings)

    def check(self) -> None:
        """See Snapshot.check."""
        self._files.check()

    def postings(self, field: str, term: str) -> Postings:
        """Where a term stands in a field."""
        name = (self.name, field, term)
        kept: Postings | None = self._memory.kept.get(name)
        return kept or self._memory.keep(name, self._read(field, term, unpack, NOWHERE))

    def gathered(self, field: str, terms: Iterable[str]) -> Postings:
        """Where any of these terms stands in a field; one term after the other."""
        found = [postings for term in terms if len((postings := self.postings(field, term)).numbers)]
        if len(found) <= 1:
            return found[0] if found else NOWHERE
        return Postings(
            np.concatenate([one.numbers for one in found]), np.concatenate([one.frequencies for one in found])
        )

    def places(self, field: str, term: str) -> Places:
        """Where a term stands in a field, with its places."""
        name = (self.name, field, term, "places")
        kept: Places | None = self._memory.kept.get(name)
        return kept or self._memory.keep(name, self._read(field, term, unpack_places, NO_PLACES))

    def _read(self, field: str, term: str, make: Callable[[bytes], Read], nothing: Read) -> Read:
        key = self._terms._keycoder(field, term.encode("utf-8", "replace"))
        info = self._terms._tindex.get(key)
        if info is None:
            return nothing
        return make(self._terms._postfile.get(*extent_of(info)))

    def numbers_of(self, key: str) -> list[int]:
        """The documents with this key, deleted ones included."""
        return [int(number) for number in self._read("key", key, unpack, NOWHERE).numbers]

    def key(self, number: int) -> str:
        """The key of a document."""
        return str(orjson.loads(self._facts[number])[0])

    def texts(self, number: int) -> tuple[str, str]:
        """Title and body of a document."""
        return unpack_text(self._texts[number])

    @cached_property
    def _lexicon(self) -> tuple[list[str], list[str], list[str]]:
        return read_lexicon(self._files.read(self._segment.make_filename(LEXICON)))

    @property
    def words(self) -> list[str]:
        """All words of titles, texts and tags, in order. They may be of documents that a reader may not see."""
        return self._lexicon[0]

    @property
    def title_words(self) -> list[str]:
        """The words of the titles, in order."""
        return self._lexicon[1]

    @property
    def mirrored(self) -> list[str]:
        """The same as `words`, read backwards, in order: for finding what ends in something."""
        return self._lexicon[2]
