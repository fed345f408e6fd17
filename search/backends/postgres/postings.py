"""The postings of terms as arrays, read by term for the reader's audiences alone."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.backends.postgres.facts import Mask
from search.backends.postgres.session import Session
from search.backends.postgres.tables import Tables
from search.backends.postgres.terms import BLOCK, COUNT_BITS, ENTRY, MAX_COUNT, PLACE

# Both packed columns of a term in the same order, since both are put together from the same rows.
_ENTRIES = """
SELECT term, string_agg(entries, ''::bytea), ''::bytea FROM {posting}
WHERE term = ANY(%(terms)s::text[]) AND audience = ANY(%(audiences)s::bigint[]) GROUP BY term
"""
_PLACES = """
SELECT term, string_agg(entries, ''::bytea), string_agg(places, ''::bytea) FROM {posting}
WHERE term = ANY(%(terms)s::text[]) AND audience = ANY(%(audiences)s::bigint[]) GROUP BY term
"""
_SOME_PLACES = """
SELECT term, string_agg(entries, ''::bytea), string_agg(places, ''::bytea) FROM {posting}
WHERE term = ANY(%(terms)s::text[]) AND audience = ANY(%(audiences)s::bigint[])
    AND (audience, block) IN (SELECT audience, slot / %(block)s FROM {document} WHERE number = ANY(%(numbers)s::int[]))
GROUP BY term
"""
MANY = 2000  # documents from which on all places are read rather than those of some blocks
Numbers = npt.NDArray[np.int64]


class Postings(NamedTuple):
    """Where a term stands: per entry the document, the text (terms.TEXTS) and how often."""

    numbers: Numbers
    texts: Numbers
    counts: Numbers

    def inside(self, text: int) -> Numbers:
        """The documents that have the term in this text."""
        return self.numbers[self.texts == text]


class Placed(NamedTuple):
    """Where a term stands, place by place: of each the document, the text and the position."""

    numbers: Numbers
    texts: Numbers
    positions: Numbers


NOWHERE = Postings(*(np.zeros(0, np.int64) for _ in range(3)))
UNPLACED = Placed(*(np.zeros(0, np.int64) for _ in range(3)))


class PostingReader:
    """Reads what one search needs, each term once. `readable` says which documents count."""

    def __init__(self, session: Session, tables: Tables, audiences: Sequence[int], readable: Mask) -> None:
        self._session, self._tables, self._audiences, self._readable = session, tables, list(audiences), readable
        self._known: dict[str, Postings] = {}

    def read(self, terms: Iterable[str]) -> None:
        """Read these terms in one go, for `of`."""
        wanted = sorted(set(terms) - self._known.keys())
        if not wanted:
            return
        rows = self._session.rows(self._tables.sql(_ENTRIES), {"terms": wanted, "audiences": self._audiences})
        self._known |= dict.fromkeys(wanted, NOWHERE)
        for term, packed, _places in rows:
            entries = np.frombuffer(packed, ENTRY)
            numbers = entries["number"].astype(np.int64)
            kept = self._are(self._readable, numbers)
            counts = entries["count"][kept].astype(np.int64)
            self._known[term] = Postings(numbers[kept], counts >> COUNT_BITS, counts & MAX_COUNT)

    def of(self, term: str) -> Postings:
        """Where a term stands. Raises OutOfTimeError where it was not read before."""
        self.read([term])
        return self._known[term]

    def places(self, terms: Iterable[str], numbers: Numbers) -> dict[str, Placed]:
        """The places of these terms in these documents, which the reader may see."""
        wanted = sorted(set(terms))
        parameters = {"terms": wanted, "audiences": self._audiences}
        if len(numbers) > MANY:
            rows = self._session.rows(self._tables.sql(_PLACES), parameters)
        else:
            some = {"numbers": numbers.tolist(), "block": BLOCK}
            rows = self._session.rows(self._tables.sql(_SOME_PLACES), parameters | some)
        inside = np.zeros(len(self._readable), bool)
        inside[numbers] = True
        found = dict.fromkeys(wanted, UNPLACED)
        for term, packed, places in rows:
            entries = np.frombuffer(packed, ENTRY)
            of = entries["number"].astype(np.int64)
            kept = self._are(inside, of)
            each = np.repeat(kept, entries["kept"])
            texts = entries["count"][kept].astype(np.int64) >> COUNT_BITS
            many = entries["kept"][kept]
            positions = np.frombuffer(places, PLACE)[each].astype(np.int64)
            found[term] = Placed(np.repeat(of[kept], many), np.repeat(texts, many), positions)
        return found

    @staticmethod
    def _are(mask: Mask, numbers: Numbers) -> Mask:
        """Whether each of these is; a document that is newer than the facts is not."""
        known = numbers < len(mask)
        found: Mask = known & mask[np.where(known, numbers, 0)]
        return found
