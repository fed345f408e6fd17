"""From typed words to what is looked for: each word with its inflections, compounds, joined forms and corrections.

Compounds are found in the words of the index itself: a longer word counts when what remains of it is a word too.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from search import analysis
from search.analysis import stem
from search.backends.base import Correction
from search.query import MAX_WORDS, MIN_PREFIX_LENGTH, Phrase, Query, Word
from search.ranking import WEIGHTS
from search.spelling import near_words

LINKS = ("", "s", "e", "en", "er", "n")  # what Dutch puts between the parts of a compound
MIN_PART = 4
MIN_OTHER_PART = 3
MAX_PREFIXED = 150
MAX_LOOKED_AT = 300
MAX_COMPOUNDS = 40


class Vocabulary(Protocol):
    """The words of the index, and which of them the reader may know of."""

    def starting_with(self, prefix: str, most: int) -> list[str]:
        """Words that begin so."""

    def ending_in(self, suffix: str, most: int) -> list[str]:
        """Words that end so."""

    def has_word(self, word: str) -> bool:
        """Whether it is a word of any document; never to be shown."""

    def finds(self, word: str) -> int:
        """In how many documents that the reader may see this word, or an inflected form of it, stands."""


@dataclass(frozen=True, slots=True)
class Form:
    """Ways to meet a word that are worth the same. `together`: only where all the terms stand."""

    weight: float
    words: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    together: bool = False


@dataclass(slots=True)
class Concept:
    """A typed word, at its place in the query, and the forms in which it counts as met."""

    word: str
    place: int
    field: str = ""
    is_prefix: bool = False
    is_exact: bool = False  # part of a phrase
    forms: list[Form] = dataclasses.field(default_factory=list)

    @property
    def is_stop_word(self) -> bool:
        """Whether it says nothing of the subject."""
        return analysis.is_stop_word(self.word) and not self.field and not self.is_prefix


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look for: the concepts to score, all typed words in order, and what was corrected."""

    concepts: tuple[Concept, ...]
    typed: tuple[Concept, ...]
    corrections: tuple[Correction, ...]


def plan(query: Query, vocabulary: Vocabulary) -> Plan:
    """Everything the words of a query stand for, given the words that there are."""
    typed = _typed(query)
    corrections: list[Correction] = []
    for concept in typed:
        _add_own_forms(concept)
    joined = _join(typed, vocabulary)
    last = typed[-1] if typed and query.terms and isinstance(query.terms[-1], Word) else None
    for concept in typed:
        if concept.is_stop_word and concept is not last:
            continue
        if concept is last or concept.is_prefix:
            _add_prefixed(concept, vocabulary)
        if not concept.is_stop_word and not concept.is_exact:
            _add_compounds(concept, vocabulary)
            if concept.place not in joined and not concept.field:
                corrections.extend(_correct(concept, vocabulary))
    telling = [concept for concept in typed if not concept.is_stop_word]
    if last and last.is_stop_word and telling:
        del last.forms[:-1]  # "over" may become "overlast", but is not looked for itself
    scored = [concept for concept in typed if concept in telling or (concept is last and concept.forms)]
    return Plan(tuple(scored if telling else typed), tuple(typed), tuple(corrections))


def _typed(query: Query) -> list[Concept]:
    """The words of a query in order, with hyphened ones in parts: their joined form is tried as for any two words."""
    found: list[Concept] = []
    for term in query.terms:
        texts = term.words if isinstance(term, Phrase) else (term.text,)
        for text in texts:
            folded = analysis.fold(analysis.normalise(text))
            pieces = [token for token in analysis.tokens(folded) if not _is_joined(token, folded)]
            for piece in pieces:
                is_prefix = isinstance(term, Word) and term.is_prefix and piece is pieces[-1]
                is_exact = isinstance(term, Phrase)
                found.append(Concept(piece.word, len(found), term.field, is_prefix, is_exact))
    return found[: MAX_WORDS * 2]


def _is_joined(token: analysis.Token, text: str) -> bool:
    return any(sign in text[token.start : token.end] for sign in "-\u2010\u2011")


