"""Slices: paging, exact totals, orders, filters and facets."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from search.backends.base import FACETS, NARROWED, Choice, Filters, SearchBackend
from tests.search.conformance.conftest import DAY, answer, counts, days, document, found

Filled = Callable[..., SearchBackend]


def only(name: str, *values: str) -> Filters:
    return Filters(choices={name: Choice(only=frozenset(values))})


def never(name: str, *values: str) -> Filters:
    return Filters(choices={name: Choice(never=frozenset(values))})


def test_totals_and_facets_are_exact_whatever_the_limit(filled: Filled) -> None:
    backend = filled(*(document(f"mus {n}", "merel " * (n % 7), community=n % 3 + 1) for n in range(150)))
    for query in ("mus", "mussen", "mus*", '"mus"', "mus -lijster"):
        for wish in ({}, {"limit": 1}, {"limit": 0}, {"limit": 1000}, {"offset": 140}, {"order": "newest"}):
            results = answer(backend, query, **wish)
            assert results.total == 150, (query, wish)
            assert counts(results, "community") == {"1": 50, "2": 50, "3": 50}


def test_pages_hold_everything_once(filled: Filled) -> None:
    backend = filled(*(document("mus", "merel " * (n % 5)) for n in range(95)))
    for order in ("best", "newest"):
        whole = found(backend, "mus", limit=1000, order=order)
        paged = [key for at in range(0, 100, 10) for key in found(backend, "mus", offset=at, limit=10, order=order)]
        assert len(set(whole)) == 95
        assert paged == whole
        assert found(backend, "mus", offset=95, order=order) == []
        assert found(backend, "mus", offset=-5, limit=-1, order=order) == []


def test_newest_first_orders_all_that_is_found_by_date(filled: Filled) -> None:
    made = [document("mus" if n % 2 else "", "mus " * (n + 1), written_at=DAY - days(n * 7 % 10)) for n in range(10)]
    undated = document("mus", written_at=None)
    newest = [one.key for one in sorted(made, key=lambda one: one.written_at or DAY, reverse=True)]
    assert found(filled(*made, undated), "mus", order="newest") == [*newest, undated.key]


def test_filters_keep_leave_out_and_know_their_limits(filled: Filled) -> None:
    early, late = document("mus", written_at=DAY - days(9)), document("mus", written_at=DAY, kind="thread")
    undated = document("mus", written_at=None, kind="message")
    backend = filled(early, late, undated)
    assert found(backend, "mus", filters=Filters(since=DAY)) == [late.key]
    assert found(backend, "mus", filters=Filters(until=DAY)) == [early.key]
    assert set(found(backend, "mus", filters=Filters(since=DAY - days(9)))) == {early.key, late.key}
    assert found(backend, "mus", filters=Filters(since=DAY + timedelta(seconds=1))) == []
    assert set(found(backend, "mus", filters=only("kind", "thread", "message"))) == {late.key, undated.key}
    assert found(backend, "mus", filters=never("kind", "thread", "message")) == [early.key]
    assert set(found(backend, "mus", filters=never("year", "2026"))) == {undated.key}
    assert found(backend, "mus", filters=only("kind", "nonsense")) == []
    assert found(backend, "mus", filters=only("nonsense", "thread")) == []


def test_filters_alone_are_a_question_and_leaving_out_is_none(filled: Filled) -> None:
    thread, post = document("mus", kind="thread"), document("", "merel", kind="post")
    backend = filled(thread, post, document("lijster"))
    assert found(backend, "", filters=only("kind", "thread")) == [thread.key]
    assert set(found(backend, "", filters=Filters(since=DAY - days(1)))) >= {thread.key, post.key}
    assert answer(backend, "", filters=never("kind", "thread")).total == 0
    assert answer(backend, "").total == 0
    assert set(found(backend, "", filters=only("kind", "thread", "post"), order="newest")) == {thread.key, post.key}


def test_parts_are_found_within_their_whole(filled: Filled) -> None:
    inside = [document("mus", kind="thread", whole="thread:1"), document("", "mus", kind="post", whole="thread:1")]
    backend = filled(*inside, document("", "mus", kind="post", whole="thread:12"), document("mus"))
    assert set(found(backend, "mus", filters=only("whole", "thread:1"))) == {one.key for one in inside}


@pytest.mark.parametrize("name", NARROWED)
def test_each_facet_narrows_and_is_counted(name: str, filled: Filled) -> None:
    values = {
        "kind": ("practice", "thread"), "theme": ("jeugd", "zorg"), "community": (1, 2), "label": ("TLP:RED", "x"),
        "organisation": ("Gemeente A", "Politie | 'x' %s"), "year": (DAY, DAY - days(400)),
        "status": ("draft", "done"), "has": (("document",), ("image", "document")), "whole": ("room:1", "room:2"),
    }[name]  # fmt: skip
    written = "written_at" if name == "year" else name
    one, other = (document("mus", **{written: value}) for value in values)
    backend = filled(one, other)
    first, second = one.values()[name], other.values()[name]
    own = min(set(second) - set(first))
    assert found(backend, "mus", filters=only(name, own)) == [other.key]
    assert found(backend, "mus", filters=never(name, own)) == [one.key]
    results = answer(backend, "mus", filters=only(name, own))
    if name in FACETS:
        expected = {value: (value in first) + (value in second) for value in (*first, *second)}
        assert counts(results, name) == expected
        assert counts(answer(backend, "mus", filters=never(name, own)), name) == dict.fromkeys(first, 1)


def test_only_the_wanted_facets_are_counted_most_frequent_first(filled: Filled) -> None:
    backend = filled(*(document("mus", community=min(n, 3)) for n in range(1, 8)))
    results = answer(backend, "mus", facets=("community",))
    assert set(results.facets) == {"community"}
    assert results.facets["community"][0].value == "3"
    assert answer(backend, "mus", facets=()).facets == {}
    assert set(answer(backend, "mus").facets) == set(FACETS)


def test_without_time_the_answer_says_that_there_may_be_more(filled: Filled) -> None:
    backend = filled(document("mus"))
    for query in ("mus", "mus*", '"de mus"', "mus -merel"):
        assert answer(backend, query, seconds=-1.0).is_partial, query
    assert not answer(backend, "mus").is_partial


def test_kind_quality_and_age_move_what_is_else_alike(filled: Filled) -> None:
    reviewed, plain, retired = (document("mus", quality=quality) for quality in (1.0, 0.0, -1.0))
    line = document("mus", kind="message")
    assert found(filled(line, retired, plain, reviewed), "mus") == [reviewed.key, plain.key, retired.key, line.key]
