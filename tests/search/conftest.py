"""An index of its own for each test that searches."""

import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from search.index import backend
from search.indexer import drain, rebuild


@pytest.fixture
def index(db: None, settings: Any, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """An empty index; call it to let the index follow the database."""
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    rebuild()

    def follow() -> None:
        while drain():
            pass

    yield follow
    backend().close()


@pytest.fixture
def searched(index: Callable[[], None]) -> Callable[..., dict[str, Any]]:
    """searched(anna, "words") is what the command finds for anna, in an index that follows or was made anew."""

    def search(person: Any, query: str, *, anew: bool = True, **options: Any) -> dict[str, Any]:
        if anew:
            rebuild()
        out = StringIO()
        call_command("search", query, f"--as={person.email}", json=True, stdout=out, **options)
        return json.loads(out.getvalue())

    return search


def keys(answer: dict[str, Any]) -> list[str]:
    """What was found, best first."""
    return [one["key"] for one in answer["results"]]


def page_of(client: Client, query: str, **more: str) -> str:
    """The search page for a query."""
    response = client.get("/search/", {"q": query, **more})
    assert response.status_code == 200
    return response.content.decode()
