"""Reading one segment of the index: its facts, postings, words and texts.

A segment never changes but for its deletions, which belong to the generation (snapshot.py); so a leaf and all that
was read of it serve every generation that contains the segment, and several threads at once.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar, cast

import orjson

from search.backends.whoosh.codec import FACTS, LEXICON, MappedStorage, read_lexicon
from search.backends.whoosh.facts import CODED, Coding, read_facts
from search.backends.whoosh.postings import NO_PLACES, NOWHERE, Places, Postings, unpack, unpack_places
from search.backends.whoosh.schema import schema, unpack_text
from search.backends.whoosh.terms import extent_of

# Bytes of decoded postings that a process keeps: the words of some hundred queries at 100,000 documents. To decode
# them again takes a millisecond, so that more would hardly be noticed.
MOST_KEPT = 48 * 1024 * 1024
Read = TypeVar("Read", Postings, Places)


class Memory:
    """What was read of the segments of an index so far, and may be forgotten again: the longest unused first."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self.codings = {name: Coding() for name in CODED}
        self._most = most
        self._kept: OrderedDict[tuple[object, ...], Postings | Places] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, name: tuple[object, ...], read: Callable[[], Read]) -> Read:
        """What was kept under this name, else what `read` gives. Two threads may read the same, once each."""
        with self._lock:
            found = self._kept.get(name)
            if found is not None:
                self._kept.move_to_end(name)
                return cast(Read, found)
        made = read()
        with self._lock:
            if name not in self._kept:
                self._kept[name] = made
                self._size += made.size
            while self._size > self._most and len(self._kept) > 1:
                self._size -= self._kept.popitem(last=False)[1].size
        return made


class Leaf:
    """One segment; `count` documents, deleted ones included."""

    def __init__(self, storage: Any, segment: Any, memory: Memory) -> None:
        self.name = str(segment.segment_id())
        self.count = int(segment.doc_count_all())
        self._memory = memory
        self._segment = segment
        files = self._files = MappedStorage(segment.open_file(storage, segment.COMPOUND_EXT))
        codec = segment.codec()
        self._terms = codec.terms_reader(files, segment)
        columns = codec.per_document_reader(files, segment)
        kinds = schema()
        self._facts = columns.column_reader("facts", kinds["facts"].column_type)
        self._texts = columns.column_reader("text", kinds["text"].column_type)
        self.facts = read_facts(files.get(segment.make_filename(FACTS)), memory.codings)

    def postings(self, field: str, term: str) -> Postings:
        """Where a term stands in a field."""
        return self._memory.get((self.name, field, term), lambda: self._read(field, term, unpack, NOWHERE))

    def places(self, field: str, term: str) -> Places:
        """The same, with its places."""
        name = (self.name, field, term, "places")
        return self._memory.get(name, lambda: self._read(field, term, unpack_places, NO_PLACES))

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
        return read_lexicon(self._files.get(self._segment.make_filename(LEXICON)))

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
