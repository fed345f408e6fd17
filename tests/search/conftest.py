"""An index of its own for each test that searches."""

import json
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.db import connection
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


def break_index() -> None:
    """Take away what the index cannot do without."""
    if site.SEARCH_BACKEND == "postgres":
        from search.backends.postgres.tables import Tables, current, run

        index = current(site.SEARCH_INDEX_DIR.name)
        assert index
        run(Tables(index.pk).sql("DROP TABLE {posting}"))
    else:
        for contents in site.SEARCH_INDEX_DIR.glob("index-*/*.toc"):
            contents.unlink()
    backend().close()


def holding() -> list[str]:
    """The command of another process that follows the database into the index: says "held", then waits for its end."""
    if site.SEARCH_BACKEND == "postgres":
        from psycopg.conninfo import make_conninfo

        from search.backends.postgres.locks import FOLLOWING, lock_key

        code = "import psycopg; other = psycopg.connect(sys.argv[1]); other.execute(sys.argv[2])"
        own = connection.settings_dict
        parts = {"dbname": own["NAME"], "user": own["USER"], "password": own["PASSWORD"], "host": own["HOST"]}
        dsn = make_conninfo(**{name: value for name, value in parts.items() if value}, port=own["PORT"] or 5432)
        arguments = [dsn, f"SELECT pg_advisory_lock({FOLLOWING}, {lock_key(site.SEARCH_INDEX_DIR.name)})"]
    else:
        code = "import fcntl; lock = open(sys.argv[1], 'a'); fcntl.flock(lock, fcntl.LOCK_EX)"
        arguments = [str(site.SEARCH_INDEX_DIR / "indexer.lock")]
    return [sys.executable, "-c", f"import sys; {code}; print('held', flush=True); sys.stdin.read()", *arguments]


def keys(answer: dict[str, Any]) -> list[str]:
    """What was found, best first."""
    return [one["key"] for one in answer["results"]]


def page_of(client: Client, query: str, **more: str) -> str:
    """The search page for a query."""
    response = client.get("/search/", {"q": query, **more})
    assert response.status_code == 200
    return response.content.decode()
