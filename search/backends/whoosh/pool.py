"""Where a writer gathers postings until the segment is written: per term, so that only terms need sorting."""

import heapq
import marshal
import secrets
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from search.backends.whoosh.codec import Group
from search.backends.whoosh.postings import Flat, joined

TERM_BYTES, POSTING_BYTES = 300, 110  # what they take while they are gathered, about
_TERM = itemgetter(0, 1)


class TermPool:
    """Takes postings in the order of their documents; puts them aside in files when they take more than `megabytes`."""

    def __init__(self, tempstore: Any, megabytes: int) -> None:
        self._store = tempstore
        self._limit = megabytes * 1024 * 1024
        self._size = 0
        self._terms: dict[tuple[str, bytes], Flat] = {}
        self._runs: list[str] = []

    def add(self, item: tuple[str, bytes, int, float, bytes | None]) -> None:
        """One posting, as Whoosh's writer hands it over."""
        field, term, number, weight, places = item
        self.extend(field, term, [number, weight, places or b""])

    def extend(self, field: str, term: bytes, flat: Flat) -> None:
        """Some postings of a term."""
        known = self._terms.get((field, term))
        if known is None:
            self._terms[field, term] = flat
            self._size += TERM_BYTES
        else:
            known += flat
        self._size += POSTING_BYTES * (len(flat) // 3)
        if self._size > self._limit:
            self._put_aside()

    def _put_aside(self) -> None:
        name = f"{secrets.token_hex(8)}.run"
        with self._store.create_file(name) as file:
            for group in self._present():
                marshal.dump(group, file.raw_file())
        self._runs.append(name)
        self._terms, self._size = {}, 0

    def _present(self) -> Iterator[Group]:
        for field, term in sorted(self._terms):
            yield field, term, self._terms[field, term]

    def _read(self, name: str) -> Iterator[Group]:
        with self._store.open_file(name) as file:
            while True:
                try:
                    yield marshal.load(file.raw_file())  # noqa: S302 - written by this very writer, a moment ago
                except EOFError:
                    break
        self._store.delete_file(name)

    def iter_postings(self) -> Iterator[Group]:
        """All postings, terms in order, those of each term together."""
        runs = [*map(self._read, self._runs), self._present()]
        if len(runs) == 1:
            yield from runs[0]
            return
        for (field, term), groups in groupby(heapq.merge(*runs, key=_TERM), key=_TERM):
            yield field, term, joined(group[2] for group in groups)

    def cleanup(self) -> None:
        """Let go of everything; the files are in a folder that goes away with the writer."""
        self._terms, self._runs = {}, []
