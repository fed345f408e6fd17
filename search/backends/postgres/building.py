"""Building an index beside the one that is searched: new tables, filled block by block and then made searchable."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, LiteralString

from search.backends.base import Document
from search.backends.postgres import facts
from search.backends.postgres.changing import change
from search.backends.postgres.tables import Tables, cursor
from search.backends.postgres.terms import BLOCK, Row, Rows, Stand, add_to, terms_of, texts_of
from search.backends.postgres.values import Values

PROGRESS_EVERY = 100
MAX_OPEN = 8_000  # documents of unfinished blocks that a building keeps in memory
_DOCUMENTS: LiteralString = """
COPY {document} (number, key, alive, audience, slot, changed, facts, title, tags, author, body)
FROM STDIN (FORMAT BINARY)
"""
_DOCUMENT_KINDS = ("int4", "text", "bool", "int8", "int4", "int8", "bytea", "text", "text", "text", "text")
_POSTINGS: LiteralString = """
COPY {posting} (term, audience, block, documents, entries, places) FROM STDIN (FORMAT BINARY)
"""
_POSTING_KINDS = ("text", "int8", "int4", "int4", "bytea", "bytea")


class Builder:
    """Fills new tables. Blocks are written when they are full, so that each row is written once."""

    def __init__(self, tables: Tables, generation: int) -> None:
        self._tables, self._generation = tables, generation
        self._values = Values(tables)
        self._seen: set[str] = set()
        self._again: dict[str, Document] = {}
        self._slots: Counter[int] = Counter()
        self._open: defaultdict[int, Rows] = defaultdict(lambda: defaultdict(Row))
        self._in_open: Counter[int] = Counter()

    def fill(self, documents: Iterable[Document], progress: Callable[[int], None] | None) -> int:
        """Put all of these in, the last one of a key; their number."""
        for some in _chunks(documents, PROGRESS_EVERY):
            self._add(self._first_of(some))
            if progress and len(self._seen) % PROGRESS_EVERY == 0 and self._seen:
                progress(len(self._seen))
        for audience in list(self._open):
            self._close(audience)
        self._tables.finish()
        if self._again:
            change(self._tables, self._generation, self._again, set())
        if progress:
            progress(len(self._seen))
        return len(self._seen)

    def _first_of(self, some: Iterable[Document]) -> list[Document]:
        """Those whose key is new; the others wait until all are in."""
        fresh = []
        for document in some:
            if document.key in self._seen:
                self._again[document.key] = document
            else:
                self._seen.add(document.key)
                fresh.append(document)
        return fresh

    def _add(self, documents: Sequence[Document]) -> None:
        rows = []
        first = len(self._seen) - len(documents) + 1
        for number, (document, codes) in enumerate(
            zip(documents, self._values.codes_of(documents), strict=True), start=first
        ):
            audience = document.audience
            slot = self._slots[audience]
            self._slots[audience] += 1
            texts = texts_of(document)
            terms, lengths = terms_of(texts)
            add_to(self._open[audience], terms, Stand(number, audience, slot // BLOCK))
            self._in_open[audience] += 1
            record = facts.record_of(document, number, codes, lengths)
            rows.append((number, document.key, True, audience, slot, self._generation, record, *texts))
            if self._slots[audience] % BLOCK == 0:
                self._close(audience)
        self._copy(_DOCUMENTS, _DOCUMENT_KINDS, rows)
        while self._in_open.total() > MAX_OPEN:
            self._close(self._in_open.most_common(1)[0][0])

    def _close(self, audience: int) -> None:
        """Write a block, full or not, and go on in the next."""
        rows = self._open.pop(audience, None)
        del self._in_open[audience]
        if rows:
            self._slots[audience] = -(-self._slots[audience] // BLOCK) * BLOCK
            packed = ((*key, row.documents, bytes(row.entries), bytes(row.places)) for key, row in rows.items())
            self._copy(_POSTINGS, _POSTING_KINDS, packed)

    def _copy(self, statement: LiteralString, kinds: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        with cursor() as made, made.copy(self._tables.sql(statement)) as copy:
            copy.set_types(kinds)
            for row in rows:
                copy.write_row(row)


def _chunks(documents: Iterable[Document], size: int) -> Iterator[list[Document]]:
    rest = iter(documents)
    while some := list(islice(rest, size)):
        yield some
