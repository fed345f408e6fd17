"""Another label for a thread: who may, what moves with it, and that nobody ever gains by raising."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from community import access
from community.models import Audience, AuditEvent, Community, Label, Organisation, User
from community.signals import content_saved
from forums.actions.labels import relabel_thread
from forums.models import Attachment, Post, Thread
from tests import factories

LABELS = list(Label)


def relabel(person: User, thread: Thread, label: Label, **fields: Any) -> Thread:
    return relabel_thread(actor=person, thread=thread, label=label, **fields)


def readers(thing: Any) -> set[User]:
    return set(access.audience_of(thing))


@pytest.fixture
def els(ciso: Community, schiedam: Organisation) -> User:
    """Another member, of bram's organisation."""
    person = factories.make_person("Els Smit", organisation=schiedam)
    factories.make_member(person, ciso)
    return person


@pytest.mark.parametrize("old", LABELS)
@pytest.mark.parametrize("new", LABELS)
def test_every_label_to_every_other(ciso: Community, anna: User, bram: User, els: User, old: Label, new: Label):
    thread = factories.make_thread(ciso, anna, label=old, named=[bram], posts=2)
    factories.make_attachment(thread.posts.first())
    before = readers(thread)
    if old == new:
        with pytest.raises(ValidationError):
            relabel(anna, thread, new)
        return

    thread = relabel(anna, thread, new, confirmed=True, named={bram} & before)

    parts = [*Post.objects.all(), *Attachment.objects.all()]
    assert len(parts) == 3
    for part in [thread, *parts]:
        assert (part.label, part.audience_id) == (new, thread.audience_id)
    if new.is_wider_than(old):
        assert before <= readers(thread) or old == Label.RED
    else:
        assert readers(thread) <= before
        assert all(readers(part) <= before for part in parts)
    event = AuditEvent.objects.get()
    assert event.action == ("thread.label_lowered" if new.is_wider_than(old) else "thread.label_raised")
    assert event.details == {"old": old.value, "new": new.value}


def test_every_member_may_raise_but_only_author_and_facilitator_lower(
    ciso: Community, anna: User, bram: User, els: User
):
    thread = factories.make_thread(ciso, anna, label=Label.GREEN)

    relabel(els, thread, Label.AMBER)

    with pytest.raises(PermissionDenied):
        relabel(els, thread, Label.GREEN, confirmed=True)
    relabel(bram, thread, Label.GREEN, confirmed=True)


def test_outsiders_change_no_label(ciso: Community, anna: User, carla: User, beheer: User):
    green = factories.make_thread(ciso, anna, label=Label.GREEN)
    amber = factories.make_thread(ciso, anna)
    for person in (carla, beheer):
        with pytest.raises(PermissionDenied):
            relabel(person, green, Label.AMBER)
        with pytest.raises(Http404):
            relabel(person, amber, Label.RED)


def test_lowering_without_the_statement_is_refused(ciso: Community, anna: User):
    thread = factories.make_thread(ciso, anna)

    with pytest.raises(ValidationError) as refused:
        relabel(anna, thread, Label.GREEN)

    assert list(refused.value.message_dict) == ["confirmed"]
    thread.refresh_from_db()
    assert thread.label == Label.AMBER


def test_no_label_wider_than_the_community_allows(mensenhandel: Community, bram: User):
    thread = factories.make_thread(mensenhandel, bram)

    with pytest.raises(ValidationError) as refused:
        relabel(bram, thread, Label.GREEN, confirmed=True)

    assert list(refused.value.message_dict) == ["label"]


def test_a_stricter_part_stays_as_it_is(ciso: Community, anna: User, bram: User):
    thread = factories.make_thread(ciso, anna, label=Label.GREEN)
    strict = factories.make_post(thread, bram, label=Label.AMBER_STRICT)

    relabel(bram, thread, Label.AMBER)
    relabel(bram, thread, Label.GREEN, confirmed=True)
    relabel(bram, thread, Label.CLEAR, confirmed=True)

    after = Post.objects.get(pk=strict.pk)
    assert (after.label, after.audience_id) == (Label.AMBER_STRICT, strict.audience_id)
    thread.refresh_from_db()
    assert thread.post_count == 1


def test_the_author_of_a_thread_lowers_their_own_posts_only(ciso: Community, anna: User, bram: User):
    thread = factories.make_thread(ciso, anna)
    others = factories.make_post(thread, bram, body=factories.CANARY)

    relabel(anna, thread, Label.GREEN, confirmed=True)

    assert [post.label for post in thread.posts.order_by("number")] == [Label.GREEN, Label.AMBER]
    thread.refresh_from_db()
    assert (thread.post_count, thread.last_author) == (1, anna)

    relabel(bram, thread, Label.CLEAR, confirmed=True)

    others.refresh_from_db()
    assert others.label == Label.AMBER


def test_a_part_of_another_organisation_is_not_shown_to_the_people_of_the_thread(
    ciso: Community, anna: User, bram: User, els: User
):
    """Bram's post is for his colleagues; raising anna's thread to her own organisation or to names adds nobody."""
    thread = factories.make_thread(ciso, anna, label=Label.GREEN)
    post = factories.make_post(thread, bram, label=Label.AMBER_STRICT)
    assert readers(post) == {bram, els}

    relabel(anna, thread, Label.AMBER_STRICT)

    post.refresh_from_db()
    assert readers(post) == set()

    relabel(bram, relabel(anna, thread, Label.GREEN, confirmed=True), Label.RED, named=[els, bram])

    post = Post.objects.get(pk=post.pk)
    assert (post.label, post.audience.kind) == (Label.RED, Audience.Kind.NAMED)
    assert {row.person for row in post.audience.named.all()} == {bram, els}
    assert readers(post) == {bram, els}


def test_raising_to_red_cannot_name_somebody_who_does_not_see_it_now(
    ciso: Community, anna: User, bram: User, rotterdam: Organisation
):
    thread = factories.make_thread(ciso, anna, label=Label.AMBER_STRICT)

    with pytest.raises(ValidationError) as refused:
        relabel(anna, thread, Label.RED, named=[bram])

    assert list(refused.value.message_dict) == ["named"]


def test_everything_that_moved_is_told_of(ciso: Community, anna: User):
    thread = factories.make_thread(ciso, anna, posts=2)
    factories.make_attachment(thread.posts.first())
    heard: list[Any] = []

    def listen(instance: Any, **_kwargs: Any) -> None:
        heard.append((type(instance).__name__, instance.label))

    content_saved.connect(listen)
    try:
        relabel(anna, thread, Label.RED)
    finally:
        content_saved.disconnect(listen)

    assert sorted(heard) == [("Attachment", Label.RED), ("Post", Label.RED), ("Post", Label.RED), ("Thread", Label.RED)]
