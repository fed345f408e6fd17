"""Each backend in turn, empty and ready, and documents to put in."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from search.backends.base import ALL, Document, Results, SearchBackend, Wish
from search.index import BACKENDS, open_backend

MINE, YOURS, SECRET = 1, 2, 3
DAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
_numbers = count(1)


def document(title: str = "", body: str = "", *, audience: int = MINE, **more: Any) -> Document:
    """A document with a key of its own, unless told."""
    fields: dict[str, Any] = {"kind": "practice", "community": 1, "written_at": DAY, **more}
    fields.setdefault("key", f"{fields['kind']}:{next(_numbers)}")
    return Document(title=title, body=body, audience=audience, **fields)


def days(number: float) -> timedelta:
    """So many days."""
    return timedelta(days=number)


def found(backend: SearchBackend, query: str, audiences: set[int] | None = None, **wish: Any) -> list[str]:
    """The keys that readers with these audiences find, in order; mine unless told."""
    return [hit.key for hit in answer(backend, query, audiences, **wish).hits]


def answer(backend: SearchBackend, query: str, audiences: set[int] | None = None, **wish: Any) -> Results:
    """All of what they get."""
    return backend.search(query, {MINE} if audiences is None else audiences, Wish(**wish) if wish else ALL)


def counts(results: Results, facet: str) -> dict[str, int]:
    """How often each value of a facet was counted."""
    return {one.value: one.count for one in results.facets.get(facet, ())}


def said(results: Results) -> str:
    """Everything that the results tell, as one text."""
    return repr((results.hits, results.facets, results.corrections, results.total))


CARRIED = BACKENDS if connection.vendor == "postgresql" else ("whoosh",)


@pytest.fixture(params=CARRIED)
def kind(request: pytest.FixtureRequest) -> str:
    """The name of each backend that this database can carry."""
    return request.param


@pytest.fixture
def empty(kind: str, db: None, tmp_path: Path) -> Iterator[SearchBackend]:
    """A backend that was never built. Other threads see its rows in tests that ask for `transactional_db`."""
    opened = open_backend(kind, tmp_path / "index")
    yield opened
    opened.close()


@pytest.fixture
def backend(empty: SearchBackend) -> SearchBackend:
    """A backend with an empty index."""
    empty.rebuild([])
    return empty


@pytest.fixture
def filled(backend: SearchBackend) -> Callable[..., SearchBackend]:
    """filled(document, …) is the backend with these in it."""

    def fill(*documents: Document) -> SearchBackend:
        backend.index(documents)
        return backend

    return fill
