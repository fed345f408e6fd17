"""Abbreviations, synonyms, parts of compounds and exceptions, as a query meets them: shipped lists and a site's own.

Only queries are expanded with these lists; nothing of them is in the index. So a list can change at any time, and
what is searched next goes by the new one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from search.analysis import words_apart
from search.language.inflection import plurals
from search.language.shipped import lines_of

SIGN = "="  # between the ways to say the same
PLUS = "+"  # between the parts of a compound
MAX_MEANINGS = 8


class Kind(StrEnum):
    """What an entry of a list is."""

    ABBREVIATION = "abbreviation"
    SYNONYM = "synonym"
    PART = "part"
    EXCEPTION = "exception"


SHIPPED = {
    Kind.ABBREVIATION: "abbreviations.txt",
    Kind.SYNONYM: "synonyms.txt",
    Kind.PART: "parts.txt",
    Kind.EXCEPTION: "exceptions.txt",
}


class Entry(NamedTuple):
    """One entry: `term` names it; `others` are the other ways to say it, or the parts of an exception."""

    kind: Kind
    term: str
    others: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[Kind, str]:
        """By what an own entry replaces a shipped one: the folded words of its term."""
        return self.kind, " ".join(words_apart(self.term))


class Meaning(NamedTuple):
    """Another way to say something, in folded words."""

    words: tuple[str, ...]
    is_abbreviation: bool


@dataclass(frozen=True)
class Lexicon:
    """What expansion looks up, all of it folded.

    `meanings`: for the words of a term, the other ways to say it; `longest`: the most words that a term has;
    `parts`: words that compounds are made of, and `part_forms` their inflections; `splits`: how these words are split,
    each into itself where it is no compound.
    """

    meanings: Mapping[tuple[str, ...], tuple[Meaning, ...]] = field(default_factory=dict)
    longest: int = 0
    parts: frozenset[str] = frozenset()
    part_forms: frozenset[str] = frozenset()
    splits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def shipped() -> tuple[Entry, ...]:
    """The entries that come with the site."""
    found: list[Entry] = []
    for kind, name in SHIPPED.items():
        for line in lines_of(name):
            if kind is Kind.PART:
                found.extend(Entry(kind, part) for part in line.split())
            else:
                term, *others = (piece.strip() for piece in line.split(SIGN, 1 if kind is Kind.EXCEPTION else -1))
                if kind is Kind.EXCEPTION:
                    others = [piece.strip() for piece in "".join(others).split(PLUS) if piece.strip()]
                found.append(Entry(kind, term, tuple(others)))
    return tuple(found)


def build(entries: Iterable[Entry]) -> Lexicon:
    """The lexicon of these entries; what has no words in it is left out."""
    meanings: defaultdict[tuple[str, ...], dict[Meaning, None]] = defaultdict(dict)
    parts: set[str] = set()
    splits: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        ways = [way for text in (entry.term, *entry.others) if (way := tuple(words_apart(text)))]
        if not ways:
            continue
        if entry.kind is Kind.PART:
            parts.update(ways[0])
        elif entry.kind is Kind.EXCEPTION:
            splits["".join(ways[0])] = tuple(word for way in ways[1:] for word in way) or ("".join(ways[0]),)
        else:
            _relate(ways, meanings, entry.kind is Kind.ABBREVIATION)
    return Lexicon(
        meanings={way: tuple(others)[:MAX_MEANINGS] for way, others in meanings.items()},
        longest=max(map(len, meanings), default=0),
        parts=frozenset(parts),
        part_forms=frozenset(form for part in parts for form in plurals(part)),
        splits=splits,
    )


def _relate(
    ways: list[tuple[str, ...]], meanings: Mapping[tuple[str, ...], dict[Meaning, None]], is_abbreviation: bool
) -> None:
    for way in ways:
        for other in ways:
            if other != way:
                meanings[way][Meaning(other, is_abbreviation)] = None


class _Current:
    """The lexicon that queries are expanded with in this process."""

    lexicon: Lexicon | None = None


def current() -> Lexicon:
    """The lexicon of this process: the shipped lists, until `use` gives it another."""
    if _Current.lexicon is None:
        _Current.lexicon = build(shipped())
    return _Current.lexicon


def use(lexicon: Lexicon | None) -> None:
    """Expand the next queries with this lexicon; None: with the shipped lists."""
    _Current.lexicon = lexicon
