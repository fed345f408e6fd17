"""What a backend is asked to look for: the words of a query with all the forms in which they count as met.

`search/expansion.py` makes plans; every backend scores them in the same way, with the weights of `search/ranking.py`.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from search import analysis
from search.backends.base import Correction
from search.ranking import least_share


class Vocabulary(Protocol):
    """The words of those documents of the index that the reader may see.

    A word that only others may see must change nothing of what is found: it would tell of itself.
    """

    def starting_with(self, prefix: str, most: int) -> list[str]:
        """Words that begin so, in order. Some may find nothing, but none of those takes the place of another."""

    def ending_in(self, suffix: str, most: int) -> list[str]:
        """Words that end so; the same goes for them."""

    def known(self, words: Iterable[str]) -> set[str]:
        """Those of these that are words of documents that the reader may see."""

    def finds(self, word: str) -> int:
        """In how many documents that the reader may see this word, or an inflected form of it, stands."""


@dataclass(frozen=True, slots=True)
class Form:
    """Ways to meet a word that are worth the same.

    `words` are sought as they are and `stems` among the stems: any of them meets the form. `together`: only where all
    of them stand in one document. `in_order`: moreover directly after each other (all of them are words, or all are
    stems); a backend that cannot see places may take it for `together`. `field`: only in this field ("title").
    """

    weight: float
    words: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    together: bool = False
    in_order: bool = False
    field: str = ""


@dataclass(slots=True)
class Concept:
    """A typed word, at its place in the query, and the forms in which it counts as met."""

    word: str
    place: int
    field: str = ""
    is_prefix: bool = False
    is_exact: bool = False  # part of a phrase
    is_name: bool = False  # typed in capitals: an abbreviation, also where it looks like a stop word
    forms: list[Form] = dataclasses.field(default_factory=list)

    @property
    def is_stop_word(self) -> bool:
        """Whether it says nothing of the subject."""
        return analysis.is_stop_word(self.word) and not (self.field or self.is_prefix or self.is_name)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look for: the concepts to score, all typed words in order, and what was corrected."""

    concepts: tuple[Concept, ...]
    typed: tuple[Concept, ...]
    corrections: tuple[Correction, ...]

    @property
    def least_coverage(self) -> float:
        """Which share of the concepts, by their rarity, a document must meet to be a result."""
        return least_share(len(self.concepts))
