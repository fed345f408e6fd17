"""Hostile and odd input: no query raises or costs much, and no document breaks the index."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.backends.base import Choice, Filters, SearchBackend, Wish
from tests.search.conformance.conftest import MINE, SECRET, answer, document, found, said

Filled = Callable[..., SearchBackend]
NAUGHTY = Path(os.environ.get("KENNISKRING_SHARED", Path(__file__).parents[4] / "shared")) / "hostile" / "blns.json"
HOSTILE = [
    "*a*", "*", "a*", "***", "aaa*", "(((((", ")))))", '"', '""""', "-", "--", "-*", "- - -", ":", "::", "title:",
    "title:*", "titel:titel:titel:", "-title:-", "\x00", "mus\x00merel", "\ud800", "mus \udfff*", "\u202emus",
    "a" * 10_000, "mus " * 5_000, '"' + "de " * 500 + '"', "-mus " * 300, "ab* " * 100, "''';--", "\\", "\\\\'",
    "$$", "%s%s%s", "%(x)s", "{0}", "mus:*", "!mus", "mus & | ! <->", "ﷺ" * 100, "🐦" * 100, "é" * 300, "ß" * 64,
    "\u0345" * 300, "٣٤٥", "½ ² ①", "-" * 300, "a-b-c-d-e-f-g", "a.b.c.d.e.f", "x" * 64 + "*", "İstanbul",
    "veilig* " * 16, "'" * 200, "mus" + "\u200b" * 100 + "sen", "<script>alert(1)</script>",
]  # fmt: skip
texts = st.text(max_size=40) | st.lists(
    st.sampled_from(["mus", "mussen", "musnest", "nest", "-mus", '"de mus"', "mu*", "mus*", "title:mus", "de", "musn"]),
    max_size=6,
).map(" ".join)


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_queries_never_raise(query: str, filled: Filled) -> None:
    backend = filled(document("mus en merel", "veiligheid " * 20), document("kanariepiet", audience=SECRET))
    results = answer(backend, query)
    assert "kanariepiet" not in said(results)
    assert results.total == len(results.hits)
    assert found(backend, "mus")


def test_naughty_strings_never_raise_as_query_or_as_text(filled: Filled) -> None:
    if not NAUGHTY.exists():
        pytest.skip(f"There is no {NAUGHTY}: set KENNISKRING_SHARED.")
    strings = [text for text in json.loads(NAUGHTY.read_text()) if isinstance(text, str)]
    backend = filled(*(document(text, text, author=text, tags=(text,), organisation=text) for text in strings))
    for text in strings:
        assert answer(backend, text).total <= len(strings)
    assert backend.status().documents == len(strings)


@pytest.mark.parametrize(
    "odd", ["\x00", "\ud800", "mus\x00\ud83d", "", " \n\t", "x" * 70_000, "mus " * 70_000, "ﷺ\u0345"]
)
def test_odd_documents_are_kept_and_removed_as_any(odd: str, filled: Filled) -> None:
    plain = document("spreeuw")
    strange = document(
        f"spreeuw {odd}", odd, tags=(odd, odd), author=odd, organisation=odd, theme=odd[:50], status=odd[:50],
        has=(odd[:50], "document"), whole=odd[:50], label=odd[:50],
    )  # fmt: skip
    backend = filled(plain, strange)
    assert set(found(backend, "spreeuw")) == {plain.key, strange.key}
    backend.remove([strange.key])
    assert found(backend, "spreeuw") == [plain.key]
    backend.rebuild([plain, strange])
    assert len(found(backend, "spreeuw")) == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=texts, value=st.text(max_size=10), order=st.sampled_from(["best", "newest"]))
def test_any_query_and_choice_is_answered(query: str, value: str, order: str, backend: SearchBackend) -> None:
    if not backend.status().documents:
        backend.index([document("mus", "de mussen van het musnest"), document("nest", "mus", audience=SECRET)])
    choices = {"organisation": Choice(never=frozenset({value})), "kind": Choice(only=frozenset({value, "practice"}))}
    results = backend.search(query, {MINE}, Wish(filters=Filters(choices=choices), order=order))
    assert results.total == len(results.hits) <= 1
