"""The indexer: nothing is lost, whatever stops it, and one thing that fails keeps no other waiting."""

import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from community.signals import content_saved
from forums.models import Practice
from search import documents, indexer
from search.backends.base import Document, IndexUnavailableError, WriterBusyError
from search.index import backend, following
from search.indexer import drain, lag, rebuild
from search.models import SearchOutbox
from tests import factories
from tests.factories import CANARY
from tests.search.conftest import break_index, holding, keys


def change(community: Any, author: Any, title: str = CANARY) -> Practice:
    """A new practice, with its row."""
    practice = factories.make_practice(community, author, title=title)
    content_saved.send(sender=Practice, instance=practice)
    return practice


def test_stopped_between_index_and_outbox_the_next_turn_does_the_same_again(
    index: Callable[[], None], searched: Any, ciso: Any, bram: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = change(ciso, bram)

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(type(SearchOutbox.objects.all()), "delete", killed)
        with pytest.raises(KeyboardInterrupt):
            drain()
    assert (lag().rows, backend().status().documents) == (1, 1)
    assert drain() == 1
    assert (lag().rows, backend().status().documents) == (0, 1)
    assert keys(searched(bram, CANARY, anew=False)) == [f"practice:{practice.pk}"]
    assert drain() == 0


def test_a_change_while_its_thing_is_being_indexed_keeps_its_row(
    index: Callable[[], None], searched: Any, ciso: Any, bram: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = change(ciso, bram, "Oude naam")
    read = documents.documents_of

    def read_and_change(name: str, wanted: Any) -> Iterator[Document]:
        found = list(read(name, wanted))
        if Practice.objects.filter(title="Oude naam").update(title=CANARY):
            content_saved.send(sender=Practice, instance=practice)
        return iter(found)

    monkeypatch.setattr(documents, "documents_of", read_and_change)
    assert drain() == 1
    assert lag().rows == 1
    assert drain() == 1
    assert searched(bram, CANARY, anew=False)["total"] == 1


def test_what_cannot_be_indexed_waits_and_keeps_no_other_waiting(
    index: Callable[[], None], searched: Any, ciso: Any, bram: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, *others = [change(ciso, bram) for _ in range(5)]
    read = documents.documents_of

    def fail(name: str, wanted: Any) -> Iterator[Document]:
        if name == "practice" and bad.pk in wanted:
            raise ValueError(CANARY)
        return read(name, wanted)

    with monkeypatch.context() as patch:
        patch.setattr(documents, "documents_of", fail)
        assert drain() == 4
        assert drain() == 0
    row = SearchOutbox.objects.get()
    assert (row.object_pk, row.attempts, row.error) == (bad.pk, 1, "ValueError")
    assert row.not_before > timezone.now()
    assert lag().failing == 1
    assert set(keys(searched(bram, CANARY, anew=False))) == {f"practice:{one.pk}" for one in others}
    with time_machine.travel(row.not_before, tick=True):
        assert drain() == 1
    assert searched(bram, CANARY, anew=False)["total"] == 5


def test_many_documents_of_one_row_are_committed_in_pieces(
    index: Callable[[], None], searched: Any, ciso: Any, anna: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexer, "DOCUMENTS_AT_ONCE", 2)
    room = factories.make_room(ciso, anna)
    for _ in range(5):
        factories.make_message(room, anna, CANARY)
    content_saved.send(sender=type(room), instance=room)
    assert drain() == 1
    assert searched(anna, CANARY, anew=False)["total"] == 5


def test_a_missing_or_broken_index_is_built_anew_by_the_worker(
    index: Callable[[], None], searched: Any, settings: Any, tmp_path: Any, ciso: Any, bram: Any
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "another"
    change(ciso, bram)
    assert backend().health().state == "missing"
    assert drain() == 1
    assert lag().rows == 0
    assert searched(bram, CANARY, anew=False)["total"] == 1
    break_index()
    assert backend().health().state == "broken"
    drain()
    assert searched(bram, CANARY, anew=False)["total"] == 1
    backend().close()


def test_building_that_fails_is_not_tried_at_once_again(
    settings: Any, tmp_path: Any, ciso: Any, bram: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "full"
    change(ciso, bram)
    monkeypatch.setattr(indexer, "_attempts", indexer._Attempts())

    def full(*_args: object, **_options: object) -> int:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(type(backend()), "rebuild", full)
        with pytest.raises(OSError, match="No space"):
            drain()
        assert drain() == 0
    assert lag().rows == 1
    monkeypatch.setattr(indexer, "_attempts", indexer._Attempts())
    assert drain() == 1
    assert lag().rows == 0


def test_one_process_at_a_time_follows(index: Callable[[], None], ciso: Any, bram: Any) -> None:
    change(ciso, bram)
    with subprocess.Popen(holding(), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert drain() == 0
        with pytest.raises(WriterBusyError):
            rebuild(patience=0.2)
        other.kill()
        other.wait()
    assert drain() == 1  # the lock falls away with its process


def test_what_changes_during_a_rebuild_is_followed_after_it(
    index: Callable[[], None], searched: Any, ciso: Any, bram: Any
) -> None:
    for _ in range(150):
        factories.make_practice(ciso, bram)
    early = change(ciso, bram, f"{CANARY} vooraf")
    late: list[Practice] = []

    def write_meanwhile(_done: int) -> None:
        if not late:
            Practice.objects.filter(pk=early.pk).update(title="Zonder vogel")
            content_saved.send(sender=Practice, instance=early)
            late.append(change(ciso, bram, f"{CANARY} onderwijl"))
            assert drain() == 0  # the indexer waits for the rebuild

    rebuild(write_meanwhile)
    assert late
    assert lag().rows == 2
    index()
    assert keys(searched(bram, CANARY, anew=False)) == [f"practice:{late[0].pk}"]


def test_a_rebuild_that_stops_leaves_index_and_outbox_as_they_were(
    index: Callable[[], None], searched: Any, ciso: Any, bram: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(ciso, bram)
    index()
    change(ciso, bram)
    generation = backend().generation()

    def stop() -> Iterator[Document]:
        raise KeyboardInterrupt
        yield

    with monkeypatch.context() as patch:
        patch.setattr(documents, "everything", stop)
        with pytest.raises(KeyboardInterrupt):
            rebuild()
    assert backend().generation() == generation
    assert lag().rows == 1
    index()
    assert searched(bram, CANARY, anew=False)["total"] == 2


def test_the_lock_is_free_again_after_an_error(index: Callable[[], None]) -> None:
    with pytest.raises(ValueError), following():  # noqa: PT011
        raise ValueError
    with following():
        pass


def test_the_worker_does_this_job(index: Callable[[], None], ciso: Any, bram: Any) -> None:
    from community.jobs import run_due

    change(ciso, bram)
    run_due()
    assert lag().rows == 0


def test_an_index_that_goes_away_during_a_turn_keeps_the_rows(
    index: Callable[[], None], searched: Any, ciso: Any, bram: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(ciso, bram)

    def gone(*_args: object) -> int:
        raise IndexUnavailableError("There is no search index yet.")

    with monkeypatch.context() as patch:
        patch.setattr(type(backend()), "apply", gone)
        assert drain() == 0
    assert lag().rows == 1
    index()
    assert searched(bram, CANARY, anew=False)["total"] == 1
