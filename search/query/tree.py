"""The tree that a typed text becomes: words, phrases and operators, and the limits on them."""

from dataclasses import dataclass, field

MAX_TYPED = 1024  # characters that are read at all
MAX_CHARACTERS = 256  # of the words together; operators have a limit of their own
MAX_WORDS = 40
MAX_WORD_LENGTH = 64
MIN_PREFIX_LENGTH = 3
MAX_OPERATORS = 16
MAX_VALUES = 320  # characters of the values of all operators together
MAX_VALUE_LENGTH = 120

FIELDS = {
    "title": "title",
    "titel": "title",
    "tag": "tags",
    "tags": "tags",
    "author": "author",
    "auteur": "author",
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word as typed; `field` is "" for everywhere. `is_prefix`: any word that begins so."""

    text: str
    field: str = ""
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """These words in this order, next to each other."""

    words: tuple[str, ...]
    field: str = ""


@dataclass(frozen=True, slots=True)
class Operator:
    """A wish about something else than words: `name` is a key of OPERATORS, `value` is as typed.

    It stands in the text of its query from `start` to `end`.
    """

    name: str
    value: str
    is_negated: bool = False
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked: the terms that should match, those that must not, and the operators.

    `is_cut`: the limits left something out. `text` is what was read, in which operators have their places.
    """

    terms: tuple[Word | Phrase, ...] = ()
    without: tuple[Word | Phrase, ...] = ()
    operators: tuple[Operator, ...] = ()
    is_cut: bool = field(default=False, compare=False)
    text: str = field(default="", compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether there are no words to look for."""
        return not self.terms
