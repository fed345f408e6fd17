"""Excerpts cut where the matched words stand, as stretches of plain text: templates escape and mark them."""

import re
from collections.abc import Iterable

from search.analysis import fold, stem, tokens
from search.backends.base import Segment

MAX_LOOKED_AT = 200_000  # characters of a text in which words are looked for
MAX_FOUND = 80
EXCERPT = 240
BEFORE = 60


class Marker:
    """Knows which words of a text to mark: the given words, everything with the same stem, and given beginnings."""

    def __init__(self, words: Iterable[str], stems: Iterable[str] = (), prefixes: Iterable[str] = ()) -> None:
        self.words = frozenset(words)
        self.stems = frozenset(stems)
        self.prefixes = tuple(prefixes)
        begins = {re.escape(_beginning(word)) for word in self.words | self.stems | set(self.prefixes) if word}
        # Only words that begin alike are looked at closely: analysing a whole law for ten lines would take too long.
        self._maybe = re.compile(r"(?<![^\W_])(?:" + "|".join(sorted(begins)) + ")") if begins else None

    def matches(self, text: str) -> list[tuple[int, int]]:
        """Where marked words stand, in order, at most MAX_FOUND."""
        found: list[tuple[int, int]] = []
        if self._maybe is None:
            return found
        folded = fold(text[:MAX_LOOKED_AT])
        for match in self._maybe.finditer(folded):
            start = match.start()
            if found and start < found[-1][1]:
                continue
            place = self._place(folded, start)
            if place:
                found.append(place)
                if len(found) == MAX_FOUND:
                    break
        return found

    def _place(self, folded: str, start: int) -> tuple[int, int] | None:
        """The longest marked word that starts here."""
        ends = [
            start + token.end
            for token in tokens(folded[start : start + 100].split(maxsplit=1)[0])
            if token.start == 0 and self._is_match(token.word)
        ]
        return (start, max(ends)) if ends else None

    def _is_match(self, word: str) -> bool:
        return word in self.words or stem(word) in self.stems or word.startswith(self.prefixes)


def _beginning(word: str) -> str:
    """What all inflected forms of a word begin with: stems may end otherwise than the word (huis, huizen)."""
    return word[: max(2, min(len(word) - 2, 5))]


def mark(text: str, places: Iterable[tuple[int, int]]) -> tuple[Segment, ...]:
    """A text in stretches, the given places marked."""
    segments: list[Segment] = []
    at = 0
    for start, end in places:
        if start > at:
            segments.append(Segment(text[at:start], is_match=False))
        segments.append(Segment(text[start:end], is_match=True))
        at = end
    if at < len(text):
        segments.append(Segment(text[at:], is_match=False))
    return tuple(segments)


def excerpt(text: str, marker: Marker, length: int = EXCERPT) -> tuple[Segment, ...]:
    """The stretch of a text with most of the marked words in it, on word boundaries, with … where it was cut."""
    places = marker.matches(text)
    start = _best_start(text, places, length)
    end = len(text) if start + length >= len(text) else _boundary(text, start + length, -1, start)
    inside = [(from_ - start, to - start) for from_, to in places if start <= from_ and to <= end]
    flat = re.sub(r"\s", " ", text[start:end])
    segments = list(mark(flat, inside))
    if start > 0:
        segments.insert(0, Segment("… ", is_match=False))
    if end < len(text):
        segments.append(Segment(" …", is_match=False))
    return tuple(segments)


def _best_start(text: str, places: list[tuple[int, int]], length: int) -> int:
    """Where the excerpt begins: before the match that most different words follow within its length."""
    if not places:
        return 0
    folded = fold(text[:MAX_LOOKED_AT])
    best, best_worth = places[0][0], (0, 0)
    for at, (start, _end) in enumerate(places):
        inside = [stem(folded[from_:to]) for from_, to in places[at:] if to <= start + length - BEFORE]
        worth = (len(set(inside)), len(inside))
        if worth > best_worth:
            best, best_worth = start, worth
    return _boundary(text, max(0, best - BEFORE), 1, best)


def _boundary(text: str, at: int, step: int, stop: int) -> int:
    """The nearest word boundary from `at` in a direction, not past `stop`."""
    if at <= 0:
        return 0
    while at != stop and not text[at - 1].isspace():
        at += step
    return at
