"""From a query to its results, over what one reader may see of one generation of the index."""

import time
from collections.abc import Set

import numpy as np

from search.backends.base import Hit, Results, Wish
from search.backends.postgres.facts import Facts
from search.backends.postgres.narrowing import narrow
from search.backends.postgres.postings import Numbers, PostingReader
from search.backends.postgres.scoring import Scorer, Scores
from search.backends.postgres.session import OutOfTimeError, Session
from search.backends.postgres.tables import Tables
from search.backends.postgres.vocabulary import Vocabulary
from search.expansion import Plan, plan
from search.models import SearchIndex
from search.query import Phrase, Query
from search.snippets import Marker, excerpt, mark, marker_of

MAX_LIFTED = 60  # so many of the best are looked at closely
MAX_LIMIT = 1000


class Answering:
    """Answers one query."""

    def __init__(self, session: Session, index: SearchIndex, facts: Facts, audiences: Set[int]) -> None:
        self._session, self._index, self._facts = session, index, facts
        self._tables = Tables(index.pk)
        self._readable = facts.readable(audiences)
        self._vocabulary = Vocabulary(session, self._tables, audiences)
        self._audiences = self._vocabulary.audiences
        postings = PostingReader(session, self._tables, self._audiences, self._readable.mask)
        self._scorer = Scorer(facts, self._readable, postings, self._vocabulary)

    def results(self, asked: Query, wish: Wish, started: float) -> Results:
        """What is found, counted, and the asked slice of it."""
        planned = plan(asked, self._vocabulary)
        scores = self._found(asked, planned)
        found = np.flatnonzero(scores)
        scores[found] *= self._scorer.stand(found, time.time())
        mask, counts = narrow(self._facts, found, wish.filters, wish.facets)
        kept = found[mask]
        numbers, worth = self._slice(kept, scores, planned, wish)
        return Results(
            hits=self._hits(numbers, worth, planned),
            total=len(kept),
            facets=counts,
            corrections=planned.corrections,
            is_partial=self._scorer.is_partial or self._vocabulary.is_cut,
            generation=f"{self._index.pk}:{self._index.generation}",
            took_ms=(time.monotonic() - started) * 1000,
        )

    def _found(self, asked: Query, planned: Plan) -> Scores:
        """Scores of the documents that meet enough of the query, contain its phrases, and nothing it excludes."""
        scorer = self._scorer
        if asked.terms:
            scores, shares = scorer.score(planned)
            scores[shares < planned.least_coverage] = 0.0
        else:
            scores = self._readable.mask.astype(float)
        for term in asked.terms:
            if isinstance(term, Phrase):
                scores[~scorer.containing(term)] = 0.0
        for term in asked.without:
            scores[scorer.containing(term)] = 0.0
        return scores

    def _slice(self, kept: Numbers, scores: Scores, planned: Plan, wish: Wish) -> tuple[Numbers, Scores]:
        """The asked slice in the asked order, and its scores."""
        first = max(0, wish.offset)
        last = first + max(0, min(wish.limit, MAX_LIMIT))
        if wish.order == "newest":
            newest = np.lexsort((-kept, -self._facts.records["written"][kept]))
            numbers = kept[newest[first:last]]
            return numbers, scores[numbers]
        order = kept[np.lexsort((kept, -scores[kept]))][: max(MAX_LIFTED, last)]
        best, others = order[:MAX_LIFTED], order[MAX_LIFTED:]
        lifted = self._scorer.lift(scores, best, planned)
        again = np.lexsort((best, -lifted))
        numbers = np.concatenate([best[again], others])
        worth = np.concatenate([lifted[again], scores[others]])
        return numbers[first:last], worth[first:last]

    def _hits(self, numbers: Numbers, worth: Scores, planned: Plan) -> tuple[Hit, ...]:
        """The hits with their texts, asked for once more within the audiences of the reader."""
        statement = self._tables.sql(
            "SELECT number, key, title, body FROM {document} "
            "WHERE number = ANY(%(numbers)s::int[]) AND audience = ANY(%(audiences)s::bigint[])"
        )
        self._session.extend()
        try:
            rows = self._session.rows(statement, {"numbers": numbers.tolist(), "audiences": self._audiences})
        except OutOfTimeError:
            self._scorer.is_partial = True
            return ()
        texts = {number: (key, title, body) for number, key, title, body in rows}
        marker = marker_of(planned)
        scored = zip(numbers.tolist(), worth.tolist(), strict=True)
        return tuple(_hit(*texts[number], score, marker) for number, score in scored if number in texts)


def _hit(key: str, title: str, body: str, score: float, marker: Marker) -> Hit:
    kind, _colon, pk = key.partition(":")
    return Hit(
        key=key, kind=kind, pk=pk, score=score,
        title=mark(title, marker.matches(title)), snippet=excerpt(body, marker),
    )  # fmt: skip
