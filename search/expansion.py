"""From typed words to what is looked for: each word with its inflections, compounds, other names and corrections.

All of it happens when somebody asks, against the words of the index: no guess is ever kept in the index, and what an
administrator adds to the lists counts from the next query on.
"""

from collections.abc import Sequence
from itertools import islice

from search import analysis
from search.analysis import ARTICLE_WORDS, article, stem
from search.backends.base import Correction
from search.compounding import Compounds, joined
from search.language import inflection, lexicon
from search.plans import Concept, Form, Plan, Vocabulary
from search.query import MAX_WORDS, MIN_PREFIX_LENGTH, Phrase, Query, Word
from search.ranking import WEIGHTS
from search.spelling import near_words

__all__ = ["Concept", "Form", "Plan", "Vocabulary", "plan"]

MAX_PREFIXED = 150
MAX_COMPOUNDS = 40
MAX_CONCEPTS = 24  # of a long question, so many of its rarest words count
MAX_GUESSED = 8  # from so many words on a question says enough by itself: no compounds are guessed
TITLE = "title"


def plan(query: Query, vocabulary: Vocabulary) -> Plan:
    """Everything the words of a query stand for, given the words that there are."""
    typed = _typed(query)
    telling = _telling(typed, vocabulary)
    scored = telling or typed
    last = typed[-1] if typed and isinstance(query.terms[-1], Word) else None
    is_lone = len(scored) == 1 and last in (None, *scored)
    for concept in typed:
        _add_own_forms(concept)
    for concept in scored:
        _add_inflections(concept, vocabulary, is_lone=is_lone)
        if concept is last or concept.is_prefix:
            _add_prefixed(concept, vocabulary)
    corrections = _Expander(typed, vocabulary, is_lone=is_lone).expand(scored)
    if last and telling and last.is_stop_word:
        last.forms = []  # "over" may become "overlast", but is not looked for itself
        _add_prefixed(last, vocabulary)
        scored = [*scored, last] if last.forms else scored
    return Plan(tuple(scored), tuple(typed), tuple(corrections))


def _telling(typed: Sequence[Concept], vocabulary: Vocabulary) -> list[Concept]:
    """The words that say something of the subject: of a long question the rarest, in the order as typed."""
    found = [concept for concept in typed if not concept.is_stop_word]
    if len(found) <= MAX_CONCEPTS:
        return found
    rarest = sorted(found, key=lambda concept: vocabulary.finds(concept.word) or 1)[:MAX_CONCEPTS]
    return sorted(rarest, key=lambda concept: concept.place)


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
                concept = Concept(piece.word, len(found), term.field, is_prefix, isinstance(term, Phrase))
                concept.is_name = text.isupper() and len(text) > 1 and (piece.word,) in lexicon.current().meanings
                found.append(concept)
    return found[: MAX_WORDS * 2]


def _is_joined(token: analysis.Token, text: str) -> bool:
    return any(sign in text[token.start : token.end] for sign in "-\u2010\u2011")


def _add_own_forms(concept: Concept) -> None:
    if not concept.is_name or not analysis.is_stop_word(concept.word):
        concept.forms.append(Form(WEIGHTS.exact, words=(concept.word,)))
        concept.forms.append(Form(WEIGHTS.stem, stems=(stem(concept.word),)))


def _add_inflections(concept: Concept, vocabulary: Vocabulary, *, is_lone: bool) -> None:
    """The other forms of a word; of a lone word once more for the title, where it names the subject."""
    word, forms = concept.word, concept.forms
    if concept.is_exact or concept.is_name:
        return
    family = tuple(sorted(vocabulary.known(inflection.forms(word))))
    more = tuple(other for other in family if stem(other) != stem(word))
    if more:
        forms.append(Form(WEIGHTS.inflected, words=more))
    if is_lone and not concept.field:
        forms.append(Form(WEIGHTS.in_title, words=(word,), field=TITLE))
        forms.append(Form(WEIGHTS.in_title_inflected, words=family, field=TITLE))
        forms.append(Form(WEIGHTS.in_title_stem, stems=(stem(word),), field=TITLE))


def _add_prefixed(concept: Concept, vocabulary: Vocabulary) -> None:
    if len(concept.word) < MIN_PREFIX_LENGTH:
        return
    found = tuple(vocabulary.starting_with(concept.word, MAX_PREFIXED))
    if found:
        concept.forms.append(Form(WEIGHTS.prefix if concept.is_prefix else WEIGHTS.last_word, words=found))


