"""The words of the index, for the reader who asks: only those of documents that this reader may see."""

from collections.abc import Iterable
from typing import Any, LiteralString

from search.analysis import stem
from search.backends.postgres.session import OutOfTimeError, Session
from search.backends.postgres.tables import Tables
from search.backends.postgres.terms import STEM

MAX_LOOKED_AT = 20_000  # rows of one look at the words that begin or end alike
AT_LEAST = 300  # as many as expansion looks at for compounds, which it does after it looked for fewer
LAST = "\U0010ffff"  # sorts after all letters

# The words in most documents first, so that what is cut off is what matters least.
_BEGINNING = """
SELECT term FROM (
    SELECT term, documents FROM {posting}
    WHERE term >= %(from)s AND term < %(to)s AND audience = ANY(%(audiences)s::bigint[]) AND documents > 0
    ORDER BY term, audience, block LIMIT %(looked_at)s
) AS seen GROUP BY term ORDER BY sum(documents) DESC, term LIMIT %(most)s
"""
_ENDING = """
SELECT term FROM (
    SELECT term, documents FROM {posting}
    WHERE reverse(term) >= %(from)s AND reverse(term) < %(to)s AND left(term, 1) <> '='
        AND audience = ANY(%(audiences)s::bigint[]) AND documents > 0
    ORDER BY reverse(term), audience LIMIT %(looked_at)s
) AS seen GROUP BY term ORDER BY sum(documents) DESC, term LIMIT %(most)s
"""
# The audience is no condition of the index here: most words are none, and are looked for once, not once per audience.
_KNOWN = """
SELECT word FROM unnest(%(words)s::text[]) AS word WHERE EXISTS (
    SELECT FROM {posting} WHERE term = word AND documents > 0 AND audience + 0 = ANY(%(audiences)s::bigint[])
)
"""
_COUNT = """
SELECT coalesce(sum(documents), 0)::bigint FROM {posting}
WHERE term = %(term)s AND audience = ANY(%(audiences)s::bigint[])
"""


class Vocabulary:
    """What expansion asks (search/expansion.py). When the time is over there are no words, and `is_cut` says so."""

    def __init__(self, session: Session, tables: Tables, audiences: Iterable[int]) -> None:
        self._session, self._tables = session, tables
        self.audiences = [one for one in audiences if -(1 << 63) <= one < 1 << 63]
        self.is_cut = False
        self._counted: dict[str, int] = {}
        self._alikes: dict[tuple[str, str], tuple[int, list[str]]] = {}

    def starting_with(self, prefix: str, most: int) -> list[str]:
        """Words that begin so, the most frequent first."""
        return self._alike(_BEGINNING, prefix, most)

    def ending_in(self, suffix: str, most: int) -> list[str]:
        """Words that end so, the most frequent first."""
        return self._alike(_ENDING, suffix[::-1], most)

    def known(self, words: Iterable[str]) -> set[str]:
        """Those of these that are words of something that the reader may see."""
        wanted = sorted(set(words))
        return set(self._words(_KNOWN, {"words": wanted})) if wanted else set()

    def finds(self, word: str) -> int:
        """In how many documents this word, or an inflected form of it, stands in title, text or tags."""
        stemmed = stem(word)
        if stemmed not in self._counted:
            found = self._ask(_COUNT, {"term": STEM + stemmed})
            self._counted[stemmed] = int(found[0][0]) if found else 0
        return self._counted[stemmed]

    def _alike(self, statement: LiteralString, letters: str, most: int) -> list[str]:
        """Words with these letters in front; so many that who asks again for some more is answered at once."""
        asked = max(most, AT_LEAST)
        known = self._alikes.get((statement, letters))
        if known is None or known[0] < asked:
            found = self._words(statement, {"from": letters, "to": letters + LAST, "most": asked})
            known = self._alikes[statement, letters] = (asked, found)
        return known[1][:most]

    def _words(self, statement: LiteralString, parameters: dict[str, Any]) -> list[str]:
        return [word for (word,) in self._ask(statement, {"looked_at": MAX_LOOKED_AT, **parameters})]

    def _ask(self, statement: LiteralString, parameters: dict[str, Any]) -> list[Any]:
        try:
            return self._session.rows(self._tables.sql(statement), {"audiences": self.audiences, **parameters})
        except OutOfTimeError:
            self.is_cut = True
            return []
