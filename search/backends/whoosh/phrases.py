"""Which documents hold a word or phrase exactly as typed: what must be in a result, and what must not."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from search.analysis import stem, words_apart
from search.backends.whoosh.leaves import Leaf
from search.backends.whoosh.postings import NOWHERE, Ints
from search.backends.whoosh.snapshot import Mask
from search.backends.whoosh.sparse import are_among
from search.query import Phrase, Word

if TYPE_CHECKING:
    from search.backends.whoosh.scoring import Scorer

MOST_BEGINNINGS = 10_000
PHRASE_TEXTS = ("title", "body", "tags")
PLACE_BITS = 17  # one more than a place has: a place less some steps stays clear of the document before


def containing(scorer: "Scorer", term: Word | Phrase) -> Ints:
    """The readable documents in which a word (or what begins so) or a phrase stands, exactly as typed."""
    if isinstance(term, Phrase):
        return _phrase(scorer, term)
    words = words_apart(term.text)
    if term.is_prefix and words:
        words = scorer.starting_with(words[-1], MOST_BEGINNINGS)
    elif len(words) > 1:
        return _phrase(scorer, Phrase(tuple(words), term.field))
    return scorer.frequencies([("", word) for word in words], term.field).numbers


def _phrase(scorer: "Scorer", phrase: Phrase) -> Ints:
    words = [word for text in phrase.words for word in words_apart(text)]
    found = in_order(scorer, words, "", phrase.field)
    return found if len(found) else in_order(scorer, [stem(word) for word in words], "_stem", phrase.field)


def in_order(scorer: "Scorer", terms: Sequence[str], suffix: str, only: str) -> Ints:
    """The readable documents in which these terms stand one after the other; "_stem" as suffix for stems."""
    snapshot = scorer.snapshot
    found = [NOWHERE.numbers]
    for text in (only,) if only else PHRASE_TEXTS:
        for leaf, base in zip(snapshot.leaves, snapshot.bases, strict=True):
            if terms and not scorer.is_late():
                is_readable = scorer.readable[base : base + leaf.count]
                found.append(_in_leaf(leaf, f"{text}{suffix}", terms, is_readable) + base)
    return np.unique(np.concatenate(found))


def _in_leaf(leaf: Leaf, name: str, terms: Sequence[str], is_readable: Mask) -> Ints:
    """The documents of a segment in which these terms stand one after the other."""
    each = sorted((leaf.postings(name, term).numbers for term in set(terms)), key=len)
    numbers = each[0][is_readable[each[0]]]
    for others in each[1:]:
        numbers = numbers[are_among(numbers, others)]
    begins: Ints | None = None
    # The rarest first: each further word is looked for only where the words before it left something.
    for step, term in sorted(enumerate(terms), key=lambda one: len(leaf.postings(name, one[1]).numbers)):
        if not len(numbers):
            break
        documents, places = leaf.places(name, term).within(numbers)
        here = (documents << PLACE_BITS) + places - step
        begins = here if begins is None else begins[are_among(begins, here)]
        numbers = np.unique((begins + step) >> PLACE_BITS)
    return numbers