class _Expander:
    """What the words of one query may stand for beyond their own forms."""

    def __init__(self, typed: Sequence[Concept], vocabulary: Vocabulary, *, is_lone: bool) -> None:
        self.typed, self.vocabulary, self.is_lone = typed, vocabulary, is_lone
        self.compounds = Compounds(vocabulary)
        self.lexicon = lexicon.current()

    def expand(self, scored: Sequence[Concept]) -> list[Correction]:
        """Give the words all forms that they have among each other and alone; tells what was corrected."""
        corrections: list[Correction] = []
        met = self.join() | self.name()
        for concept in scored:
            if not (concept.is_exact or concept.is_stop_word or concept.field):
                is_long = len(scored) > MAX_GUESSED
                corrections.extend(self.guess(concept, is_met=concept.place in met, is_long=is_long))
        return corrections

    def join(self) -> set[int]:
        """Let neighbours count as met where they stand written as one word; gives the places that were met so."""
        met: set[int] = set()
        for size in (2, 3):
            for at in range(len(self.typed) - size + 1):
                group = self.typed[at : at + size]
                if any(concept.field or concept.is_exact for concept in group):
                    continue
                if all(concept.is_stop_word for concept in group):
                    continue
                words = [concept.word for concept in group]
                for whole in (*joined(words), *_articles(words)):
                    if self._is_near(whole) and self.vocabulary.finds(whole):
                        form = Form(WEIGHTS.joined, words=(whole,), stems=(stem(whole),))
                        met.update(_give(form, group))
        return met

    def _is_near(self, word: str) -> bool:
        """Whether a word or a near form of it is there at all: far cheaper to ask than what it finds."""
        return bool(self.vocabulary.known((word, word + "en", word + "s", word[:-1], word[:-2])))

    def name(self) -> set[int]:
        """Let what has another name count as met where that stands; gives the places that were met so."""
        met: set[int] = set()
        for size in range(1, self.lexicon.longest + 1):
            for at in range(len(self.typed) - size + 1):
                group = self.typed[at : at + size]
                meanings = self.lexicon.meanings.get(tuple(concept.word for concept in group), ())
                if any(concept.field or concept.is_exact for concept in group):
                    continue
                if all(concept.is_stop_word for concept in group) and len(self.typed) > size:
                    continue
                for meaning in meanings:
                    form = _naming(meaning)
                    if form and all(map(self.vocabulary.finds, meaning.words)):
                        met.update(_give(form, group))
        return met

    def guess(self, concept: Concept, *, is_met: bool, is_long: bool) -> list[Correction]:
        """Compounds of a word, other linking letters, and where it finds little what it may have been meant as."""
        word = concept.word
        around = () if is_long else tuple(self.compounds.around(word))
        if around:
            concept.forms.append(Form(WEIGHTS.compound, words=self._most(around)))
            if self.is_lone:
                concept.forms.append(Form(WEIGHTS.in_title_compound, words=around, field=TITLE))
        if is_met:
            return []
        other = self.compounds.relinked(word)
        if other:
            self._add_other(concept, WEIGHTS.relinked, other)
            return []
        near = near_words(word, self.vocabulary)
        if near:
            self._add_other(concept, WEIGHTS.typo, near)
            return [Correction(word, near[0])]
        parts = () if self.vocabulary.finds(word) else self.compounds.parts(word)
        if parts:
            concept.forms.append(Form(WEIGHTS.parts, stems=tuple(map(stem, parts)), together=True))
        return []

    def _most(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """So many as are scored; where there are more, those that the reader may see: others would take their place."""
        if len(words) <= MAX_COMPOUNDS:
            return words
        known = self.vocabulary.known(words)
        return tuple(islice((word for word in words if word in known), MAX_COMPOUNDS))

    def _add_other(self, concept: Concept, weight: float, words: Sequence[str]) -> None:
        """Other spellings of a word, and their inflections."""
        spelled, stems = tuple(words), tuple(sorted(set(map(stem, words))))
        concept.forms.append(Form(weight, words=spelled, stems=stems))
        if self.is_lone:
            concept.forms.append(Form(weight * WEIGHTS.in_title_inflected, words=spelled, stems=stems, field=TITLE))


def _give(form: Form, group: Sequence[Concept]) -> set[int]:
    for concept in group:
        concept.forms.append(form)
    return {concept.place for concept in group}


def _articles(words: Sequence[str]) -> list[str]:
    """The article of a law that these words name: artikel 13b, art 6 162."""
    if words[0] in ARTICLE_WORDS and all(word[0].isdecimal() for word in words[1:]):
        return [article(":".join(words[1:]))]
    return []


def _naming(meaning: lexicon.Meaning) -> Form | None:
    """The form for another name: its words in order; None where it is one word that says nothing by itself."""
    weight = WEIGHTS.abbreviation if meaning.is_abbreviation else WEIGHTS.synonym
    if len(meaning.words) > 1:
        return Form(weight, words=meaning.words, together=True, in_order=True)
    return None if analysis.is_stop_word(meaning.words[0]) else Form(weight, words=meaning.words)
