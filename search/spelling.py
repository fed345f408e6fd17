"""Words that a mistyped word may have been meant as, out of the words that the reader may see."""

from typing import Protocol

MIN_LENGTH = 4
MIN_LENGTH_TWO = 8  # from here on, two mistakes are looked past
KEPT_PREFIX = 3
MAX_LOOKED_AT = 3000
MAX_NEAR = 3
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Words(Protocol):
    """What is known of the words of the index."""

    def starting_with(self, prefix: str, most: int) -> list[str]:
        """Words that begin so."""

    def has_word(self, word: str) -> bool:
        """Whether it is a word of any document; never to be shown."""

    def finds(self, word: str) -> int:
        """In how many documents that the reader may see this word stands."""


def near_words(word: str, words: Words) -> list[str]:
    """The likeliest words at one mistake's distance, else at two; none that the reader may not see."""
    if len(word) < MIN_LENGTH:
        return []
    near = _seen([other for other in _one_mistake(word) if words.has_word(other)], words)
    if near or len(word) < MIN_LENGTH_TWO:
        return near
    begin = words.starting_with(word[:KEPT_PREFIX], MAX_LOOKED_AT)
    return _seen([other for other in begin if abs(len(other) - len(word)) <= 2 and distance(word, other) <= 2], words)  # noqa: PLR2004


def _seen(found: list[str], words: Words) -> list[str]:
    """The words that the reader may see, those that stand in most documents first."""
    counted = sorted(((words.finds(other), other) for other in found), reverse=True)
    return [other for count, other in counted if count][:MAX_NEAR]


def _one_mistake(word: str) -> set[str]:
    """Everything that is one letter left out, added, changed or swapped away."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {left + right[1:] for left, right in cuts if right}
    found.update(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1)
    for letter in LETTERS:
        found.update(left + letter + right for left, right in cuts)
        found.update(left + letter + right[1:] for left, right in cuts if right)
    found.discard(word)
    return found


def distance(one: str, other: str) -> int:
    """How many letters were left out, added, changed or swapped with a neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        above, row_before = row, before
        row = [at]
        for to, wanted in enumerate(other, start=1):
            cost = min(above[to] + 1, row[to - 1] + 1, above[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, row_before[to - 2] + 1)
            row.append(cost)
        before = above
    return row[-1]
