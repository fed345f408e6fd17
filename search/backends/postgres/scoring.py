"""Scoring documents: BM25 over the postings, per concept the best of its forms, lifted by coverage and nearness.

Scores are arrays with a place for every document of the index, by its number; 0 is not found.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from search.analysis import stem, words_apart
from search.backends.postgres.facts import Facts, Mask, Readable
from search.backends.postgres.postings import Numbers, Placed, PostingReader
from search.backends.postgres.session import OutOfTimeError
from search.backends.postgres.terms import BODY, MAX_POSITION, STEM, TAGS, TEXTS, TITLE
from search.backends.postgres.vocabulary import Vocabulary
from search.expansion import Concept, Form, Plan
from search.query import Phrase, Word
from search.ranking import WEIGHTS, rarity

MAX_BEGUN = 10_000  # words that a prefix which is left out, or asked for in a phrase's stead, may stand for
Scores = npt.NDArray[np.float64]
_STEP = MAX_POSITION + 1


class Scorer:
    """Scores the documents that one reader may see."""

    def __init__(self, facts: Facts, readable: Readable, postings: PostingReader, vocabulary: Vocabulary) -> None:
        self.facts, self.readable, self.postings, self._vocabulary = facts, readable, postings, vocabulary
        self.is_partial = False
        self._size = len(facts.records)
        weights = WEIGHTS.fields
        self._weights = np.array([weights[text] for text in TEXTS])

    def score(self, plan: Plan) -> tuple[Scores, Scores]:
        """Per document its score, and which share of what was asked for it meets."""
        scores, met, asked = np.zeros(self._size), np.zeros(self._size), 0.0
        try:
            for concept in plan.concepts:
                found, worth = self._concept(concept)
                asked += worth
                scores += found
                met += worth * (found > 0)
        except OutOfTimeError:
            self.is_partial = True
        shares = met / asked if asked else met
        return scores * (1.0 - WEIGHTS.coverage + WEIGHTS.coverage * shares), shares

    def _concept(self, concept: Concept) -> tuple[Scores, float]:
        """Scores for one word in any of its forms, and what the word is worth by its rarity."""
        forms = list(dict.fromkeys(concept.forms))
        self.postings.read(term for form in forms for term in _terms(form))
        found, worth = np.zeros(self._size), 0.0
        for form in forms:
            numbers, frequencies = self._form(form, concept.field or form.field)
            if not len(numbers):
                continue
            rare = rarity(len(numbers), self.readable.count)
            worth = worth or rare
            score = form.weight * rare * (WEIGHTS.saturation + 1.0) * frequencies / (WEIGHTS.saturation + frequencies)
            known = found[numbers]
            found[numbers] = np.maximum(known, score) + WEIGHTS.second_form * np.minimum(known, score)
        return found, worth or rarity(0, self.readable.count)

    def _form(self, form: Form, only: str) -> tuple[Numbers, Scores]:
        """The documents that have a form, and how often, weighed by text and length; in order counts once."""
        if form.in_order:
            stems = [STEM + one for one in form.stems]
            numbers = np.flatnonzero(self._in_order(form.words, only) | self._in_order(stems, only))
            return numbers, np.ones(len(numbers))
        if form.together:
            frequencies: Scores = np.min([self._frequencies([term], only) for term in _terms(form)], axis=0)
        else:
            frequencies = self._frequencies(_terms(form), only)
        numbers = np.flatnonzero(frequencies)
        return numbers, frequencies[numbers]

    def _frequencies(self, terms: Iterable[str], only: str) -> Scores:
        each = [one for one in map(self.postings.of, terms) if len(one.numbers)]
        if not each:
            return np.zeros(self._size)
        numbers, texts, counts = (np.concatenate([one[part] for one in each]) for part in range(3))
        if only:
            inside = texts == TEXTS.index(only)
            numbers, texts, counts = numbers[inside], texts[inside], counts[inside]
        worth = self._weights[texts] * counts * self._factors(numbers, texts)
        found: Scores = np.bincount(numbers, worth, self._size).astype(float)
        return found

    def _factors(self, numbers: Numbers, texts: Numbers) -> Scores:
        """What the lengths of titles and bodies do to a frequency: `ranking.length_factor`, beside the reader's own."""
        records, factors = self.facts.records, np.ones(len(numbers))
        for text, name, average, share in (
            (TITLE, "title_length", self.readable.title_average, WEIGHTS.title_length),
            (BODY, "body_length", self.readable.body_average, WEIGHTS.length),
        ):
            inside = texts == text
            if average:
                factors[inside] = 1.0 / (1.0 - share + share * records[name][numbers[inside]] / average)
        return factors

    def containing(self, term: Word | Phrase) -> Mask:
        """The documents in which a word (or what begins so) or a phrase stands, exactly as typed."""
        try:
            if isinstance(term, Phrase):
                return self._phrase([word for text in term.words for word in words_apart(text)], term.field)
            typed = words_apart(term.text)
            if term.is_prefix and typed:
                typed = self._vocabulary.starting_with(typed[-1], MAX_BEGUN)
            elif len(typed) > 1:
                return self._phrase(typed, term.field)
            self.postings.read(typed)
            return self._frequencies(typed, term.field) > 0
        except OutOfTimeError:
            self.is_partial = True
            return np.zeros(self._size, bool)

    def _phrase(self, words: Sequence[str], only: str) -> Mask:
        """The documents with these words, or else their stems, next to each other in one text."""
        found = self._in_order(words, only)
        return found if found.any() else self._in_order([STEM + stem(word) for word in words], only)

    def _in_order(self, terms: Sequence[str], only: str) -> Mask:
        found = np.zeros(self._size, bool)
        self.postings.read(terms)
        each = [self.postings.of(term) for term in terms]
        texts = [TEXTS.index(only)] if only else [TITLE, BODY, TAGS]
        candidates = {text: self._in_all([one.inside(text) for one in each]) for text in texts}
        wanted = np.flatnonzero(np.logical_or.reduce(list(candidates.values())))
        if not terms or not len(wanted):
            return found
        places = self.postings.places(terms, wanted)
        for text, inside in candidates.items():
            here = [_spots(places[term], text, inside, step) for step, term in enumerate(terms)]
            found[_common(here) // _STEP] = True
        return found

    def _in_all(self, each: Iterable[Numbers]) -> Mask:
        """The documents that are in all of these."""
        found = np.ones(self._size, bool)
        for numbers in each:
            found &= self._only(numbers)
        return found

    def _only(self, numbers: Numbers) -> Mask:
        inside = np.zeros(self._size, bool)
        inside[numbers] = True
        return inside

    def lift(self, scores: Scores, best: Numbers, plan: Plan) -> Scores:
        """The scores of the best again, with what nearness of the words and a fitting title add."""
        stems = [STEM + stem(concept.word) for concept in plan.typed]
        try:
            self.postings.read(stems)
            places = self.postings.places(stems, best) if len(stems) > 1 and len(best) else {}
        except OutOfTimeError:
            self.is_partial = True
            return scores[best]
        in_title = sum(np.isin(best, self.postings.of(term).inside(TITLE)).astype(float) for term in stems)
        lengths = np.maximum(self.facts.records["title_length"][best], max(len(stems), 1))
        lift = WEIGHTS.whole_title * in_title / lengths
        inside = self._only(best)
        for here, following in pairwise(stems) if places else ():
            for text, weight in ((TITLE, 2.0), (BODY, 1.0)):
                pairs = _common([_spots(places[here], text, inside, 0), _spots(places[following], text, inside, 1)])
                lift = lift + weight * WEIGHTS.proximity * np.isin(best, pairs // _STEP) / (len(stems) - 1)
        return scores[best] * (1.0 + lift)

    def stand(self, numbers: Numbers, now: float) -> Scores:
        """What the things themselves, whatever was asked, do to their scores: `ranking.standing_factor`."""
        records = self.facts.records[numbers]
        kinds = self.facts.column("kind")[numbers]
        factors = np.ones(len(numbers))
        age = np.maximum((now - records["written"]) / 86_400, 0.0)
        for code in np.unique(kinds):
            (kind,) = self.facts.values[int(code)] or ("",)
            here = kinds == code
            factors[here] = WEIGHTS.kinds.get(kind, 1.0)
            if kind in WEIGHTS.dated_kinds:
                factors[here] *= 1.0 + WEIGHTS.recent * np.exp(-age[here] / WEIGHTS.recent_days)
        standing: Scores = factors * (1.0 + WEIGHTS.quality * np.clip(records["quality"], -1.0, 1.0))
        return standing


def _terms(form: Form) -> list[str]:
    return [*form.words, *(STEM + one for one in form.stems)]


def _common(each: Sequence[Numbers]) -> Numbers:
    """The numbers that are in all of these, the rarest looked up in the others."""
    found, *others = sorted(each, key=len)
    for other in others:
        if not len(found):
            break
        ordered = np.sort(other, kind="stable")  # which it nearly is: that way of sorting is quick then
        at = np.minimum(np.searchsorted(ordered, found), len(ordered) - 1)
        found = found[ordered[at] == found]
    return found


def _spots(placed: Placed, text: int, inside: Mask, step: int) -> Numbers:
    """Documents and positions in one number, so many steps back, of what stands in this text of these documents."""
    here = (placed.texts == text) & (placed.positions >= step) & inside[placed.numbers]
    return placed.numbers[here] * _STEP + placed.positions[here] - step
