"""Starting, renaming, locking, pinning and hiding threads."""

import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection
from django.http import Http404

from community.models import AuditEvent, Community, Label, User
from community.signals import content_saved
from forums.actions import threads as actions
from forums.actions.posts import reply
from forums.models import Post, ReadPosition, Thread
from tests import factories
from tests.forums.people import says


def start(person: User, community: Community, **fields: Any) -> Thread:
    values = {"title": "Wat doen jullie?", "contribution": says(), **fields}
    return actions.start_thread(actor=person, community=community, **values)


@pytest.fixture
def thread(ciso: Community, anna: User) -> Thread:
    return factories.make_thread(ciso, anna)


def test_a_member_starts_a_thread_with_its_opening_post(ciso: Community, anna: User):
    thread = start(anna, ciso, title="  Wat   doen jullie? ", contribution=says("Met **nadruk**"))

    post = thread.posts.get()
    assert (thread.title, thread.label, thread.post_count) == ("Wat doen jullie?", Label.AMBER, 1)
    assert (post.number, post.is_opening, post.html) == (1, True, "<p>Met <strong>nadruk</strong></p>\n")
    assert post.audience_id == thread.audience_id
    assert thread.last_author == anna
    assert str(thread) == "Wat doen jullie?"
    assert str(post) == f"{thread.pk}#1"


def test_one_has_read_the_thread_that_one_starts(ciso: Community, anna: User):
    thread = start(anna, ciso)

    assert str(ReadPosition.objects.get(person=anna, thread=thread)).endswith("to 1")


def test_who_is_not_a_member_cannot_start_a_thread(ciso: Community, carla: User, dirk: User, beheer: User):
    for person in (carla, dirk, beheer):
        with pytest.raises(PermissionDenied):
            start(person, ciso)


def test_who_cannot_see_the_community_is_told_that_it_is_not_there(mensenhandel: Community, anna: User):
    with pytest.raises(Http404):
        start(anna, mensenhandel)


def test_the_same_form_sent_twice_makes_one_thread(ciso: Community, anna: User):
    key = uuid.uuid4()

    first = start(anna, ciso, contribution=says(idempotency_key=key))
    second = start(anna, ciso, contribution=says(idempotency_key=key))

    assert first == second
    assert Thread.objects.count() == Post.objects.count() == 1


def test_a_key_of_somebody_else_is_another_key(ciso: Community, anna: User, bram: User):
    key = uuid.uuid4()

    start(anna, ciso, contribution=says(idempotency_key=key))
    start(bram, ciso, contribution=says(idempotency_key=key))

    assert Thread.objects.count() == 2


def test_the_loser_of_a_race_gets_the_winners_thread(ciso: Community, anna: User, monkeypatch: pytest.MonkeyPatch):
    """Both requests look before either writes; the database then refuses the second."""
    key = uuid.uuid4()
    winner = start(anna, ciso, contribution=says(idempotency_key=key))
    look, looks = actions.find_sent, []

    def see_nothing_at_first(**fields: Any) -> Post | None:
        looks.append(1)
        return None if len(looks) == 1 else look(**fields)

    monkeypatch.setattr(actions, "find_sent", see_nothing_at_first)

    assert start(anna, ciso, contribution=says(idempotency_key=key)) == winner
    assert Thread.objects.count() == 1


def test_any_other_refusal_of_the_database_is_not_swallowed(ciso: Community, anna: User):
    def refuse(**_kwargs: Any) -> None:
        raise IntegrityError("something else")

    content_saved.connect(refuse, sender=Thread)
    try:
        with pytest.raises(IntegrityError, match="something else"):
            start(anna, ciso)
    finally:
        content_saved.disconnect(refuse, sender=Thread)
    assert not Thread.objects.exists()


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 151}, "title"),
        ({"contribution": says(" \r\n ")}, "body"),
        ({"contribution": says("x" * 20_001)}, "body"),
        ({"contribution": says("|" * 60)}, "body"),
    ],
)
def test_what_is_empty_or_too_large_is_refused_and_nothing_is_written(
    ciso: Community, anna: User, fields: dict[str, Any], at: str
):
    with pytest.raises(ValidationError) as refused:
        start(anna, ciso, **fields)

    assert list(refused.value.message_dict) == [at]
    assert not Thread.objects.exists()


def test_a_wider_label_than_the_community_allows_is_refused(mensenhandel: Community, bram: User):
    with pytest.raises(ValidationError):
        start(bram, mensenhandel, label=Label.GREEN)


