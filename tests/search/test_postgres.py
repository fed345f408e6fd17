"""What only the PostgreSQL backend must hold: transactions of others, tables that go away, rows that leave nothing."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from community.models import Organisation
from search.backends.base import IndexUnavailableError, SearchBackend
from search.index import open_backend
from search.models import SearchIndex
from tests import factories
from tests.search.conformance.conftest import YOURS, answer, document, found

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="The PostgreSQL backend needs PostgreSQL: set DATABASE_URL."
)


@pytest.fixture
def backend(db: None) -> Iterator[SearchBackend]:
    """An empty index."""
    opened = open_backend("postgres", "of-this-test")
    opened.rebuild([])
    yield opened
    opened.close()


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return cursor.fetchone()[0]


def tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^search_index_[0-9]'")
        return {name for (name,) in cursor.fetchall()}


def test_a_search_leaves_the_transaction_of_its_caller_as_it_was(backend: SearchBackend) -> None:
    backend.index([document("mus")])
    before = [setting(name) for name in ("statement_timeout", "jit")]
    with transaction.atomic():
        factories.make_organisation("Vóór")
        assert answer(backend, "mus").total == 1
        assert answer(backend, "mus", seconds=-1.0).is_partial
        factories.make_organisation("Na")
        assert [setting(name) for name in ("statement_timeout", "jit")] == before
    assert Organisation.objects.filter(name__in=["Vóór", "Na"]).count() == 2


def test_a_search_that_fails_leaves_it_too(backend: SearchBackend) -> None:
    from search.backends.postgres.tables import Tables, current, run

    index = current("of-this-test")
    assert index
    run(Tables(index.pk).sql("DROP TABLE {posting}"))
    with transaction.atomic():
        factories.make_organisation("Vóór")
        with pytest.raises(IndexUnavailableError):
            answer(backend, "mus")
        assert backend.health().state == "broken"
        assert backend.status().documents == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            backend.index([document("mus")])
    assert Organisation.objects.filter(name="Vóór").exists()
    assert backend.rebuild([document("mus")]) == 1
    assert answer(backend, "mus").total == 1


def test_a_statement_that_takes_too_long_is_stopped_and_the_session_goes_on(db: None) -> None:
    from search.backends.postgres.session import OutOfTimeError, searching

    started = time.monotonic()
    with searching() as session:
        session.end_at(started + 0.05)
        with pytest.raises(OutOfTimeError):
            session.rows("SELECT pg_sleep(%(seconds)s)::text", {"seconds": 20})
        with pytest.raises(OutOfTimeError):
            session.rows("SELECT 1", {})
        session.extend()
        assert session.rows("SELECT 1", {}) == [(1,)]
    assert time.monotonic() - started < 10


def test_a_search_of_its_own_sees_one_state_and_writes_nothing(transactional_db: None) -> None:
    from search.backends.postgres.session import searching

    with searching() as session:
        assert session.rows("SELECT current_setting('transaction_isolation')", {}) == [("repeatable read",)]
        assert session.rows("SELECT current_setting('transaction_read_only')", {}) == [("on",)]
    assert setting("transaction_isolation") == "read committed"


def test_what_is_taken_out_or_moved_leaves_no_posting_behind(backend: SearchBackend) -> None:
    from search.backends.postgres.tables import Tables, current, execute

    one, other = document("mus", "zingt " * 30, author="Anna"), document("merel mus", tags=("vogels",))
    backend.index([one, other])
    backend.apply([replace(other, audience=YOURS)], [one.key])
    index = current("of-this-test")
    assert index
    rows = execute(Tables(index.pk).sql("SELECT term, audience, documents FROM {posting}"))
    assert {audience for _term, audience, _documents in rows} == {YOURS}
    assert {term for term, _audience, _documents in rows if not term.startswith("=")} == {"mus", "merel", "vogels"}
    assert {documents for _term, _audience, documents in rows} == {1}
    backend.remove([other.key])
    assert execute(Tables(index.pk).sql("SELECT count(*) FROM {posting}")) == [(0,)]


def test_tables_of_old_indexes_are_dropped_but_for_the_last_one(backend: SearchBackend) -> None:
    other = open_backend("postgres", "another")
    other.rebuild([document("mus")])
    for _ in range(3):
        backend.rebuild([document("mus")])
    kept = SearchIndex.objects.filter(name="of-this-test")
    assert (kept.count(), kept.filter(is_current=True).count()) == (2, 1)
    assert len(tables()) == 3 * SearchIndex.objects.count()
    assert answer(other, "mus").total == 1


def test_facts_follow_each_commit_without_reading_all_again(backend: SearchBackend) -> None:
    many = [document(f"mus {number}", theme=f"thema{number % 3}") for number in range(20)]
    backend.rebuild(many)
    assert answer(backend, "mus").total == 20
    known = backend._facts  # type: ignore[attr-defined]
    backend.apply([document("mus", theme="nieuw")], [many[0].key])
    results = answer(backend, "mus", limit=100)
    assert {one.value: one.count for one in results.facets["theme"]} == {
        "thema0": 6, "thema1": 7, "thema2": 6, "nieuw": 1,
    }  # fmt: skip
    again = open_backend("postgres", "of-this-test")
    assert found(again, "mus", limit=100) == [hit.key for hit in results.hits]
    assert known is not backend._facts  # type: ignore[attr-defined]
    again.close()
