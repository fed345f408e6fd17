"""Replying, editing and hiding posts: numbers without gaps, one post per form, news after commit."""

import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections
from django.http import Http404

from community.live import topics
from community.models import AuditEvent, Community, Label, User
from forums.actions import posts as actions
from forums.actions.threads import set_locked, start_thread
from forums.models import Post, ReadPosition, Thread
from tests import factories
from tests.forums.people import says


@pytest.fixture
def thread(ciso: Community, anna: User) -> Thread:
    return factories.make_thread(ciso, anna)


@pytest.fixture
def announced() -> Iterator[list[Any]]:
    """Everything that is announced to pages."""
    heard: list[Any] = []
    listener = lambda *told: heard.append(told)  # noqa: E731 - taken away again below
    topics.listen(listener)
    yield heard
    topics._listeners.remove(listener)


def reply(person: User, thread: Thread, body: str = "Zo doen wij het.", **fields: Any) -> Post:
    return actions.reply(actor=person, thread=thread, contribution=says(body, **fields))


def test_a_reply_takes_the_next_number_and_the_label_of_the_thread(thread: Thread, bram: User):
    post = reply(bram, thread)

    thread.refresh_from_db()
    assert (post.number, post.label, post.audience_id) == (2, thread.label, thread.audience_id)
    assert (thread.last_number, thread.post_count, thread.reply_count, thread.last_author) == (2, 2, 1, bram)
    assert thread.last_post_at == post.created_at


def test_who_is_not_a_member_cannot_reply(ciso: Community, anna: User, carla: User, beheer: User):
    green = factories.make_thread(ciso, anna, label=Label.GREEN)
    amber = factories.make_thread(ciso, anna)
    for person in (carla, beheer):
        with pytest.raises(PermissionDenied):
            reply(person, green)
        with pytest.raises(Http404):
            reply(person, amber)


def test_a_reply_may_have_a_stricter_label_and_then_does_not_show_in_the_list(ciso: Community, anna: User, bram: User):
    thread = factories.make_thread(ciso, anna, label=Label.GREEN)

    post = actions.reply(actor=bram, thread=thread, contribution=says(), label=Label.AMBER_STRICT)

    thread.refresh_from_db()
    assert (post.number, thread.last_number) == (2, 2)
    assert (thread.post_count, thread.last_author) == (1, anna)


def test_a_reply_cannot_have_a_wider_label(thread: Thread, bram: User):
    with pytest.raises(ValidationError):
        actions.reply(actor=bram, thread=thread, contribution=says(), label=Label.GREEN)


def test_the_same_form_sent_twice_makes_one_post_even_after_the_thread_was_locked(
    thread: Thread, anna: User, bram: User
):
    key = uuid.uuid4()

    first = reply(anna, thread, idempotency_key=key)
    set_locked(actor=bram, thread=thread, locked=True)
    second = reply(anna, thread, idempotency_key=key)

    assert first == second
    assert thread.posts.count() == 2


def test_the_same_key_for_another_thread_at_the_same_moment_gives_the_first_post(
    ciso: Community, thread: Thread, anna: User, monkeypatch: pytest.MonkeyPatch
):
    key = uuid.uuid4()
    first = reply(anna, thread, idempotency_key=key)
    look, looks = actions.find_sent, []

    def see_nothing_at_first(**fields: Any) -> Post | None:
        looks.append(1)
        return None if len(looks) == 1 else look(**fields)

    monkeypatch.setattr(actions, "find_sent", see_nothing_at_first)

    assert reply(anna, factories.make_thread(ciso, anna), idempotency_key=key) == first


