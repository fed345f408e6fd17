"""The same search in plain Python, document by document, over what Whoosh itself reads of the index: slow and simple.

It shares with the backend the query, its expansion and the weights, and nothing else.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Set
from itertools import pairwise
from pathlib import Path
from typing import Any

from whoosh import index

from search.analysis import fold, normalise, stem, tokens
from search.backends.base import Correction, Filters, Wish
from search.backends.whoosh.schema import Facts, unpack_facts
from search.expansion import Concept, Form, Plan, plan
from search.query import Phrase, Query, Word
from search.ranking import WEIGHTS, length_factor, rarity, standing_factor

LIFTED = 60
Scores = dict[int, float]
Answer = tuple[int, dict[str, dict[str, int]], list[tuple[str, float]], tuple[Correction, ...]]


class Reference:
    """An index, read by Whoosh. `places` is per field and term: document number to positions."""

    def __init__(self, folder: Path) -> None:
        self.facts: dict[int, Facts] = {}
        self.deleted: set[int] = set()
        self.places: defaultdict[tuple[str, str], dict[int, list[int]]] = defaultdict(dict)
        with index.open_dir(folder).reader() as reader:
            for leaf, base in reader.leaf_readers():
                column = leaf.column_reader("facts") if leaf.doc_count_all() else []
                self.facts |= {base + at: unpack_facts(column[at]) for at in range(leaf.doc_count_all())}
                self.deleted |= {number for number in self.facts if number >= base and leaf.is_deleted(number - base)}
            for field, term in reader.all_terms():
                if field != "key":
                    matcher = reader.postings(field, term)
                    while matcher.is_active():
                        self.places[field, term.decode()][matcher.id()] = matcher.value_as("positions")
                        matcher.next()
        # Words are known as long as their segment is there, also when their documents are deleted.
        self.titles = sorted(word for field, word in self.places if field == "title")
        self.words = sorted({word for field, word in self.places if field in ("title", "body", "tags")})

    def search(self, query: Query, audiences: Set[int], wish: Wish) -> Answer:
        """Total, facet counts, keys with scores in order, and corrections."""
        return Reading(self, audiences).answer(query, wish)


class Reading:
    """One reader's search; also the vocabulary that expansion asks."""

    def __init__(self, reference: Reference, audiences: Set[int]) -> None:
        self.of = reference
        self.readable = {
            number
            for number, facts in reference.facts.items()
            if facts.audience in audiences and number not in reference.deleted
        }
        seen = [reference.facts[number] for number in self.readable]
        self.averages = {
            "title": sum(facts.title_length for facts in seen) / (len(seen) or 1),
            "body": sum(facts.body_length for facts in seen) / (len(seen) or 1),
        }

    # -- Vocabulary

    def starting_with(self, prefix: str, most: int) -> list[str]:
        titles = [word for word in self.of.titles if word.startswith(prefix) and self.known([word])][:most]
        words = [word for word in self.of.words if word.startswith(prefix) and self.known([word])][:most]
        return sorted({*titles, *words})

    def ending_in(self, suffix: str, most: int) -> list[str]:
        words = [word for word in self.of.words if word.endswith(suffix) and self.known([word])]
        return sorted(sorted(words, key=lambda word: word[::-1])[:most])

    def known(self, words: Iterable[str]) -> set[str]:
        fields = ("title", "body", "tags")
        return {word for word in words if any(self.readable & self._at(name, word).keys() for name in fields)}

    def finds(self, word: str) -> int:
        fields = ("title_stem", "body_stem", "tags_stem")
        return len(set().union(*(self.readable & self._at(name, stem(word)).keys() for name in fields)))

    # -- Scores

    def answer(self, query: Query, wish: Wish) -> Answer:
        planned = plan(query, self)
        scores, shares = self._score(planned) if query.terms else (dict.fromkeys(self.readable, 1.0), {})
        must = [self._containing(term) for term in query.terms if isinstance(term, Phrase)]
        never = [self._containing(term) for term in query.without]
        found = {
            number: self._stand(number, score)
            for number, score in scores.items()
            if shares.get(number, 1.0) >= planned.least_coverage
            and all(number in numbers for numbers in must)
            and not any(number in numbers for numbers in never)
        }
        kept, facets = self._narrow(found, wish)
        order = self._order(kept, planned, wish)[wish.offset : wish.offset + wish.limit]
        hits = [(self.of.facts[number].key, score) for number, score in order]
        return len(kept), facets, hits, planned.corrections

    def _at(self, name: str, term: str) -> dict[int, list[int]]:
        return self.of.places.get((name, term), {})

    def _score(self, planned: Plan) -> tuple[Scores, Scores]:
        scores: defaultdict[int, float] = defaultdict(float)
        met: defaultdict[int, float] = defaultdict(float)
        asked = 0.0
        for concept in planned.concepts:
            found, worth = self._concept(concept)
            asked += worth
            for number, score in found.items():
                scores[number] += score
                met[number] += worth
        shares = {number: mass / asked for number, mass in met.items()}
        kept = 1.0 - WEIGHTS.coverage
        return {number: score * (kept + WEIGHTS.coverage * shares[number]) for number, score in scores.items()}, shares

    def _concept(self, concept: Concept) -> tuple[Scores, float]:
        found: Scores = {}
        worth = 0.0
        for form in dict.fromkeys(concept.forms):
            frequencies = self._form(form, concept.field or form.field)
            if not frequencies:
                continue
            rare = rarity(len(frequencies), len(self.readable))
            worth = worth or rare
            for number, frequency in frequencies.items():
                score = form.weight * rare * (WEIGHTS.saturation + 1) * frequency / (WEIGHTS.saturation + frequency)
                known = found.get(number, 0.0)
                found[number] = max(known, score) + WEIGHTS.second_form * min(known, score)
        return found, worth or rarity(0, len(self.readable))

    def _form(self, form: Form, only: str) -> Scores:
        if form.in_order:
            words, stems = self._in_order([*form.words], "", only), self._in_order([*form.stems], "_stem", only)
            return dict.fromkeys(words | stems, 1.0)
        terms = [("", word) for word in form.words] + [("_stem", word) for word in form.stems]
        if not form.together:
            return self._frequencies(terms, only)
        each = [self._frequencies([term], only) for term in terms]
        return {number: min(of[number] for of in each) for number in set.intersection(*map(set, each))}

    def _frequencies(self, terms: Iterable[tuple[str, str]], only: str) -> Scores:
        found: defaultdict[int, float] = defaultdict(float)
        for suffix, word in terms:
            for text in (only,) if only else ("title", "body", "tags", "author"):
                for number, places in self._at(f"{text}{suffix}", word).items():
                    if number in self.readable:
                        found[number] += WEIGHTS.fields[text] * len(places) * self._length_factor(text, number)
        return dict(found)

    def _length_factor(self, text: str, number: int) -> float:
        facts = self.of.facts[number]
        if text == "title":
            return length_factor(facts.title_length, self.averages["title"], WEIGHTS.title_length)
        return length_factor(facts.body_length, self.averages["body"], WEIGHTS.length) if text == "body" else 1.0

    def _stand(self, number: int, score: float) -> float:
        facts = self.of.facts[number]
        return score * standing_factor(facts.kind, facts.quality, (time.time() - facts.written) / 86_400)

    # -- Exactly as typed

    def _containing(self, term: Word | Phrase) -> set[int]:
        if isinstance(term, Phrase):
            return self._phrase(term)
        words = _words_of(term.text)
        if term.is_prefix and words:
            return set(self._frequencies([("", word) for word in self.starting_with(words[-1], 10_000)], term.field))
        if len(words) > 1:
            return self._phrase(Phrase(tuple(words), term.field))
        return set(self._frequencies([("", word) for word in words], term.field))

    def _phrase(self, phrase: Phrase) -> set[int]:
        words = [word for text in phrase.words for word in _words_of(text)]
        found = self._in_order(words, "", phrase.field)
        return found or self._in_order([stem(word) for word in words], "_stem", phrase.field)

    def _in_order(self, words: list[str], suffix: str, only: str) -> set[int]:
        found = set()
        for text in (only,) if only else ("title", "body", "tags"):
            each = [self._at(f"{text}{suffix}", word) for word in words]
            for number in self.readable.intersection(*each) if each else ():
                if any(all(at + step in of[number] for step, of in enumerate(each)) for at in each[0][number]):
                    found.add(number)
        return found

    # -- Narrowing and order

    def _narrow(self, found: Scores, wish: Wish) -> tuple[Scores, dict[str, dict[str, int]]]:
        counts: dict[str, Counter[str]] = {name: Counter() for name in wish.facets}
        kept = {}
        for number, score in found.items():
            facts = self.of.facts[number]
            refused = _refused_by(facts, wish.filters)
            if not refused:
                kept[number] = score
            for name, counter in counts.items():
                if not refused or refused == {name}:
                    counter.update(facts.values.get(name, ()))
        return kept, {name: dict(counter) for name, counter in counts.items()}

    def _order(self, kept: Scores, planned: Plan, wish: Wish) -> list[tuple[int, float]]:
        if wish.order == "newest":
            newest: Callable[[int], Any] = lambda number: (-self.of.facts[number].written, -number)  # noqa: E731
            return [(number, kept[number]) for number in sorted(kept, key=newest)]
        best = sorted(kept, key=lambda number: (-kept[number], number))
        lifted = {number: kept[number] * (1.0 + self._nearness(number, planned)) for number in best[:LIFTED]}
        first = sorted(lifted, key=lambda number: (-lifted[number], number))
        return [(number, lifted.get(number, kept[number])) for number in [*first, *best[LIFTED:]]]

    def _nearness(self, number: int, planned: Plan) -> float:
        stems = [stem(concept.word) for concept in planned.typed]
        if not stems:
            return 0.0
        title = [set(self._at("title_stem", word).get(number, ())) for word in stems]
        body = [set(self._at("body_stem", word).get(number, ())) for word in stems]
        length = max(self.of.facts[number].title_length, len(stems), 1)
        lift = WEIGHTS.whole_title * sum(1 for places in title if places) / length
        pairs = len(stems) - 1
        return lift + (WEIGHTS.proximity * (2 * _pairs_in(title) + _pairs_in(body)) / pairs if pairs else 0.0)


def _pairs_in(places: list[set[int]]) -> int:
    return sum(1 for here, following in pairwise(places) if any(at + 1 in following for at in here))


def _words_of(text: str) -> list[str]:
    places = {token.position: token.word for token in tokens(fold(normalise(text)))}
    return [places[place] for place in sorted(places)]


def _refused_by(facts: Facts, filters: Filters) -> set[str]:
    """The names of the choices that the document is outside of; "" where it is excluded whatever else is chosen."""
    refused = set()
    if filters.since and not (facts.written and facts.written >= filters.since.timestamp()):
        refused.add("")
    if filters.until and not (facts.written and facts.written < filters.until.timestamp()):
        refused.add("")
    for name, choice in filters.choices.items():
        values = facts.values.get(name, ())
        if choice.never.intersection(values):
            refused.add("")
        if choice.only and not choice.only.intersection(values):
            refused.add(name)
    return refused
