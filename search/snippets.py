"""Excerpts cut where the matched words stand, as stretches of plain text: templates escape and mark them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from search.analysis import fold, stem, tokens
from search.backends.base import PAGE_END, Segment
from search.plans import Plan

MAX_LOOKED_AT = 200_000  # characters of a text in which words are looked for
MAX_FOUND = 80
EXCERPT = 240
BEFORE = 60  # characters of an excerpt that come before its first match
LONGEST_WORD = 100
MIN_PART = 4  # letters that are marked within a longer word
GAP = " … "
Place = tuple[int, int]


class Marker:
    """Knows which words of a text to mark: the given words, everything with the same stem, and given beginnings.

    Where a given word contains a shorter one, as compounds contain what was asked for, only that part is marked.
    """

    def __init__(self, words: Iterable[str], stems: Iterable[str] = (), prefixes: Iterable[str] = ()) -> None:
        self.words = frozenset(words)
        self.stems = frozenset(stems)
        self.prefixes = tuple(prefixes)
        begins = {re.escape(_beginning(word)) for word in self.words | self.stems | set(self.prefixes) if word}
        # Only words that begin alike are looked at closely: analysing a whole law for ten lines would take too long.
        self._maybe = re.compile(r"(?<![^\W_])(?:" + "|".join(sorted(begins)) + ")") if begins else None
        asked = {word for word in self.words | self.stems if word in self.stems or stem(word) in self.stems}
        self._asked = sorted((word for word in asked if len(word) >= MIN_PART), key=len, reverse=True)

    def matches(self, text: str) -> list[Place]:
        """Where marked words stand, in order, at most MAX_FOUND."""
        return self.matches_in(fold(text[:MAX_LOOKED_AT]))

    def matches_in(self, folded: str) -> list[Place]:
        """The same, in a text that was folded."""
        found: list[Place] = []
        if self._maybe is None:
            return found
        seen = 0
        for match in self._maybe.finditer(folded):
            if match.start() < seen:
                continue
            place = self._place(folded, match.start())
            if place:
                seen = place[1]
                found.append(self._part_of(folded, place))
                if len(found) == MAX_FOUND:
                    break
        return found

    def _place(self, folded: str, start: int) -> Place | None:
        """The longest marked word that starts here."""
        if folded[start : start + 1].isspace():  # asked for was a space
            return None
        ends = [
            start + token.end
            for token in tokens(folded[start : start + LONGEST_WORD].split(maxsplit=1)[0])
            if token.start == 0 and self._is_match(token.word)
        ]
        return (start, max(ends)) if ends else None

    def _is_match(self, word: str) -> bool:
        return word in self.words or stem(word) in self.stems or word.startswith(self.prefixes)

    def _part_of(self, folded: str, place: Place) -> Place:
        """The part of a longer word that was asked for; all of it, where that is the word itself or a form of it."""
        start, end = place
        word = folded[start:end]
        if stem(word) not in self.stems:
            for part in self._asked:
                if (at := word.find(part)) >= 0:
                    return start + at, start + at + len(part)
        return place


def _beginning(word: str) -> str:
    """What all inflected forms of a word begin with: stems may end otherwise than the word (huis, huizen)."""
    return word[: max(2, min(len(word) - 2, 5))]


def marker_of(planned: Plan) -> Marker:
    """Marks what made documents match: the forms of the concepts; inflected forms of typed words by their stems."""
    forms = [form for concept in planned.concepts for form in concept.forms]
    stems = {stem(concept.word) for concept in planned.typed if not concept.is_stop_word}
    prefixes = [concept.word for concept in planned.concepts if concept.is_prefix]
    return Marker(
        (word for form in forms for word in form.words), stems.union(*(form.stems for form in forms)), prefixes
    )


def mark(text: str, places: Iterable[Place]) -> tuple[Segment, ...]:
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
    """The stretch of a text with most of the marked words in it, on word boundaries, with … where it was cut.

    Where words stand too far apart for one stretch, it is two, each half as long.
    """
    skipped = _before_first_match(text, marker)
    page = text.count(PAGE_END, 0, skipped) + 1 if PAGE_END in text else 0
    text = text[skipped:]
    folded = fold(text[:MAX_LOOKED_AT])
    places = marker.matches_in(folded)
    words = [stem(folded[start:end]) for start, end in places]
    stretches = _stretches(text, places, words, length)
    segments: list[Segment] = []
    for at, (start, end) in enumerate(stretches):
        if at or skipped + start > 0:
            segments.append(Segment(GAP if at else GAP[1:], is_match=False))
        inside = [(from_ - start, to - start) for from_, to in places if start <= from_ and to <= end]
        segments += _numbered(mark(text[start:end], inside), page and page + text.count(PAGE_END, 0, start))
    if stretches[-1][1] < len(text):
        segments.append(Segment("\u00a0…", is_match=False))  # never on a line of its own
    return tuple(segments)


def _before_first_match(text: str, marker: Marker) -> int:
    """How much of a long text to skip: so many times MAX_LOOKED_AT characters as have no marked word in them."""
    if len(text) <= MAX_LOOKED_AT:
        return 0
    starts = range(0, len(text), MAX_LOOKED_AT)
    return next((start for start in starts if marker.matches(text[start : start + MAX_LOOKED_AT])), 0)


def _numbered(segments: Iterable[Segment], page: int) -> Iterator[Segment]:
    """Segments on one line, each with the number of the page on which it begins."""
    for segment in segments:
        yield Segment(re.sub(r"\s", " ", segment.text), segment.is_match, page)
        page += segment.text.count(PAGE_END)


def _stretches(text: str, places: Sequence[Place], words: Sequence[str], length: int) -> list[Place]:
    """One stretch, or the two that together show more of the words, in order and apart."""
    best = _best(places, words, length - BEFORE, frozenset())
    missed = frozenset(words) - {words[at] for at in best}
    if not missed:
        return [_stretch(text, places, best, length)]
    half = length // 2
    first = _best(places, words, half - BEFORE // 2, frozenset())
    second = _best(places, words, half - BEFORE // 2, frozenset(words[at] for at in first))
    one, other = sorted(_stretch(text, places, some, half) for some in (first, second))
    return [one, other] if one[1] < other[0] else [(one[0], max(one[1], other[1]))]


def _best(places: Sequence[Place], words: Sequence[str], length: int, shown: frozenset[str]) -> range:
    """Which neighbouring places within a length hold most words that are not shown yet, and then most places."""
    best, best_worth = range(0), (0, 0)
    end = 0
    for at, (start, _end) in enumerate(places):
        end = max(end, at + 1)
        while end < len(places) and places[end][1] <= start + length:
            end += 1
        worth = (len(frozenset(words[at:end]) - shown), end - at)
        if worth > best_worth:
            best, best_worth = range(at, end), worth
    return best


def _stretch(text: str, places: Sequence[Place], some: range, length: int) -> Place:
    """So many characters around these places, from word boundary to word boundary; the first ones without places."""
    first = places[some[0]][0] if some else 0
    start = _boundary(text, max(0, first - BEFORE * length // EXCERPT), 1, first)
    last = places[some[-1]][1] if some else 0
    wanted = start + length
    if wanted >= len(text):
        return start, len(text)
    end = _boundary(text, wanted, -1, max(last, start))
    if end <= start:
        return start, _letter_end(text, wanted, start)
    while text[end - 1].isspace() and end > start + 1:
        end -= 1
    return start, end


def _boundary(text: str, at: int, step: int, stop: int) -> int:
    """The nearest word boundary from `at` in a direction, not past `stop`."""
    if at <= 0:
        return 0
    while at != stop and not text[at - 1].isspace():
        at += step
    return at


def _letter_end(text: str, wanted: int, start: int) -> int:
    """Where to cut a word that is longer than an excerpt: before a letter, not before a sign that belongs to one."""
    at = wanted
    while at > start and (unicodedata.category(text[at])[0] == "M" or "\u200d" in text[at - 1 : at + 1]):
        at -= 1
    return at if at > start else wanted
