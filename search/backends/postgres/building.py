"""Building an index beside the one that is searched: new tables, filled piece by piece and then made searchable."""

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
DOCUMENTS_AT_ONCE = 500  # whose postings are kept in memory before they are gathered in the database
_DOCUMENTS: LiteralString = """
COPY {document} (number, key, alive, audience, slot, changed, facts, title, tags, author, body)
FROM STDIN (FORMAT BINARY)
"""
_DOCUMENT_KINDS = ("int4", "text", "bool", "int8", "int4", "int8", "bytea", "text", "text", "text", "text")
_POSTINGS: LiteralString = """
COPY building_posting (term, audience, block, documents, entries, places) FROM STDIN (FORMAT BINARY)
"""
_POSTING_KINDS = ("text", "int8", "int4", "int4", "bytea", "bytea")


class Builder:
    """Fills new tables, with a few hundred documents in memory at a time."""

    def __init__(self, tables: Tables, generation: int) -> None:
        self._tables, self._generation = tables, generation
        self._values = Values(tables)
        self._seen: set[str] = set()
        self._again: dict[str, Document] = {}
        self._slots: Counter[int] = Counter()

    def fill(self, documents: Iterable[Document], progress: Callable[[int], None] | None) -> int:
        """Put all of these in, the last one of a key; their number."""
        for some in _chunks(documents, DOCUMENTS_AT_ONCE):
            self._add(self._first_of(some), progress)
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

    def _add(self, documents: Sequence[Document], progress: Callable[[int], None] | None) -> None:
        postings: Rows = defaultdict(Row)
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
            add_to(postings, terms, Stand(number, audience, slot // BLOCK))
            record = facts.record_of(document, number, codes, lengths)
            rows.append((number, document.key, True, audience, slot, self._generation, record, *texts))
            if progress and number % PROGRESS_EVERY == 0:
                progress(number)
        packed = ((*key, row.documents, bytes(row.entries), bytes(row.places)) for key, row in postings.items())
        self._copy(_DOCUMENTS, _DOCUMENT_KINDS, rows)
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
