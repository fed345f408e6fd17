"""Scoring documents: BM25 over the postings, per concept the best of its forms, lifted by coverage and nearness."""

import time
from collections.abc import Iterable, Mapping
from itertools import pairwise

from search.analysis import fold, normalise, stem, tokens
from search.backends.whoosh.snapshot import Snapshot
from search.expansion import Concept, Form, Plan
from search.query import Phrase, Word
from search.ranking import WEIGHTS, rarity, standing_factor

TEXTS = ("title", "body", "tags", "author")
Scores = dict[int, float]


class OutOfTimeError(Exception):
    """The time for a query is used up: what was scored so far is given."""


class Scorer:
    """Scores the documents that one reader may see. Also the vocabulary that expansion asks."""

    def __init__(self, snapshot: Snapshot, readable: set[int], deadline: float) -> None:
        self.snapshot, self.readable, self.deadline = snapshot, readable, deadline
        self.is_partial = False
        self.starting_with, self.ending_in = snapshot.starting_with, snapshot.ending_in
        self.has_word = snapshot.has_word
        self._found: dict[str, int] = {}

    def finds(self, word: str) -> int:
        """In how many readable documents this word, or an inflected form of it, stands in title or text."""
        stemmed = stem(word)
        count = self._found.get(stemmed)
        if count is None:
            numbers: set[int] = set()
            for name in ("title_stem", "body_stem", "tags_stem"):
                for leaf in self.snapshot.leaves:
                    numbers.update(leaf.base + number for number in leaf.postings(name, stemmed).numbers)
            count = self._found[stemmed] = len(numbers & self.readable)
        return count

    def score(self, plan: Plan) -> tuple[Scores, Scores]:
        """Per document its score, and which share of what was asked for it meets."""
        scores: Scores = {}
        met: Scores = {}
        asked = 0.0
        try:
            for concept in plan.concepts:
                found, worth = self._concept(concept)
                asked += worth
                for number, score in found.items():
                    scores[number] = scores.get(number, 0.0) + score
                    met[number] = met.get(number, 0.0) + worth
        except OutOfTimeError:
            self.is_partial = True
        shares = {number: mass / asked for number, mass in met.items()} if asked else {}
        kept = 1.0 - WEIGHTS.coverage
        return {number: score * (kept + WEIGHTS.coverage * shares[number]) for number, score in scores.items()}, shares

    def _concept(self, concept: Concept) -> tuple[Scores, float]:
        """The documents in which a word is met in any form, and what the word is worth by its rarity."""
        found: Scores = {}
        worth = 0.0
        for form in dict.fromkeys(concept.forms):
            frequencies = self._form(form, concept.field)
            if not frequencies:
                continue
            rare = rarity(len(frequencies), len(self.readable))
            worth = worth or rare
            factor = form.weight * rare * (WEIGHTS.saturation + 1.0)
            for number, frequency in frequencies.items():
                score = factor * frequency / (WEIGHTS.saturation + frequency)
                known = found.get(number)
                if known is None:
                    found[number] = score
                else:
                    found[number] = max(known, score) + WEIGHTS.second_form * min(known, score)
        return found, worth or rarity(0, len(self.readable))

    def _form(self, form: Form, only: str) -> Scores:
        """How often a form stands in each readable document, weighed by field and length."""
        terms = [("", word) for word in form.words] + [("_stem", word) for word in form.stems]
        if form.together:
            each = [self._frequencies([term], only) for term in terms]
            return {number: min(of[number] for of in each) for number in set.intersection(*map(set, each))}
        return self._frequencies(terms, only)

    def _frequencies(self, terms: Iterable[tuple[str, str]], only: str) -> Scores:
        found: Scores = {}
        for suffix, word in terms:
            if time.monotonic() > self.deadline:
                raise OutOfTimeError
            for name in (only,) if only else TEXTS:
                self._add(found, name, f"{name}{suffix}", word)
        return found

    def _add(self, found: Scores, text: str, name: str, word: str) -> None:
        weight, factors, readable = WEIGHTS.fields[text], self.snapshot.factors.get(text), self.readable
        for leaf in self.snapshot.leaves:
            postings = leaf.postings(name, word)
            base = leaf.base
            for at, frequency in zip(postings.numbers, postings.frequencies, strict=True):
                number = base + at
                if number in readable:
                    worth = weight * frequency * (factors[number] if factors else 1.0)
                    found[number] = found.get(number, 0.0) + worth

    def containing(self, term: Word | Phrase) -> set[int]:
        """The readable documents in which a word (or what begins so) or a phrase stands, exactly as typed."""
        if isinstance(term, Phrase):
            return self._phrase(term)
        from_words = self._words_of(term.text)
        if term.is_prefix and from_words:
            every = tuple(self.starting_with(from_words[-1], 10_000))
            return set(self._frequencies([("", word) for word in every], term.field))
        if len(from_words) > 1:
            return self._phrase(Phrase(tuple(from_words), term.field))
        return set(self._frequencies([("", word) for word in from_words], term.field))

    @staticmethod
    def _words_of(text: str) -> list[str]:
        folded = fold(normalise(text))
        places: dict[int, str] = {}
        for token in tokens(folded):
            places[token.position] = token.word  # the part after the joined form wins
        return [places[place] for place in sorted(places)]

    def _phrase(self, phrase: Phrase) -> set[int]:
        words = [word for text in phrase.words for word in self._words_of(text)]
        found = self._in_order(words, "", phrase.field)
        return found or self._in_order([stem(word) for word in words], "_stem", phrase.field)

    def _in_order(self, words: list[str], suffix: str, only: str) -> set[int]:
        found: set[int] = set()
        for text in (only,) if only else ("title", "body", "tags"):
            name = f"{text}{suffix}"
            for leaf in self.snapshot.leaves:
                each = [leaf.postings(name, word) for word in words]
                numbers = set.intersection(*(set(postings.numbers) for postings in each)) if each else set()
                for number in numbers:
                    if leaf.base + number in self.readable and leaf.base + number not in found:
                        if time.monotonic() > self.deadline:
                            self.is_partial = True
                            return found
                        places = [set(postings.positions(number)) for postings in each]
                        if any(all(at + step in where for step, where in enumerate(places)) for at in places[0]):
                            found.add(leaf.base + number)
        return found

    def lift(self, scores: Mapping[int, float], best: Iterable[int], plan: Plan) -> Scores:
        """The best documents again, with what nearness of the words and a fitting title add."""
        lifted: Scores = {}
        for number in best:
            if time.monotonic() > self.deadline:
                self.is_partial = True
                break
            lifted[number] = scores[number] * (1.0 + self._nearness(number, plan))
        return lifted

    def _nearness(self, number: int, plan: Plan) -> float:
        typed = plan.typed
        stems = [stem(concept.word) for concept in typed]
        title = [set(self.snapshot.positions("title_stem", word, number)) for word in stems]
        in_title = sum(1 for places in title if places)
        length = max(self.snapshot.facts[number].title_length, len(typed), 1)
        lift = WEIGHTS.whole_title * in_title / length
        pairs = len(typed) - 1
        if pairs > 0:
            body = [set(self.snapshot.positions("body_stem", word, number)) for word in stems]
            lift += WEIGHTS.proximity * (2 * _neighbours(title) + _neighbours(body)) / pairs
        return lift

    def stand(self, scores: Scores, now: float) -> Scores:
        """The scores, with what the things themselves add: kind, quality and age."""
        facts = self.snapshot.facts
        return {
            number: score
            * standing_factor(facts[number].kind, facts[number].quality, (now - facts[number].written) / 86_400)
            for number, score in scores.items()
        }


def _neighbours(places: list[set[int]]) -> int:
    """How many words stand directly before the next typed word."""
    return sum(1 for here, following in pairwise(places) if any(at + 1 in following for at in here))
