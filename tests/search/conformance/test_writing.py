"""Writing: the last operation counts, commits are whole, and a rebuild swaps under those who search."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from search.backends.base import Document, IndexUnavailableError, SearchBackend, WriterBusyError
from search.index import open_backend
from tests.search.conformance.conftest import MINE, YOURS, answer, document, found

Filled = Callable[..., SearchBackend]


def test_the_last_document_of_a_key_counts(backend: SearchBackend) -> None:
    first = document("merel")
    assert backend.apply([first, replace(first, title="mus"), replace(first, title="mees")]) == 1
    assert [answer(backend, word).total for word in ("merel", "mus", "mees")] == [0, 0, 1]
    backend.index([replace(first, title="merel")])
    assert [answer(backend, word).total for word in ("merel", "mus", "mees")] == [1, 0, 0]
    assert backend.status().documents == 1


def test_what_is_put_in_and_taken_out_in_one_commit_is_out(filled: Filled) -> None:
    known, fresh = document("mus"), document("mus")
    backend = filled(known)
    assert backend.apply([replace(known, title="mus en merel"), fresh], [known.key, fresh.key]) == 2
    assert found(backend, "mus") == []
    assert backend.status().documents == 0


def test_what_is_taken_out_is_gone_and_may_come_back(filled: Filled) -> None:
    one, other = document("mus", "zingt"), document("mus", "fluit")
    backend = filled(one, other)
    backend.remove([one.key, "practice:unknown"])
    assert (found(backend, "mus"), found(backend, "zingt"), backend.status().documents) == ([other.key], [], 1)
    assert answer(backend, "zignt").corrections == ()
    backend.remove([one.key])
    backend.index([one])
    assert set(found(backend, "mus")) == {one.key, other.key}


def test_nothing_to_do_changes_nothing(filled: Filled) -> None:
    backend = filled(document("mus"))
    generation = backend.generation()
    assert backend.apply([], []) == 0
    assert backend.generation() == generation


def test_each_commit_is_another_generation(backend: SearchBackend) -> None:
    seen = [backend.generation()]
    one = document("mus")
    for change in (lambda: backend.index([one]), lambda: backend.remove([one.key]), lambda: backend.rebuild([one])):
        change()
        seen.append(backend.generation())
        assert answer(backend, "mus").generation == seen[-1]
    assert len(set(seen)) == 4


def test_many_small_commits_find_the_same_as_one(backend: SearchBackend) -> None:
    many = [document(f"mus {number}", f"merel {'zingt ' * (number % 3)}") for number in range(40)]
    for one in many:
        backend.index([one])
    for one in many[::2]:
        backend.index([replace(one, body="lijster")])
    backend.remove(one.key for one in many[::5])
    kept = {one.key for at, one in enumerate(many) if at % 5}
    assert set(found(backend, "mus", limit=100)) == kept
    assert set(found(backend, "lijster", limit=100)) == {one.key for one in many[::2]} & kept
    assert answer(backend, "merel").total == len({one.key for one in many[1::2]} & kept)
    backend.rebuild([replace(one, title="spreeuw") for one in many])
    assert (answer(backend, "mus").total, answer(backend, "spreeuw").total) == (0, 40)


def test_more_documents_than_one_block_holds(backend: SearchBackend) -> None:
    count = 700
    many = [document(f"mus {number}", "merel", audience=MINE if number % 3 else YOURS) for number in range(count)]
    shown: list[int] = []
    assert backend.rebuild([*many, replace(many[0], title="spreeuw")], progress=shown.append) == count
    assert shown == sorted(shown)
    assert shown[-1] == count
    assert answer(backend, "merel", {MINE, YOURS}).total == count
    assert answer(backend, "merel", {YOURS}).total == len(many[::3])
    assert found(backend, "spreeuw", {YOURS}) == [many[0].key]
    backend.index([document("mus", "merel") for _ in range(300)])
    assert answer(backend, "merel", {MINE, YOURS}).total == count + 300


def test_a_rebuild_holds_exactly_its_documents(filled: Filled) -> None:
    backend, other = filled(document("mus")), document("merel")
    assert backend.rebuild([other]) == 1
    assert (found(backend, "mus"), found(backend, "merel")) == ([], [other.key])
    assert backend.rebuild([]) == 0
    assert found(backend, "merel") == []
    assert backend.health().is_ok


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(filled: Filled) -> None:
    backend = filled(document("mus"))
    generation = backend.generation()

    def failing() -> Iterator[Document]:
        yield document("merel")
        raise ValueError("The database went away.")

    with pytest.raises(ValueError, match="went away"):
        backend.rebuild(failing())
    assert (backend.generation(), answer(backend, "mus").total, answer(backend, "merel").total) == (generation, 1, 0)
    assert backend.index([document("merel")]) == 1


def test_a_commit_that_fails_leaves_the_index_as_it_was(filled: Filled) -> None:
    known = document("mus")
    backend = filled(known)

    def failing() -> Iterator[Document]:
        yield replace(known, title="merel")
        raise ValueError("The database went away.")

    with pytest.raises(ValueError, match="went away"):
        backend.index(failing())
    assert found(backend, "mus") == [known.key]
    assert backend.index([document("mus")]) == 1


def test_one_writes_and_one_follows_at_a_time(filled: Filled) -> None:
    backend = filled(document("mus"))

    def meanwhile() -> Iterator[Document]:
        with pytest.raises(WriterBusyError):
            backend.index([document("merel")])
        yield document("mees")

    assert backend.rebuild(meanwhile()) == 1
    with backend.following():
        with pytest.raises(WriterBusyError), backend.following():
            pass
        backend.index([document("merel")])
    with backend.following():
        assert answer(backend, "merel").total == 1


def test_another_process_sees_each_commit(filled: Filled, kind: str, tmp_path: object) -> None:
    backend = filled(document("mus"))
    reader = open_backend(kind, tmp_path / "index")  # type: ignore[operator]
    assert answer(reader, "mus").total == 1
    backend.index([document("mus")])
    assert answer(reader, "mus").total == 2
    backend.rebuild([document("mus") for _ in range(3)])
    assert answer(reader, "mus").total == 3
    reader.close()


def test_nothing_is_answered_before_the_first_build(empty: SearchBackend) -> None:
    assert (empty.health().state, empty.generation(), empty.status().documents) == ("missing", "", 0)
    with pytest.raises(IndexUnavailableError):
        answer(empty, "mus")
    with pytest.raises(IndexUnavailableError):
        empty.index([document("mus")])
    assert empty.rebuild([document("mus")]) == 1
    assert answer(empty, "mus").total == 1


def test_an_index_of_another_analysis_is_outdated(filled: Filled, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = filled(document("mus"))
    made_by = {
        "whoosh": "search.backends.whoosh.backend.signature",
        "postgres": "search.backends.postgres.tables.signature",
    }
    monkeypatch.setattr(made_by[kind], lambda: "another")
    backend.close()
    assert backend.health().state == "outdated"
    with pytest.raises(IndexUnavailableError):
        answer(backend, "mus")
    with pytest.raises(IndexUnavailableError):
        backend.index([document("merel")])
    backend.rebuild([document("mus")])
    assert answer(backend, "mus").total == 1


def test_status_tells_how_it_stands(filled: Filled) -> None:
    backend = filled(document("mus", "zingt " * 100), document("merel", audience=YOURS))
    status = backend.status()
    assert (status.health.state, status.documents, status.generation) == ("ok", 2, backend.generation())
    assert status.size_bytes > 100


def test_searches_go_on_while_a_new_index_is_built(transactional_db: None, backend: SearchBackend) -> None:
    """Each answer is of the old index or of the new one, never of half an index, and none fails."""
    old, new = [document("mus", "oud") for _ in range(30)], [document("mus", "nieuw") for _ in range(50)]
    backend.rebuild(old)
    seen: set[tuple[int, int]] = set()
    wrong: list[BaseException] = []
    stop = threading.Event()

    def search() -> None:
        from django.db import connection

        try:
            while not stop.is_set():
                results = answer(backend, "mus", limit=100)
                seen.add((results.total, len(results.hits)))
        except BaseException as error:  # noqa: BLE001 - told to the test
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for documents in (new, old, new):
        backend.rebuild(documents)
        backend.index([replace(documents[0], body="anders")])
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert seen <= {(30, 30), (50, 50)}
    assert answer(backend, "mus").total == 50
