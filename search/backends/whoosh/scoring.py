"""Scoring documents: BM25 over the postings, per concept the best of its forms, lifted by coverage and nearness."""

import time
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from search.analysis import stem
from search.backends.whoosh.facts import MICROSECONDS
from search.backends.whoosh.phrases import in_order
from search.backends.whoosh.postings import NOWHERE, Floats, Ints
from search.backends.whoosh.snapshot import Mask, Snapshot
from search.backends.whoosh.sparse import NOTHING, Row, Values, least, total
from search.expansion import Concept, Form, Plan
from search.ranking import WEIGHTS, rarity

TEXTS = ("title", "body", "tags", "author")
VOCABULARY_FIELDS = ("title", "body", "tags")
FOUND_IN = ("title_stem", "body_stem", "tags_stem")
DAY = 86_400 * MICROSECONDS
Terms = Sequence[tuple[str, str]]  # what the field's name ends in, and the term


class OutOfTimeError(Exception):
    """The time for a query is used up: what was scored so far is given."""


class Met(NamedTuple):
    """A concept as the documents meet it: what each form adds where it stands, and what the concept is worth."""

    forms: list[Values]
    worth: float


class Scores(NamedTuple):
    """Documents in order with their scores, and which share of what was asked for each meets."""

    numbers: Ints
    scores: Floats
    shares: Floats