def test_a_red_thread_is_seen_by_those_who_are_named(ciso: Community, anna: User, bram: User, dirk: User):
    other = factories.make_person("Els Smit")
    factories.make_member(other, ciso)

    thread = start(anna, ciso, label=Label.RED, named=[bram])

    assert {row.person for row in thread.audience.named.all()} == {anna, bram}
    with pytest.raises(Http404):
        reply(actor=other, thread=thread, contribution=says())


def test_the_search_and_others_hear_of_a_new_thread_and_its_post(ciso: Community, anna: User):
    heard: list[Any] = []

    def listen(instance: Any, **_kwargs: Any) -> None:
        heard.append((instance, connection.in_atomic_block))

    content_saved.connect(listen)
    try:
        thread = start(anna, ciso)
    finally:
        content_saved.disconnect(listen)

    assert heard == [(thread.posts.get(), True), (thread, True)]


def test_the_author_and_a_facilitator_rename_a_thread(thread: Thread, anna: User, bram: User):
    actions.retitle_thread(actor=anna, thread=thread, title="Beter")
    assert not AuditEvent.objects.exists()

    actions.retitle_thread(actor=bram, thread=thread, title="Nog beter")

    assert Thread.objects.get().title == "Nog beter"
    assert AuditEvent.objects.get().action == "thread.retitled"


def test_another_member_cannot_rename_lock_pin_or_hide(ciso: Community, thread: Thread):
    other = factories.make_person("Els Smit")
    factories.make_member(other, ciso)
    for attempt in (
        lambda: actions.retitle_thread(actor=other, thread=thread, title="Anders"),
        lambda: actions.set_locked(actor=other, thread=thread, locked=True),
        lambda: actions.set_pinned(actor=other, thread=thread, pinned=True),
        lambda: actions.hide_thread(actor=other, thread=thread, reason="other"),
        lambda: actions.unhide_thread(actor=other, thread=thread),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_who_cannot_see_a_thread_can_do_nothing_to_it(thread: Thread, carla: User, dirk: User, beheer: User):
    for person in (carla, dirk, beheer):
        with pytest.raises(Http404):
            actions.set_locked(actor=person, thread=thread, locked=True)


def test_a_facilitator_locks_and_opens_a_thread_and_both_are_audited(thread: Thread, anna: User, bram: User):
    actions.set_locked(actor=bram, thread=thread, locked=True)
    with pytest.raises(PermissionDenied):
        reply(actor=anna, thread=thread, contribution=says())

    actions.set_locked(actor=bram, thread=thread, locked=False)
    reply(actor=anna, thread=thread, contribution=says())

    assert [event.action for event in AuditEvent.objects.order_by("pk")] == ["thread.locked", "thread.unlocked"]


def test_doing_what_is_done_already_changes_nothing(thread: Thread, bram: User):
    actions.set_pinned(actor=bram, thread=thread, pinned=False)
    actions.set_pinned(actor=bram, thread=thread, pinned=True)
    pinned = actions.set_pinned(actor=bram, thread=thread, pinned=True)

    assert pinned.pinned_at is not None
    assert AuditEvent.objects.count() == 1


def test_a_hidden_thread_is_there_for_facilitators_only(thread: Thread, anna: User, bram: User):
    actions.hide_thread(actor=bram, thread=thread, reason=actions.HidingReason.OFF_TOPIC)

    with pytest.raises(Http404):
        reply(actor=anna, thread=thread, contribution=says())
    with pytest.raises(PermissionDenied):
        reply(actor=bram, thread=thread, contribution=says())
    assert AuditEvent.objects.get().details == {"reason": "off_topic"}

    actions.unhide_thread(actor=bram, thread=thread)

    reply(actor=anna, thread=thread, contribution=says())


def test_hiding_a_thread_tells_of_each_of_its_posts(thread: Thread, anna: User, bram: User):
    factories.make_post(thread, anna)
    heard: list[Any] = []

    def listen(instance: Any, **_kwargs: Any) -> None:
        heard.append(str(instance))

    content_saved.connect(listen)
    try:
        actions.hide_thread(actor=bram, thread=thread, reason="other")
    finally:
        content_saved.disconnect(listen)

    assert heard == [thread.title, f"{thread.pk}#1", f"{thread.pk}#2"]


def test_a_thread_that_went_away_is_not_there(thread: Thread, bram: User):
    Thread.objects.all().delete()

    with pytest.raises(Http404):
        actions.set_locked(actor=bram, thread=thread, locked=True)
