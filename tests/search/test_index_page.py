"""How the index stands and is built anew, for administrators."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from community.models import AuditEvent
from community.signals import content_saved
from forums.models import Practice
from search import building, documents, turns
from search.actions.building import ask_for_index
from search.index import backend, following
from search.indexer import rebuild
from search.models import IndexBuild, IndexerTurn, SearchOutbox
from search.models.building import MOST_KEPT
from search.turns import take_turn
from tests import factories
from tests.factories import CANARY


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns._said, "at", -turns.SAY_EVERY)


@pytest.fixture(autouse=True)
def _in_a_folder(settings: Any) -> None:
    """Numbers of queries are counted here: an index in the database asks more."""
    settings.SEARCH_BACKEND = "whoosh"


def change(community: Any, author: Any) -> Practice:
    practice = factories.make_practice(community, author, title=CANARY)
    content_saved.send(sender=Practice, instance=practice)
    return practice


def test_the_page_tells_how_the_index_stands(index: Any, browse: Any, ciso: Any, bram: Any, beheer: Any) -> None:
    change(ciso, bram)
    context = browse(beheer).get("/search/index/").context
    assert context["status"].health.is_ok
    assert context["expected"] == 1
    assert context["outbox"]["rows"] == 1
    assert context["is_worker_silent"]
    assert take_turn() == 1
    response = browse(beheer).get("/search/index/")
    assert response.context["outbox"]["rows"] == 0
    assert response.context["status"].documents == 1
    assert not response.context["is_worker_silent"]
    assert response.context["turn"].drained == 1
    assert backend().generation() in response.content.decode()


def test_a_turn_without_work_says_so_only_now_and_then(index: Any, django_assert_num_queries: Any) -> None:
    assert take_turn() == 0
    first = IndexerTurn.objects.get()
    assert first.drained_at is None
    with django_assert_num_queries(3):  # is a build asked for, is it as it was left, is there work
        assert take_turn() == 0
    assert IndexerTurn.objects.get().looked_at == first.looked_at


def test_what_fails_is_named_without_its_words(index: Any, browse: Any, ciso: Any, bram: Any, beheer: Any) -> None:
    practice = change(ciso, bram)
    SearchOutbox.objects.get().back_off("ValueError")
    page = browse(beheer).get("/search/index/").content.decode()
    assert f"practice:{practice.pk}" in page
    assert "ValueError" in page
    assert CANARY not in page


def test_an_administrator_asks_for_a_new_index_and_the_worker_builds_it(
    index: Any, browse: Any, ciso: Any, bram: Any, beheer: Any
) -> None:
    factories.make_practice(ciso, bram)
    IndexBuild.objects.all().delete()
    before = backend().generation()
    client = browse(beheer)
    assert client.post("/search/index/builds/").status_code == 302
    assert client.get("/search/index/").context["running"].state == "waiting"
    assert backend().generation() == before
    assert take_turn() == 1
    build = IndexBuild.objects.get()
    assert (build.state, build.indexed, build.expected, build.asked_by) == ("done", 1, 1, beheer)
    assert backend().generation() != before
    assert client.get("/search/index/").context["running"] is None
    assert AuditEvent.objects.filter(actor=beheer).exists()
    assert take_turn() == 0


def test_one_is_built_at_a_time(index: Any, browse: Any, beheer: Any) -> None:
    IndexBuild.objects.all().delete()
    client = browse(beheer)
    for _ in range(2):
        client.post("/search/index/builds/")
    assert IndexBuild.objects.count() == 1
    with following():
        assert take_turn() == 0
    assert IndexBuild.objects.get().state == "waiting"


def test_nobody_else_asks_for_a_new_index(index: Any, browse: Any, anna: Any, bram: Any) -> None:
    IndexBuild.objects.all().delete()
    for person in (anna, bram):
        assert browse(person).get("/search/index/").status_code == 403
        assert browse(person).post("/search/index/builds/").status_code == 403
        with pytest.raises(PermissionDenied):
            ask_for_index(actor=person)
    assert not IndexBuild.objects.exists()


def test_the_page_shows_how_far_building_is(
    index: Any, browse: Any, ciso: Any, bram: Any, beheer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        factories.make_practice(ciso, bram)
    monkeypatch.setattr(building, "EVERY", 0.0)
    seen: list[tuple[int, int]] = []

    def look(count: int) -> None:
        if count:
            build = browse(beheer).get("/search/index/").context["running"]
            seen.append((build.indexed, build.expected))

    rebuild(progress=look)
    assert seen
    assert all(0 <= indexed <= 3 and expected == 3 for indexed, expected in seen)
    assert IndexBuild.objects.first().indexed == 3


def test_a_build_that_fails_says_so_without_its_words(
    index: Any, browse: Any, beheer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Any:
        raise ValueError(CANARY)

    monkeypatch.setattr(documents, "everything", fail)
    with pytest.raises(ValueError, match=CANARY):
        rebuild()
    assert IndexBuild.objects.first().state == "failed"
    page = browse(beheer).get("/search/index/").content.decode()
    assert "ValueError" in page
    assert CANARY not in page


def test_a_build_that_was_killed_is_told_from_one_that_goes_on(index: Any, browse: Any, beheer: Any) -> None:
    long_ago = timezone.now() - timedelta(minutes=5)
    killed = IndexBuild.objects.create(started_at=long_ago, seen_at=long_ago)
    assert killed.state == "silent"
    client = browse(beheer)
    assert client.get("/search/index/").context["running"] is None
    client.post("/search/index/builds/")
    take_turn()
    killed.refresh_from_db()
    assert (killed.state, killed.error) == ("failed", "Interrupted")
    assert IndexBuild.objects.first().state == "done"


def test_the_latest_builds_are_kept(index: Any) -> None:
    for _ in range(MOST_KEPT + 2):
        IndexBuild.objects.create(ended_at=timezone.now())
    rebuild()
    assert IndexBuild.objects.count() == MOST_KEPT
    assert IndexBuild.objects.first().started_at


def test_without_an_index_the_page_says_so(settings: Any, tmp_path: Any, browse: Any, beheer: Any) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "nothing"
    response = browse(beheer).get("/search/index/")
    assert response.context["status"].health.state == "missing"
    assert b"notice--warning" in response.content


def test_the_page_asks_as_much_for_one_row_as_for_three(
    index: Any, browse: Any, ciso: Any, bram: Any, beheer: Any, django_assert_num_queries: Any
) -> None:
    client = browse(beheer)
    client.get("/search/index/")
    for _ in (1, 3):
        change(ciso, bram)
        IndexBuild.objects.create(ended_at=timezone.now(), asked_by=beheer)
        SearchOutbox.objects.update(attempts=1)
        with django_assert_num_queries(10):
            client.get("/search/index/")
