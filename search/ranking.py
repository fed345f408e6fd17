"""What makes one find better than another: every weight in one table, with its reason."""

import math
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Weights:
    """The numbers that ranking is made of; `make bench-quality ARGS=--ablate` shows what each is worth."""

    # BM25: how fast repetition stops counting, and how much long texts are held back.
    saturation: float = 1.2
    length: float = 0.6
    # What a word in this field is worth, beside one in the body: titles name the subject, tags were chosen by hand.
    fields: dict[str, float] = field(default_factory=lambda: {"title": 4.0, "tags": 1.5, "author": 1.0, "body": 1.0})
    # A title is short by nature: its length says less than that of a body.
    title_length: float = 0.3
    # How near a form is to the typed word. Exact words first, then inflections; guesses stay below both.
    exact: float = 1.0
    stem: float = 0.8
    inflected: float = 0.8  # an inflection that the stem does not bring together with it
    joined: float = 1.1  # two typed words that stand as one: seldom chance
    relinked: float = 0.9  # the same compound with other linking letters
    prefix: float = 0.75  # asked for with *
    last_word: float = 0.45  # the last word may still be half typed
    compound: float = 0.4  # the word as part of a longer one
    abbreviation: float = 0.8  # another name that is surely the same
    synonym: float = 0.5  # another name that is nearly the same
    typo: float = 0.8  # only where the typed word finds little
    parts: float = 0.35  # the parts of a compound that itself finds nothing
    # A lone word, once more for titles: what a thing is called outweighs how often a word stands in its text. Of
    # several words each says too little of the subject for that: the field's weight above is enough.
    in_title: float = 1.2
    in_title_inflected: float = 1.1
    in_title_stem: float = 0.6
    in_title_compound: float = 1.0
    # Two forms of one word in a text: the second adds this part of its own worth.
    second_form: float = 0.1
    # Documents with all words come before those with some: the share of the score that hangs on it.
    coverage: float = 0.6
    # Below this share of what was asked for, by rarity of the words, a document is no result.
    least_coverage: float = 0.4
    # Of a question, which says much that stands in no answer, less: from so many words on its share goes down.
    few_words: int = 4
    # Words next to each other, as typed; in a title twice as much. A title that is just the query comes first.
    proximity: float = 0.25
    whole_title: float = 0.5
    # Practices were written to be found; a chat line seldom stands on its own.
    kinds: dict[str, float] = field(
        default_factory=lambda: {"practice": 1.1, "thread": 1.0, "post": 0.95, "message": 0.85}
    )
    # Reviewed and applied, or retired and overdue.
    quality: float = 0.15
    # Recent talk is worth more; practices age by their review, not by their date.
    recent: float = 0.1
    recent_days: float = 180.0
    dated_kinds: frozenset[str] = frozenset({"thread", "post", "message"})


WEIGHTS = Weights()


def least_share(concepts: int) -> float:
    """Which share of what was asked, by rarity, a document must meet, given the number of words that count."""
    return WEIGHTS.least_coverage * min(1.0, (WEIGHTS.few_words / max(concepts, 1)) ** 2)


def rarity(matching: int, documents: int) -> float:
    """What a word that `matching` of `documents` contain tells about a document (BM25's idf, never negative)."""
    return math.log(1.0 + (documents - matching + 0.5) / (matching + 0.5))


def length_factor(length: int, average: float, share: float) -> float:
    """What a frequency is multiplied by, given the length of the field and how much length counts."""
    return 1.0 / (1.0 - share + share * length / average) if average else 1.0


def standing_factor(kind: str, quality: float, age_days: float, weights: Weights = WEIGHTS) -> float:
    """What the thing itself, whatever was asked, does to its score."""
    factor = weights.kinds.get(kind, 1.0) * (1.0 + weights.quality * max(-1.0, min(1.0, quality)))
    if kind in weights.dated_kinds:
        factor *= 1.0 + weights.recent * math.exp(-max(age_days, 0.0) / weights.recent_days)
    return factor