def _add_own_forms(concept: Concept) -> None:
    concept.forms.append(Form(WEIGHTS.exact, words=(concept.word,)))
    concept.forms.append(Form(WEIGHTS.stem, stems=(stem(concept.word),)))


def _join(typed: Sequence[Concept], vocabulary: Vocabulary) -> set[int]:
    """Let neighbours count as met where they stand written as one word; gives the places that were met so."""
    met: set[int] = set()
    for size in (2, 3):
        for at in range(len(typed) - size + 1):
            group = typed[at : at + size]
            if any(concept.field or concept.is_exact for concept in group) or all(
                concept.is_stop_word for concept in group
            ):
                continue
            for whole in _joined([concept.word for concept in group]):
                if vocabulary.finds(whole):
                    form = Form(WEIGHTS.joined, words=(whole,), stems=(stem(whole),))
                    for concept in group:
                        concept.forms.append(form)
                        met.add(concept.place)
    return met


def _joined(parts: list[str]) -> Iterator[str]:
    if sum(map(len, parts)) > analysis.MAX_WORD_LENGTH:
        return
    if len(parts) > 2:  # noqa: PLR2004 - linking letters are tried between two words only
        yield "".join(parts)
        return
    for link in LINKS:
        yield parts[0] + link + parts[1]


def _add_prefixed(concept: Concept, vocabulary: Vocabulary) -> None:
    if len(concept.word) >= MIN_PREFIX_LENGTH:
        found = tuple(vocabulary.starting_with(concept.word, MAX_PREFIXED))
        if found:
            concept.forms.append(Form(WEIGHTS.prefix if concept.is_prefix else WEIGHTS.last_word, words=found))


def _add_compounds(concept: Concept, vocabulary: Vocabulary) -> None:
    word = concept.word
    if len(word) < MIN_PART or not word.isalpha() or concept.field:
        return
    found = [
        whole for whole in vocabulary.starting_with(word, MAX_LOOKED_AT) if _is_rest(whole[len(word) :], vocabulary)
    ]
    found += [
        whole
        for whole in vocabulary.ending_in(word, MAX_LOOKED_AT)
        if _is_head(whole[: len(whole) - len(word)], vocabulary)
    ]
    if found:
        found.sort(key=len)
        concept.forms.append(Form(WEIGHTS.compound, words=tuple(found[:MAX_COMPOUNDS])))


def _is_rest(rest: str, vocabulary: Vocabulary) -> bool:
    """Whether this can follow the first part of a compound: a word, perhaps after linking letters."""
    cut = (rest[len(link) :] for link in LINKS if rest.startswith(link))
    return any(len(part) >= MIN_PART and vocabulary.has_word(part) for part in cut)


def _is_head(head: str, vocabulary: Vocabulary) -> bool:
    """Whether this can stand before the last part of a compound: a word, perhaps with linking letters."""
    cut = (head[: len(head) - len(link)] for link in LINKS if head.endswith(link))
    return any(len(part) >= MIN_OTHER_PART and vocabulary.has_word(part) for part in cut)


def _correct(concept: Concept, vocabulary: Vocabulary) -> list[Correction]:
    """Where a word finds nothing: the words that it may have been meant as, else its parts."""
    if vocabulary.finds(concept.word) or not concept.word.isalpha():
        return []
    near = near_words(concept.word, vocabulary)
    if near:
        concept.forms.append(Form(WEIGHTS.typo, words=tuple(near), stems=tuple({stem(word) for word in near})))
        return [Correction(concept.word, near[0])]
    parts = _parts(concept.word, vocabulary)
    if parts:
        concept.forms.append(Form(WEIGHTS.parts, stems=tuple(stem(part) for part in parts), together=True))
    return []


def _parts(word: str, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """The two words that a compound consists of, the longest first part first."""
    for at in range(len(word) - MIN_PART, MIN_OTHER_PART - 1, -1):
        head, last = word[:at], word[at:]
        for link in LINKS:
            part = head[: len(head) - len(link)]
            if (
                head.endswith(link)
                and len(part) >= MIN_OTHER_PART
                and vocabulary.finds(part)
                and vocabulary.finds(last)
            ):
                return part, last
    return None
