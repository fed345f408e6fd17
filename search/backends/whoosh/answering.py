"""From a query to results: what is found, kept by the filters, put in order and cut to the wished slice."""

import time
from typing import NamedTuple

import numpy as np

from search.backends.base import Hit, Results, Wish
from search.backends.whoosh.narrowing import narrow
from search.backends.whoosh.phrases import containing
from search.backends.whoosh.postings import NOWHERE, Floats, Ints
from search.backends.whoosh.scoring import OutOfTimeError, Scorer, Scores
from search.backends.whoosh.snapshot import Mask
from search.backends.whoosh.sparse import largest
from search.expansion import Plan, plan
from search.query import Phrase, Query, Word
from search.snippets import Marker, excerpt, mark, marker_of

MAX_LIFTED = 60  # so many of the best are looked at closely
MAX_LIMIT = 1000


class Place(NamedTuple):
    """A document in the order of the results."""

    number: int
    score: float


def answer(scorer: Scorer, asked: Query, wish: Wish, generation: str, started: float) -> Results:
    """The results of a query over the documents that the scorer may see."""
    planned = plan(asked, scorer)
    found = _found(scorer, asked, planned)
    kept, facets = narrow(scorer.snapshot, found.numbers, wish.filters, wish.facets)
    marker = marker_of(planned)
    wanted = Scores(found.numbers[kept], found.scores[kept], found.shares[kept])
    return Results(
        hits=tuple(_hit(scorer, place, marker) for place in _sorted(scorer, wanted, planned, wish)),
        total=len(wanted.numbers),
        facets=facets,
        corrections=planned.corrections,
        is_partial=scorer.is_partial,
        generation=generation,
        took_ms=(time.monotonic() - started) * 1000,
    )


def _found(scorer: Scorer, asked: Query, planned: Plan) -> Scores:
    """Scores of the documents that meet enough of the query, contain its phrases, and nothing it excludes."""
    if asked.terms:
        found = scorer.score(planned)
    else:
        every = np.flatnonzero(scorer.readable)
        found = Scores(every, np.ones(len(every)), np.ones(len(every)))
    kept = found.shares >= planned.least_coverage
    for term in asked.terms:
        if isinstance(term, Phrase):
            kept &= _among(scorer, found.numbers, _containing(scorer, term))
    for term in asked.without:
        kept &= ~_among(scorer, found.numbers, _containing(scorer, term))
    found = Scores(found.numbers[kept], found.scores[kept], found.shares[kept])
    return found._replace(scores=scorer.stand(found, time.time()))


def _containing(scorer: Scorer, term: Word | Phrase) -> Ints:
    """See phrases.containing. Out of time there are none, and the answer says that it is not whole."""
    try:
        return containing(scorer, term)
    except OutOfTimeError:
        scorer.is_partial = True
        return NOWHERE.numbers


def _among(scorer: Scorer, numbers: Ints, others: Ints) -> Mask:
    """Which of these documents are among others."""
    is_there = np.zeros(scorer.snapshot.size, bool)
    is_there[others] = True
    return is_there[numbers]


def _sorted(scorer: Scorer, kept: Scores, planned: Plan, wish: Wish) -> list[Place]:
    """The asked slice, in the asked order, with scores."""
    offset = max(0, wish.offset)
    end = offset + max(0, min(wish.limit, MAX_LIMIT))
    if wish.order == "newest":
        newest = largest(scorer.snapshot.written[kept.numbers], end, last_first=True)[offset:]
        return _places(kept, newest, kept.scores[newest])
    best = largest(kept.scores, max(MAX_LIFTED, end))
    scores = kept.scores[best]
    scores[:MAX_LIFTED] *= scorer.lift(kept.numbers[best[:MAX_LIFTED]], planned)
    first = np.lexsort((kept.numbers[best[:MAX_LIFTED]], -scores[:MAX_LIFTED]))
    order = np.concatenate([first, np.arange(len(first), len(best))])[offset:end]
    return _places(kept, best[order], scores[order])


def _places(kept: Scores, at: Ints, scores: Floats) -> list[Place]:
    return [Place(*place) for place in zip(kept.numbers[at].tolist(), scores.tolist(), strict=True)]


def _hit(scorer: Scorer, place: Place, marker: Marker) -> Hit:
    leaf, number = scorer.snapshot.place(place.number)
    key = leaf.key(number)
    title, body = leaf.texts(number)
    kind, _colon, pk = key.partition(":")
    return Hit(
        key=key,
        kind=kind,
        pk=pk,
        score=place.score,
        title=mark(title, marker.matches(title)),
        snippet=excerpt(body, marker),
    )