class Scorer:
    """Scores the documents that one reader may see. Also the vocabulary that expansion asks."""

    def __init__(self, snapshot: Snapshot, readable: Mask, deadline: float) -> None:
        self.snapshot, self.readable, self.deadline = snapshot, readable, deadline
        self.documents = int(np.count_nonzero(readable))
        self.is_partial = False
        self._factors = snapshot.factors(readable)
        self._found: dict[str, int] = {}
        self._seen: dict[str, bool] = {}

    def is_late(self) -> bool:
        """Whether the time is used up; says so in the results."""
        if time.monotonic() > self.deadline:
            self.is_partial = True
        return self.is_partial

    # -- The words of the index. Out of time, none are known any more.

    def starting_with(self, prefix: str, most: int) -> list[str]:
        """See plans.Vocabulary."""
        return self._some(self.snapshot.starting_with, prefix, most)

    def ending_in(self, suffix: str, most: int) -> list[str]:
        """See plans.Vocabulary."""
        return self._some(self.snapshot.ending_in, suffix, most)

    def _some(self, find: Callable[..., list[str]], part: str, most: int) -> list[str]:
        """Words that only others see find nothing; they harm only where they take the place of others."""
        found = [] if self.is_late() else find(part, most + 1)
        return found if len(found) <= most else find(part, most, self._is_seen)

    def known(self, words: Iterable[str]) -> set[str]:
        """See plans.Vocabulary."""
        return {word for word in words if self.snapshot.has_word(word) and self._is_seen(word)}

    def _is_seen(self, word: str) -> bool:
        """Whether a readable document has this word; out of time, none is."""
        seen = self._seen.get(word)
        if seen is None:
            seen = self._seen[word] = not self.is_late() and any(
                len(self._numbers(name, word)) for name in VOCABULARY_FIELDS
            )
        return seen

    def finds(self, word: str) -> int:
        """In how many readable documents this word, or an inflected form of it, stands in title or text."""
        stemmed = stem(word)
        count = self._found.get(stemmed)
        if count is None:
            found = [] if self.is_late() else [self._numbers(name, stemmed) for name in FOUND_IN]
            parts = [Values(numbers, np.ones(len(numbers))) for numbers in found]
            count = self._found[stemmed] = len(total(parts, self.snapshot.size).numbers)
        return count

    # -- Postings of the reader's documents

    def _numbers(self, name: str, term: str) -> Ints:
        """The readable documents in which a term stands in a field."""
        return self._readable(name, [term]).numbers

    def _readable(self, name: str, terms: Sequence[str]) -> Values:
        """How often each of these terms stands in each readable document; one term after the other."""
        numbers, frequencies = [NOTHING.numbers], [NOWHERE.frequencies]
        for leaf, base in zip(self.snapshot.leaves, self.snapshot.bases, strict=True):
            postings = leaf.gathered(name, terms)
            if len(postings.numbers):
                numbers.append(postings.numbers + base)
                frequencies.append(postings.frequencies)
        found = np.concatenate(numbers)
        is_readable = self.readable[found]
        return Values(found[is_readable], np.concatenate(frequencies)[is_readable])

    def frequencies(self, terms: Terms, only: str) -> Values:
        """How often any of these terms stands in each readable document, weighed by field and length."""
        found = []
        for suffix in dict.fromkeys(suffix for suffix, _word in terms):
            words = [word for its_suffix, word in terms if its_suffix == suffix]
            for text in (only,) if only else TEXTS:
                if self.is_late():
                    raise OutOfTimeError
                numbers, values = self._readable(f"{text}{suffix}", words)
                factors = self._factors.get(text)
                weighed = values * (WEIGHTS.fields[text] * (1.0 if factors is None else factors[numbers]))
                found.append(Values(numbers, weighed))
        return total(found, self.snapshot.size)

    # -- Scores

    def score(self, plan: Plan) -> Scores:
        """Per document its score, and which share of what was asked for it meets."""
        met: list[Met] = []
        try:
            for concept in plan.concepts:
                met.append(self._met(concept))  # noqa: PERF401 - what was met before time ran out counts
        except OutOfTimeError:
            self.is_partial = True
        row = Row([form.numbers for one in met for form in one.forms], self.snapshot.size)
        scores, shares = row.zeros(), row.zeros()
        for one in met:
            best = _best(one.forms, row)
            scores += best
            shares[best > 0.0] += one.worth
        kept = np.flatnonzero(scores > 0.0)
        shares = shares[kept] / (sum(one.worth for one in met) or 1.0)
        factors = (1.0 - WEIGHTS.coverage) + WEIGHTS.coverage * shares
        return Scores(row.numbers[kept], scores[kept] * factors, shares)

    def _met(self, concept: Concept) -> Met:
        """The documents in which a word is met in any form, and what the word is worth by its rarity."""
        forms: list[Values] = []
        worth = 0.0
        for form in dict.fromkeys(concept.forms):
            numbers, frequencies = self._form(form, concept.field or form.field)
            if len(numbers):
                rare = rarity(len(numbers), self.documents)
                worth = worth or rare
                factor = form.weight * rare * (WEIGHTS.saturation + 1.0)
                forms.append(Values(numbers, factor * frequencies / (WEIGHTS.saturation + frequencies)))
        return Met(forms, worth or rarity(0, self.documents))

    def _form(self, form: Form, only: str) -> Values:
        """How often a form stands in each readable document, weighed by field and length; in order counts once."""
        if form.in_order:
            words, stems = in_order(self, form.words, "", only), in_order(self, form.stems, "_stem", only)
            numbers = np.union1d(words, stems)
            return Values(numbers, np.ones(len(numbers)))
        terms = [("", word) for word in form.words] + [("_stem", word) for word in form.stems]
        if form.together:
            return least([self.frequencies([term], only) for term in terms])
        return self.frequencies(terms, only)

    def stand(self, found: Scores, now: float) -> Floats:
        """The scores, with what the things themselves add: kind, quality and age (ranking.standing_factor)."""
        numbers, kinds = found.numbers, self.snapshot.memory.codings["kind"].sets
        codes = self.snapshot.codes("kind")[numbers]
        weights = np.array([WEIGHTS.kinds.get(next(iter(kind), ""), 1.0) for kind in kinds])
        is_dated = np.array([not WEIGHTS.dated_kinds.isdisjoint(kind) for kind in kinds], bool)
        quality = np.clip(self.snapshot.quality[numbers].astype(float), -1.0, 1.0)
        factors = weights[codes] * (1.0 + WEIGHTS.quality * quality)
        dated = np.flatnonzero(is_dated[codes])
        days = np.maximum((now * MICROSECONDS - self.snapshot.written[numbers[dated]]) / DAY, 0.0)
        factors[dated] *= 1.0 + WEIGHTS.recent * np.exp(-days / WEIGHTS.recent_days)
        return found.scores * factors

    # -- The best, looked at closely

    def lift(self, best: Ints, plan: Plan) -> Floats:
        """What the scores of these documents are multiplied by for nearness of the words and a fitting title."""
        factors = np.ones(len(best))
        if not plan.typed or self.is_late():
            return factors
        stems = [stem(concept.word) for concept in plan.typed]
        titles = [self._places("title_stem", word, best) for word in stems]
        bodies = [self._places("body_stem", word, best) for word in stems]
        pairs = len(stems) - 1
        for at, number in enumerate(best.tolist()):
            title = [places.get(number, set()) for places in titles]
            length = max(int(self.snapshot.title_lengths[number]), len(stems), 1)
            factors[at] += WEIGHTS.whole_title * sum(1 for places in title if places) / length
            if pairs:
                body = [places.get(number, set()) for places in bodies]
                factors[at] += WEIGHTS.proximity * (2 * _neighbours(title) + _neighbours(body)) / pairs
        return factors

    def _places(self, name: str, term: str, among: Ints) -> dict[int, set[int]]:
        """Where a term stands in some documents; those without it are left out."""
        found: dict[int, set[int]] = {}
        among = np.sort(among)
        for leaf, base in zip(self.snapshot.leaves, self.snapshot.bases, strict=True):
            here = among[(among >= base) & (among < base + leaf.count)]
            if len(here) and not self.is_late():
                numbers, places = leaf.places(name, term).within(here - base)
                for number, place in zip((numbers + base).tolist(), places.tolist(), strict=True):
                    found.setdefault(number, set()).add(place)
        return found


def _best(forms: Iterable[Values], row: Row) -> Floats:
    """Per place in the row the best of the forms, and a share of the others: in whichever order they came."""
    best = row.zeros()
    for form in forms:
        at = row.at(form.numbers)
        known = best[at]
        best[at] = np.maximum(known, form.values) + WEIGHTS.second_form * np.minimum(known, form.values)
    return best


def _neighbours(places: list[set[int]]) -> int:
    """How many words stand directly before the next typed word."""
    return sum(1 for here, following in pairwise(places) if any(at + 1 in following for at in here))
