"""Rights: the reader's audiences decide, and nothing that is found, counted or proposed comes from elsewhere."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from search.backends.base import NARROWED, Choice, Filters, SearchBackend
from search.query import parse
from tests.search.conformance.conftest import MINE, SECRET, YOURS, answer, counts, document, found, said

Filled = Callable[..., SearchBackend]
CANARY = "kanariepiet"
INJECTIONS = [
    "mus OR audience:3", "mus audience:[1 TO 9]", "mus) OR (audience:3", 'mus" OR audience:"3', "audience:3",
    "*:*", "* OR *", "mus | kanariepiet", "mus & !mus | kanariepiet", "'kanariepiet' | 'mus':*A", "kanariepiet:*",
    "mus'::tsvector; SELECT 1; --", "mus') OR 1=1 --", "mus\\' OR 1=1", "%(audiences)s %s {audiences} $1",
    "mus <-> kanariepiet", "=kanariepiet", "=kanariepiet*", "mus\n\raudience:3", "title:mus audience:3 -mus",
]  # fmt: skip


def test_no_audiences_find_nothing(filled: Filled) -> None:
    backend = filled(document("mus"), document(CANARY, audience=SECRET))
    only = Filters(choices={"kind": Choice(only=frozenset({"practice"}))})
    for query in ("mus", CANARY, "mus*", '"mus"', "-iets mus", ""):
        for filters in (Filters(), only):
            results = answer(backend, query, set(), filters=filters)
            assert (results.hits, results.total, results.facets, results.corrections) == ((), 0, {}, ())


def test_an_audience_that_nothing_has_finds_nothing(filled: Filled) -> None:
    assert answer(filled(document("mus")), "mus", {999}).total == 0
    assert answer(filled(document("mus")), "mus", {999, 2**62}).total == 0


@pytest.mark.parametrize("query", INJECTIONS)
def test_what_is_typed_reaches_no_engine(query: str, filled: Filled) -> None:
    backend = filled(
        document("mus en merel"), document(f"{CANARY} en mus", audience=SECRET), document("mus", audience=YOURS)
    )
    before = backend.status().documents
    results = answer(backend, query)
    assert {hit.key for hit in results.hits} <= set(found(backend, "mus"))
    assert results.total == len(results.hits) <= 1
    assert CANARY not in said(results)
    assert backend.status().documents == before


def test_totals_and_facets_come_from_readable_documents_only(filled: Filled) -> None:
    values = {"community": 7, "theme": "geheim", "organisation": CANARY, "label": "TLP:RED", "has": (CANARY,)}
    backend = filled(
        *(document("mus", community=1, theme="vogels") for _ in range(3)),
        *(document("mus", audience=SECRET, **values) for _ in range(5)),
        *(document("mus", audience=YOURS, community=2) for _ in range(2)),
    )
    results = answer(backend, "mus")
    assert (results.total, counts(results, "community"), counts(results, "theme")) == (3, {"1": 3}, {"vogels": 3})
    assert CANARY not in said(results)
    assert counts(answer(backend, "mus", {MINE, YOURS}), "community") == {"1": 3, "2": 2}
    for name in NARROWED:
        for value in ("7", "geheim", CANARY, "TLP:RED"):
            only = Filters(choices={name: Choice(only=frozenset({value}))})
            assert answer(backend, "mus", filters=only).total == 0


def test_no_word_of_another_audience_is_proposed_or_used(filled: Filled) -> None:
    backend = filled(
        document("een gewone mus zingt"), document(f"{CANARY} vogelhuis vogel huis stootvogel", audience=SECRET)
    )
    for query in ("kanareipiet", "kanariepie", "kanari*", "vogelhius", "vogel huis", "huisvogel", "vogels", "stoot"):
        results = answer(backend, query)
        assert (results.total, results.corrections) == (0, ()), query
        assert answer(backend, query, {SECRET}).total == 1, query


def test_what_others_write_changes_nothing_of_what_one_finds(filled: Filled) -> None:
    """Neither order nor scores: rarity, lengths and the words that compounds consist of are those of the reader."""
    mine = [
        document("mus", "de mus zingt " * 5), document("merel en mus", "zingt " * 60), document("", "mus " * 30),
        document("roodborst", "mus merel"), document("lijster", "merel " * 9 + "roodborsten"),
        document("huisverbod", "tijdelijk huisverbod"), document("buurt", "partnergeweld in de buurt"),
        *(document(f"woord {word}", f"veilig{word}") for word in ("heid", "plan", "stelling", "huis")),
    ]  # fmt: skip
    queries = ["mus", "mus merel", "zingt merel", "roodborst", "geweld", "huisvrebod", "veilig", "veilig*", "buurt",
               "merel zingt tijdelijk", "veiligheids plan", "tijdelijke huizen"]  # fmt: skip
    backend = filled(*mine)

    def told() -> list[object]:
        results = [answer(backend, query) for query in queries]
        return [
            ([(hit.key, round(hit.score, 6)) for hit in one.hits], one.total, one.facets, one.corrections)
            for one in results
        ]

    before = told()
    others = [document(f"merel partner verbod {CANARY}", "merel roodborst buurten " * 40, audience=SECRET)]
    others += [document(f"veilig{'abcdefghij'[number % 10]}{'klmnopqrst'[number // 10]}en", "plan partner huis",
                        audience=SECRET) for number in range(100)]  # fmt: skip
    backend.index(others)
    assert told() == before
    assert answer(backend, "merel", {SECRET}).total == 1


def test_an_update_moves_a_document_between_audiences_at_its_commit(filled: Filled) -> None:
    moving = document(CANARY, "zingt")
    backend = filled(moving, document("mus zingt"))
    assert found(backend, CANARY) == [moving.key]
    backend.index([replace(moving, audience=SECRET)])
    for query in (CANARY, "zingt", "kanarie*", "kanareipiet", f'"{CANARY}"'):
        results = answer(backend, query)
        assert moving.key not in [hit.key for hit in results.hits]
        assert CANARY not in said(results)
    assert found(backend, CANARY, {SECRET}) == [moving.key]
    assert found(backend, CANARY, {MINE, SECRET}) == [moving.key]


def test_readers_with_several_audiences_find_the_sum(filled: Filled) -> None:
    backend = filled(document("mus"), document("mus", audience=YOURS), document("mus", audience=SECRET))
    totals = [answer(backend, "mus", some).total for some in ({MINE}, {MINE, YOURS}, {MINE, YOURS, SECRET})]
    assert totals == [1, 2, 3]
    assert backend.search(parse("mus"), frozenset({YOURS})).total == 1
