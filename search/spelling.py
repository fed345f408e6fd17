"""Words that a mistyped word may have been meant as, out of the words that the reader may see."""

from collections.abc import Iterable

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from search.plans import Vocabulary

MIN_LENGTH = 4
MIN_LENGTH_TWO = 8  # from here on, two mistakes are looked past
KEPT_PREFIX = 3
MAX_LOOKED_AT = 6000
MAX_TRIED = 40
MAX_NEAR = 3
LETTERS = "abcdefghijklmnopqrstuvwxyz"
FEW = 3  # a word that stands in so few documents may be a mistake itself …
MANY = 10  # … where a word beside it stands in so many times as many


def near_words(word: str, vocabulary: Vocabulary) -> list[str]:
    """The likeliest words at one mistake's distance, else at two; none that the reader may not see.

    None at all where the word finds enough by itself. A mistake is a letter left out, added, changed, or swapped with
    its neighbour; the second one is looked past in words of eight letters and more, whose first three letters count.
    """
    if len(word) < MIN_LENGTH or not word.isalpha():
        return []
    found = vocabulary.finds(word)
    if found > FEW:
        return []
    near = _seen(vocabulary.known(_one_mistake(word)), vocabulary, found * MANY)
    if near or found or len(word) < MIN_LENGTH_TWO:
        return near
    begin = vocabulary.starting_with(word[:KEPT_PREFIX], MAX_LOOKED_AT)
    close = extract(word, begin, scorer=OSA.distance, score_cutoff=2, limit=MAX_TRIED)
    return _seen((other for other, _distance, _at in close), vocabulary, 0)


def _seen(found: Iterable[str], vocabulary: Vocabulary, least: int) -> list[str]:
    """The words that the reader sees in more than `least` documents, those that stand in most documents first."""
    counted = sorted(((vocabulary.finds(other), other) for other in found), reverse=True)
    return [other for count, other in counted if count > least][:MAX_NEAR]


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