def test_a_refusal_of_the_database_without_an_earlier_post_is_not_swallowed(
    thread: Thread, anna: User, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(actions, "find_sent", lambda **_fields: None)
    key = uuid.uuid4()
    reply(anna, thread, idempotency_key=key)

    with pytest.raises(IntegrityError):
        reply(anna, thread, idempotency_key=key)


def test_ones_own_reply_counts_as_read_where_all_before_it_was(thread: Thread, anna: User, bram: User):
    ReadPosition.objects.create(person=anna, thread=thread, number=1)

    reply(anna, thread)
    reply(bram, thread)

    assert list(ReadPosition.objects.values_list("person", "number")) == [(anna.pk, 2)]


def test_an_author_edits_their_post_and_the_page_says_so(thread: Thread, anna: User):
    post = thread.posts.get()

    edited = actions.edit_post(actor=anna, post=post, body="Nu *beter*.")

    assert edited.edited_at is not None
    assert Post.objects.get().html == "<p>Nu <em>beter</em>.</p>\n"


def test_the_same_words_are_no_edit(thread: Thread, anna: User):
    edited = actions.edit_post(actor=anna, post=thread.posts.get(), body="Een bijdrage.")

    assert edited.edited_at is None


def test_nobody_but_the_author_edits_a_post_and_not_when_locked(thread: Thread, anna: User, bram: User, carla: User):
    post = thread.posts.get()
    with pytest.raises(PermissionDenied):
        actions.edit_post(actor=bram, post=post, body="Anders")
    with pytest.raises(Http404):
        actions.edit_post(actor=carla, post=post, body="Anders")

    set_locked(actor=bram, thread=thread, locked=True)

    with pytest.raises(PermissionDenied):
        actions.edit_post(actor=anna, post=post, body="Anders")


def test_a_hidden_post_is_gone_for_others_and_does_not_count(thread: Thread, anna: User, bram: User):
    post = reply(anna, thread)

    actions.hide_post(actor=bram, post=post, reason="conduct")

    thread.refresh_from_db()
    assert (thread.post_count, thread.last_number) == (1, 2)
    with pytest.raises(Http404):
        actions.edit_post(actor=anna, post=post, body="Toch")
    event = AuditEvent.objects.get()
    assert (event.action, event.target, event.details) == ("post.hidden", f"post:{post.pk}", {"reason": "conduct"})

    actions.unhide_post(actor=bram, post=post)
    actions.unhide_post(actor=bram, post=post)

    thread.refresh_from_db()
    assert thread.post_count == 2
    assert AuditEvent.objects.count() == 2


def test_a_thread_whose_every_post_is_hidden_still_stands_in_the_list(thread: Thread, anna: User, bram: User):
    actions.hide_post(actor=bram, post=thread.posts.get(), reason="other")

    thread.refresh_from_db()
    assert (thread.post_count, thread.reply_count, thread.last_author) == (0, 0, anna)


def test_members_and_outsiders_cannot_hide_posts(thread: Thread, anna: User, carla: User):
    post = thread.posts.get()
    with pytest.raises(PermissionDenied):
        actions.hide_post(actor=anna, post=post, reason="other")
    with pytest.raises(Http404):
        actions.hide_post(actor=carla, post=post, reason="other")


def test_a_post_that_went_away_is_not_there(thread: Thread, anna: User):
    post = reply(anna, thread)
    Post.objects.filter(pk=post.pk).delete()

    with pytest.raises(Http404):
        actions.edit_post(actor=anna, post=post, body="Toch")


def test_pages_hear_of_a_post_after_commit_and_only_its_number(
    thread: Thread, anna: User, bram: User, announced: list[Any], django_capture_on_commit_callbacks: Any
):
    with django_capture_on_commit_callbacks() as waiting:
        post = reply(anna, thread)
        actions.edit_post(actor=anna, post=post, body="Anders")
        actions.hide_post(actor=bram, post=post, reason="other")
    assert announced == []

    for callback in waiting:
        callback()

    assert announced == [
        ("thread", thread.pk, {"number": 2}),
        ("threads", thread.community_id, {"changed": True}),
        ("thread", thread.pk, {"number": 2, "changed": True}),
        ("thread", thread.pk, {"number": 2, "changed": True}),
    ]


def test_pages_hear_nothing_of_a_post_that_was_refused(
    thread: Thread, anna: User, announced: list[Any], django_capture_on_commit_callbacks: Any
):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ValidationError):
        reply(anna, thread, " ")

    assert announced == []


# -- At the same moment


def at_once(count: int, work: Any) -> None:
    start, errors = threading.Barrier(count), []

    def run(number: int) -> None:
        try:
            start.wait()
            work(number)
        except Exception as error:  # noqa: BLE001 - shown below
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not errors


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_when_many_reply_at_once(thread: Thread, anna: User):
    at_once(8, lambda number: reply(anna, thread, f"Antwoord {number}"))

    thread.refresh_from_db()
    assert list(thread.posts.order_by("number").values_list("number", flat=True)) == list(range(1, 10))
    assert (thread.last_number, thread.post_count) == (9, 9)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_same_moment_makes_one_post(thread: Thread, anna: User):
    key = uuid.uuid4()

    at_once(6, lambda _number: reply(anna, thread, idempotency_key=key))

    assert thread.posts.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_same_moment_makes_one_thread(ciso: Community, anna: User):
    key = uuid.uuid4()

    at_once(
        6,
        lambda _number: start_thread(
            actor=User.objects.get(pk=anna.pk), community=ciso, title="Een", contribution=says(idempotency_key=key)
        ),
    )

    assert Thread.objects.count() == 1
