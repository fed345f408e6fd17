"""An index that fell back is noticed and built anew, and tells nobody meanwhile what they may not see."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from community.models import Label
from community.signals import content_saved
from forums.models import Practice
from search import drift, upkeep
from search.index import backend
from search.indexer import drain, rebuild
from search.models import IndexMark, SearchOutbox
from tests import factories
from tests.factories import CANARY
from tests.search.conftest import keys


@pytest.fixture(autouse=True)
def _in_a_folder(settings: Any) -> None:
    """What is put back here is a folder; an index in the database falls back with the database."""
    settings.SEARCH_BACKEND = "whoosh"


def put_back(folder: Path, copy: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)


@pytest.mark.parametrize("rebuilt", [False, True])
def test_an_older_copy_that_was_put_back_is_built_anew(
    index: Callable[[], None],
    searched: Any,
    settings: Any,
    tmp_path: Path,
    ciso: Any,
    bram: Any,
    carla: Any,
    rebuilt: bool,
) -> None:
    practice = factories.make_practice(ciso, bram, title=CANARY, label=Label.GREEN)
    rebuild()
    shutil.copytree(settings.SEARCH_INDEX_DIR, tmp_path / "copy")
    assert keys(searched(carla, CANARY, anew=False)) == [f"practice:{practice.pk}"]
    practice.label, practice.audience = Label.AMBER, factories.make_practice(ciso, bram, label=Label.AMBER).audience
    practice.save()
    content_saved.send(sender=Practice, instance=practice)
    index()
    if rebuilt:
        rebuild()
    put_back(settings.SEARCH_INDEX_DIR, tmp_path / "copy")
    assert drift.has_drifted()
    assert keys(searched(carla, CANARY, anew=False)) == []
    drain()
    assert not drift.has_drifted()
    assert not SearchOutbox.objects.exists()
    found = searched(carla, CANARY, anew=False)
    assert (found["total"], keys(found)) == (0, [])
    assert keys(searched(bram, CANARY, anew=False)) == [f"practice:{practice.pk}"]


def test_while_it_is_built_anew_every_hit_is_looked_up_and_counted(
    index: Callable[[], None], searched: Any, settings: Any, tmp_path: Path, ciso: Any, bram: Any, carla: Any
) -> None:
    practice = factories.make_practice(ciso, bram, title=CANARY, label=Label.GREEN)
    rebuild()
    practice.label, practice.audience = Label.AMBER, factories.make_practice(ciso, bram, label=Label.AMBER).audience
    practice.save()
    drift.distrust()
    drift.distrust()
    assert SearchOutbox.objects.filter(kind=drift.WHOLE_INDEX).count() == 1
    found = searched(carla, CANARY, anew=False)
    assert (found["total"], found["facets"]["kind"], keys(found)) == (0, {}, [])


def test_a_commit_that_was_interrupted_is_no_drift(
    index: Callable[[], None], searched: Any, ciso: Any, bram: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = factories.make_practice(ciso, bram, title=CANARY)
    content_saved.send(sender=Practice, instance=practice)

    def killed() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(drift, "remember", killed)
        with pytest.raises(KeyboardInterrupt):
            drain()
    assert IndexMark.objects.get().generation != backend().generation()
    assert SearchOutbox.objects.count() == 1
    assert not drift.has_drifted()
    before = backend().generation()
    assert drain() == 1
    assert backend().generation().partition(":")[0] == before.partition(":")[0]
    assert IndexMark.objects.get().generation == backend().generation()
    assert keys(searched(bram, CANARY, anew=False)) == [f"practice:{practice.pk}"]


def test_documents_that_the_index_lost_are_noticed_by_their_number(
    index: Callable[[], None], searched: Any, ciso: Any, bram: Any
) -> None:
    practice = factories.make_practice(ciso, bram, title=CANARY)
    rebuild()
    assert upkeep.compare() == 0
    backend().remove([f"practice:{practice.pk}"])
    drift.remember()  # as if the database had heard of it
    assert keys(searched(bram, CANARY, anew=False)) == []
    assert upkeep.compare() == 1
    assert keys(searched(bram, CANARY, anew=False)) == [f"practice:{practice.pk}"]
    assert upkeep.compare() == 0


def test_nothing_is_compared_while_changes_wait(index: Callable[[], None], ciso: Any, bram: Any) -> None:
    practice = factories.make_practice(ciso, bram)
    content_saved.send(sender=Practice, instance=practice)
    assert upkeep.compare() == 0
    assert SearchOutbox.objects.exists()


def test_a_difference_that_building_does_not_mend_is_built_for_once(
    index: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_seen", upkeep._Seen())
    monkeypatch.setattr(upkeep.documents, "count", lambda: 7)
    folder = backend().generation()
    assert upkeep.compare() == 0
    assert backend().generation() != folder
    folder = backend().generation()
    assert upkeep.compare() == 0
    assert backend().generation() == folder


def test_merging_waits_until_the_index_was_left_alone_for_a_while(
    index: Callable[[], None], searched: Any, ciso: Any, bram: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_seen", upkeep._Seen())
    made = [factories.make_practice(ciso, bram, title=CANARY) for _ in range(9)]
    rebuild()
    for practice in made[:7]:
        practice.save()
        content_saved.send(sender=Practice, instance=practice)
        index()
    generation = backend().generation()
    assert upkeep.settle() == 0
    monkeypatch.setattr(upkeep, "QUIET", 0.0)
    content_saved.send(sender=Practice, instance=made[0])
    assert upkeep.settle() == 0
    assert backend().generation() == generation
    index()
    assert upkeep.settle() > 0
    assert not drift.has_drifted()
    assert searched(bram, CANARY, anew=False)["total"] == 9
