"""The values that documents count under, each with a code that their facts hold."""

from collections.abc import Sequence
from typing import LiteralString

from search.backends.base import Document
from search.backends.postgres.facts import pack
from search.backends.postgres.tables import Tables, cursor, execute
from search.backends.postgres.terms import clean

_KNOWN: LiteralString = """
SELECT known.name, known.packed, known.code
FROM unnest(%(names)s::text[], %(packed)s::text[]) AS wanted (name, packed)
JOIN {value} AS known
    ON md5(known.packed) = md5(wanted.packed) AND known.packed = wanted.packed AND known.name = wanted.name
"""
_PUT: LiteralString = "INSERT INTO {value} (code, name, packed) VALUES (%s::int, %s, %s)"


class Values:
    """The codes of the values that documents count under, those of new values given as they come."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._known: dict[tuple[str, str], int] = {}
        self._last = execute(tables.sql("SELECT coalesce(max(code), 0) FROM {value}"))[0][0]

    def codes_of(self, documents: Sequence[Document]) -> list[dict[str, int]]:
        """For each document its code under each name that it says something of."""
        each = [
            {name: (name, pack(tuple(map(clean, values)))) for name, values in document.values().items()}
            for document in documents
        ]
        self._look_up({pair for pairs in each for pair in pairs.values()} - self._known.keys())
        return [{name: self._known[pair] for name, pair in pairs.items()} for pairs in each]

    def _look_up(self, wanted: set[tuple[str, str]]) -> None:
        if not wanted:
            return
        names, packed = (list(part) for part in zip(*sorted(wanted), strict=True))
        for name, values, code in execute(self._tables.sql(_KNOWN), {"names": names, "packed": packed}):
            self._known[name, values] = code
        fresh = [pair for pair in sorted(wanted) if pair not in self._known]
        for pair in fresh:
            self._last += 1
            self._known[pair] = self._last
        if fresh:
            with cursor() as made:
                made.executemany(self._tables.sql(_PUT), [(self._known[pair], *pair) for pair in fresh])
