"""Drafts that survive, and positions that only go up."""

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404

from community.models import Community, Membership, User
from forums.actions.drafts import StaleDraftError, discard_draft, save_draft
from forums.actions.posts import reply
from forums.actions.reading import mark_read
from forums.actions.threads import start_thread
from forums.models import Draft, Thread
from tests import factories
from tests.forums.people import says


@pytest.fixture
def thread(ciso: Community, anna: User) -> Thread:
    return factories.make_thread(ciso, anna, posts=3)


def save(person: User, thread: Thread, body: str = "Half af", sequence: int = 0) -> int:
    return save_draft(actor=person, place=f"thread:{thread.pk}", body=body, sequence=sequence)


def test_a_draft_is_saved_again_on_top_of_what_it_builds_on(thread: Thread, anna: User):
    first = save(anna, thread)
    second = save(anna, thread, "Bijna af", first)

    draft = Draft.objects.get()
    assert (first, second, draft.sequence, draft.body) == (1, 2, 2, "Bijna af")
    assert str(draft) == f"{anna.pk} at thread:{thread.pk}"


@pytest.mark.parametrize("stale", [0, 1, 7])
def test_a_stale_tab_is_told_and_overwrites_nothing(thread: Thread, anna: User, stale: int):
    save(anna, thread, sequence=save(anna, thread))

    with pytest.raises(StaleDraftError):
        save(anna, thread, "Oud", stale)

    assert Draft.objects.get().body == "Half af"


def test_a_tab_whose_draft_was_posted_elsewhere_is_told(thread: Thread, anna: User):
    known = save(anna, thread)
    reply(actor=anna, thread=thread, contribution=says())

    with pytest.raises(StaleDraftError):
        save(anna, thread, "Nog eens", known)

    assert not Draft.objects.exists()


def test_posting_clears_the_draft_of_its_place_and_no_other(ciso: Community, thread: Thread, anna: User):
    save(anna, thread)
    save_draft(actor=anna, place=f"community:{ciso.pk}:thread", title="Titel", body="", sequence=0)

    start_thread(actor=anna, community=ciso, title="Titel", contribution=says())

    assert Draft.objects.get().place == f"thread:{thread.pk}"


def test_a_post_that_is_refused_keeps_the_draft(thread: Thread, anna: User):
    save(anna, thread)

    with pytest.raises(ValidationError):
        reply(actor=anna, thread=thread, contribution=says(" "))

    assert Draft.objects.exists()


def test_each_person_has_their_own_draft(thread: Thread, anna: User, bram: User):
    save(anna, thread)
    save(bram, thread)

    discard_draft(actor=bram, draft=Draft.objects.get(person=anna))
    assert Draft.objects.count() == 2

    discard_draft(actor=anna, draft=Draft.objects.get(person=anna))
    assert Draft.objects.get().person == bram


@pytest.mark.parametrize("place", ["", "thread:0", "thread:x", "thread:99999", "room:1", "community:1", "thread:1:x"])
def test_a_place_that_is_not_there_takes_no_draft(anna: User, place: str):
    with pytest.raises(Http404):
        save_draft(actor=anna, place=place, body="x", sequence=0)


def test_a_place_that_one_cannot_see_takes_no_draft(thread: Thread, mensenhandel: Community, anna: User, carla: User):
    with pytest.raises(Http404):
        save(carla, thread)
    with pytest.raises(Http404):
        save_draft(actor=anna, place=f"community:{mensenhandel.pk}:thread", body="x", sequence=0)


def test_a_draft_may_be_longer_than_a_post_but_not_endless(thread: Thread, anna: User):
    save(anna, thread, "x" * 50_000)

    with pytest.raises(ValidationError):
        save(anna, thread, "x" * 100_001, 1)


def test_a_position_only_goes_up_and_not_past_what_is_written(thread: Thread, anna: User, bram: User):
    assert mark_read(actor=bram, thread=thread, number=2) == 2
    assert mark_read(actor=bram, thread=thread, number=1) == 2
    assert mark_read(actor=bram, thread=thread, number=900) == 3


def test_who_cannot_see_a_thread_has_no_position_in_it(thread: Thread, anna: User, carla: User):
    with pytest.raises(Http404):
        mark_read(actor=carla, thread=thread, number=1)
    Membership.objects.filter(person=anna).delete()
    with pytest.raises(Http404):
        mark_read(actor=anna, thread=thread, number=1)
