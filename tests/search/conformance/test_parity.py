"""Both backends, the same documents and queries: the same hits and counts, and the same first one where it is clear.

What differs is told apart here: of words that begin alike both look at some only, where there are very many.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.backends.base import Choice, Document, Filters, SearchBackend, Wish
from search.index import open_backend
from tests.search.conformance.conftest import DAY, MINE, SECRET, YOURS, document

CLEARLY = 1.05  # how much better a score must be
WORDS = [
    "veilig", "veiligheid", "veiligheidsplan", "plan", "plannen", "geweld", "partnergeweld", "partner", "huis",
    "huisverbod", "verbod", "mensen", "handel", "mensenhandel", "de", "van", "ex-partner", "reële", "a.u.b.",
]  # fmt: skip
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
documents = st.builds(
    document,
    texts,
    texts,
    audience=st.sampled_from([MINE, MINE, YOURS, SECRET]),
    kind=st.sampled_from(["practice", "thread", "post", "message"]),
    community=st.integers(1, 3),
    tags=st.lists(st.sampled_from(WORDS), max_size=2).map(tuple),
    has=st.lists(st.sampled_from(["document", "image"]), max_size=2, unique=True).map(tuple),
    quality=st.sampled_from([-1.0, 0.0, 0.5]),
    written_at=st.integers(0, 900).map(lambda number: DAY - timedelta(days=number)),
)
typed = st.lists(
    st.sampled_from([*WORDS, "veiligheidplan", "partnerr", "huisvrebod", "ge*", "veil*", "plan*", "-plan", "-huis*",
                     '"de partner"', '"huis van"', '-"de plan"', "titel:plan", "tag:huis", "mensen-handel"]),
    min_size=1, max_size=4,
).map(" ".join)  # fmt: skip
Both = tuple[SearchBackend, SearchBackend]


@pytest.fixture
def both(db: None, tmp_path: Path) -> Iterator[Both]:
    """The two backends."""
    if connection.vendor != "postgresql":
        pytest.skip("The PostgreSQL backend needs PostgreSQL: set DATABASE_URL.")
    opened = open_backend("whoosh", tmp_path / "parity"), open_backend("postgres", "parity")
    yield opened
    for one in opened:
        one.close()


def compare(both: Both, query: str, audiences: set[int], wish: Wish) -> None:
    """The same of both."""
    one, other = (backend.search(query, audiences, wish) for backend in both)
    assert {hit.key for hit in one.hits} == {hit.key for hit in other.hits}
    assert (one.total, set(one.corrections)) == (other.total, set(other.corrections))
    assert {name: set(counts) for name, counts in one.facets.items()} == {
        name: set(counts) for name, counts in other.facets.items()
    }
    scores = [hit.score for hit in one.hits]
    if wish.order == "best" and scores and (len(scores) == 1 or scores[0] > CLEARLY * scores[1]):
        assert (one.hits[0].key, one.hits[0].title, one.hits[0].snippet) == (
            other.hits[0].key, other.hits[0].title, other.hits[0].snippet,
        )  # fmt: skip
        assert other.hits[0].score == pytest.approx(scores[0], rel=0.01)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    first=st.lists(documents, max_size=25),
    later=st.lists(documents, max_size=4),
    queries=st.lists(typed, min_size=8, max_size=8),
    audiences=st.sampled_from([{MINE}, {MINE, YOURS}, {MINE, YOURS, SECRET}]),
    order=st.sampled_from(["best", "newest"]),
)
def test_both_find_the_same(
    both: Both, first: list[Document], later: list[Document], queries: list[str], audiences: set[int], order: str
) -> None:
    for backend in both:
        backend.close()  # hypothesis repeats the random names by which Whoosh knows what it has read of a segment
        backend.rebuild(first)
        backend.apply(later, [one.key for one in first[::3]])
    community = Filters(choices={"community": Choice(only=frozenset({"1"})), "kind": Choice(never=frozenset({"post"}))})
    for query in queries:
        for filters in (Filters(), community, Filters(since=DAY - timedelta(days=400))):
            compare(both, query, audiences, Wish(filters=filters, order=order, limit=100, seconds=20))


def test_the_suite_ran_for_postgresql_too() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("The PostgreSQL backend needs PostgreSQL: set DATABASE_URL. All other tests ran for Whoosh.")
    from tests.search.conformance.conftest import CARRIED

    assert CARRIED == ("whoosh", "postgres")
