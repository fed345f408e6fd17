"""Arrays find, count and order what plain Python finds over Whoosh's own postings, whatever the index went through."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import index, query, scoring

from search.backends.base import FACETS, NARROWED, Choice, Document, Filters, Wish
from search.backends.whoosh import WhooshBackend
from search.backends.whoosh.scoring import Scorer
from search.query import parse
from tests.search.backends.whoosh.reference import Reference

WORDS = (
    "huis", "huizen", "verbod", "huisverbod", "geweld", "huiselijk", "partnergeweld", "plan", "veiligheidsplan",
    "veiligheid", "de", "van", "ex-leden", "foto's", "a.u.b.", "reële", "beleid", "beleidsregels", "13b", "huisvrebod",
)  # fmt: skip
KINDS = ("practice", "thread", "post", "message")
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)

words = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
dates = st.none() | st.integers(0, 900).map(lambda days: BEGIN + timedelta(days=days, microseconds=days))
documents = st.builds(
    lambda number, kind, **more: Document(key=f"{kind}:{number}", kind=kind, **more),
    number=st.integers(1, 12), kind=st.sampled_from(KINDS), title=words, body=words, author=words,
    tags=st.lists(st.sampled_from(WORDS), max_size=2).map(tuple), audience=st.integers(1, 3),
    community=st.integers(1, 3), organisation=st.sampled_from(("", "Gemeente", "Politie")),
    label=st.sampled_from(("", "CLEAR", "AMBER")), whole=st.sampled_from(("", "thread:1", "room:2")),
    has=st.lists(st.sampled_from(("document", "image")), unique=True).map(tuple), written_at=dates,
    quality=st.sampled_from((-1.0, -0.5, 0.0, 0.3, 1.0)),
)  # fmt: skip
# Each step is a commit: documents put in, and keys taken out; True is upkeep.
steps = st.lists(
    st.booleans()
    | st.tuples(
        st.lists(documents, max_size=6),
        st.lists(st.builds("{}:{}".format, st.sampled_from(KINDS), st.integers(1, 12)), max_size=3),
    ),
    max_size=5,
)
texts = st.lists(
    st.sampled_from(WORDS)
    | st.sampled_from(("-huis", "-foto's", "hui*", "-veil*", "title:huis", "-title:huisverbod", "tag:plan", "gewled"))
    | st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(lambda some: f'"{" ".join(some)}"')
    | st.lists(st.sampled_from(WORDS), min_size=2, max_size=2).map(lambda some: f'-"{" ".join(some)}"'),
    max_size=4,
).map(" ".join)
values = {
    "kind": KINDS, "community": ("1", "2", "9"), "organisation": ("Gemeente",), "label": ("CLEAR", "AMBER"),
    "has": ("document", "image"), "year": ("2024", "2025"), "whole": ("thread:1", "room:2"), "theme": ("zorg",),
    "status": ("retired",),
}  # fmt: skip
choices = st.dictionaries(
    st.sampled_from(NARROWED), st.tuples(st.integers(0, 3), st.booleans(), st.booleans()), max_size=3
).map(
    lambda chosen: {
        name: Choice(
            frozenset(values[name][: 1 + at]) if is_only else frozenset(),
            frozenset(values[name][-1:]) if is_never else frozenset(),
        )
        for name, (at, is_only, is_never) in chosen.items()
    }
)
filters = st.builds(lambda choices, since, until: Filters(choices=choices, since=since, until=until),
                    choices=choices, since=dates, until=dates)  # fmt: skip
wishes = st.builds(lambda **more: Wish(**more, seconds=60), filters=filters, order=st.sampled_from(("best", "newest")),
                   offset=st.integers(0, 3), limit=st.integers(1, 40), facets=st.just(FACETS))  # fmt: skip


def run(backend: WhooshBackend, commits: Iterable[Any]) -> None:
    for commit in commits:
        if isinstance(commit, bool):
            backend.settle()
        else:
            backend.apply(*commit)


def folder_of(backend: WhooshBackend) -> Path:
    folder = backend._folder.current()
    assert folder
    return folder


def assert_same(backend: WhooshBackend, text: str, audiences: set[int], wish: Wish) -> None:
    asked = parse(text)
    results = backend.search(asked, audiences, wish)
    if not audiences or (asked.is_empty and not wish.filters.narrows):
        assert (results.total, results.hits, results.facets) == (0, (), {})
        return
    total, facets, hits, corrections = Reference(folder_of(backend)).search(asked, audiences, wish)
    assert results.total == total
    assert {name: {one.value: one.count for one in counts} for name, counts in results.facets.items()} == facets
    assert results.corrections == corrections
    scores = dict(hits)
    # Scores that are the same up to rounding may change places.
    assert [hit.score for hit in results.hits] == pytest.approx([score for _key, score in hits], rel=1e-4)
    if wish.order == "newest":
        assert [hit.key for hit in results.hits] == [key for key, _score in hits]
    for hit in results.hits:
        assert hit.score == pytest.approx(scores.get(hit.key, hits[-1][1]), rel=1e-4)
    assert not results.is_partial


@settings(max_examples=40, deadline=None)
@given(first=st.lists(documents, max_size=12), after=steps, asked=st.lists(st.tuples(
    texts, st.sets(st.integers(1, 4)), wishes), min_size=1, max_size=6))  # fmt: skip
def test_arrays_find_what_plain_python_finds(first: Any, after: Any, asked: Any) -> None:
    with TemporaryDirectory() as folder:
        backend = WhooshBackend(folder)
        backend.rebuild(first)
        for text, audiences, wish in asked:  # what an earlier generation left in memory must do no harm
            assert_same(backend, text, audiences, wish)
        run(backend, after)
        for text, audiences, wish in asked:
            assert_same(backend, text, audiences, wish)
        backend.close()


@settings(max_examples=15, deadline=None)
@given(first=st.lists(documents, min_size=1, max_size=12), after=steps)
def test_single_words_are_counted_as_whoosh_counts_them(first: Any, after: Any) -> None:
    with TemporaryDirectory() as folder:
        backend = WhooshBackend(folder)
        backend.rebuild(first)
        run(backend, after)
        snapshot = backend._current()
        scorer = Scorer(snapshot, snapshot.readable({1, 2, 3}), time.monotonic() + 60)
        with index.open_dir(folder_of(backend)).searcher(weighting=scoring.Frequency()) as searcher:
            for field in ("title", "body", "tags", "author"):
                for word in ("huis", "geweld", "plan", "exleden", "reele", "niets"):
                    theirs = list(searcher.docs_for_query(query.Term(field, word)))
                    assert scorer.frequencies([("", word)], field).numbers.tolist() == theirs
        backend.close()
