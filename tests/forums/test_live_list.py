"""The list of threads is told that something changed: members only, and not of what only some of them see."""

import pytest

from community.live import topics
from community.models import Label
from forums.actions.threads import start_thread
from forums.actions.writing import Contribution
from forums.pages import find_live_list


@pytest.fixture
def announced():
    """What is announced, as (kind, key)."""
    heard: list[tuple[str, int]] = []

    def note(kind: str, pk: int, _data: dict) -> None:
        heard.append((kind, pk))

    topics.listen(note)
    yield heard
    topics._listeners.remove(note)


@pytest.mark.parametrize(
    ("label", "tells"), [(Label.GREEN, True), (Label.AMBER, True), (Label.AMBER_STRICT, False), (Label.RED, False)]
)
def test_a_new_thread_is_announced_where_all_members_see_it(
    anna, ciso, announced, label, tells, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        start_thread(actor=anna, community=ciso, title="Nieuw", contribution=Contribution("Tekst."), label=label)

    assert (("threads", ciso.pk) in announced) is tells


def test_only_members_follow_a_list(anna, bram, carla, dirk, beheer, visitor, ciso):
    assert [find_live_list(person, ciso.pk) for person in (anna, bram)] == [ciso, ciso]
    assert not any(find_live_list(person, ciso.pk) for person in (carla, dirk, beheer, visitor))
