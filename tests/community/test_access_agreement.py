"""`sees`, `visible_to` and `audience_of` say the same: for everybody, every openness, every label and every state."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from chat.models import Message, Room
from community import access
from community.models import Community, Content, Label, Openness, User
from forums.models import Attachment, Post, Practice, Thread
from tests import factories

KINDS = (Thread, Post, Practice, Attachment, Room, Message)
IN = {"author", "colleague", "member", "facilitator", "facilitating colleague"}
OUT = {"outsider", "removed", "administrator"}
WORLDS = [
    (openness, label)
    for openness in Openness
    for label in Label
    if openness != Openness.HIDDEN or not label.is_wider_than(Label.AMBER)
]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    rotterdam, schiedam = factories.make_organisation(), factories.make_organisation()
    return {
        "author": factories.make_person("Author", organisation=rotterdam),
        "colleague": factories.make_person("Colleague", organisation=rotterdam),
        "member": factories.make_person("Member", organisation=schiedam),
        "facilitator": factories.make_person("Facilitator", organisation=schiedam),
        "facilitating colleague": factories.make_person("Nearby", organisation=rotterdam),
        "outsider": factories.make_person("Outsider", organisation=rotterdam),
        "removed": factories.make_person("Removed", organisation=rotterdam),
        "administrator": factories.make_person("Administrator", is_administrator=True),
        "waiting": factories.make_person("Waiting", approved=False, organisation=rotterdam),
        "closed": factories.make_person("Closed", is_active=False, organisation=rotterdam),
    }


@pytest.fixture
def settle(people: dict[str, User]) -> Callable[[str], Community]:
    def community(openness: str) -> Community:
        made = factories.make_community(openness=openness)
        for name in ("author", "colleague", "member", "waiting", "closed", "removed"):
            factories.make_member(people[name], made)
        for name in ("facilitator", "facilitating colleague"):
            factories.make_member(people[name], made, "facilitator")
        return made

    return community


def hide(thing: Content) -> Content:
    thing.hidden_at = timezone.now()
    thing.save()
    return thing


def everything(community: Community, people: dict[str, User], label: Label) -> Iterator[Content]:
    """One of every kind in every state: plain, hidden, draft, part of something hidden, and stricter than its whole."""
    author, member = people["author"], people["member"]
    named = [people["facilitator"], people["removed"]] if label == Label.RED else []
    content: dict[str, Any] = {"label": label, "named": named}
    for thread in (
        factories.make_thread(community, author, **content),
        hide(factories.make_thread(community, author, **content)),
    ):
        plain, hidden = factories.make_post(thread, author), hide(factories.make_post(thread, member))
        yield from (thread, plain, hidden, factories.make_attachment(plain), factories.make_attachment(hidden))
        for stricter in Label:
            if stricter.strictness > label.strictness:
                part = factories.make_post(thread, author, label=stricter, named=[people["member"]])
                yield from (part, factories.make_attachment(part))
    published = factories.make_practice(community, author, **content)
    draft = factories.make_practice(community, author, published=False, **content)
    hidden_practice = hide(factories.make_practice(community, author, **content))
    for practice in (published, draft, hidden_practice):
        yield from (practice, factories.make_attachment(practice))
    for room in (
        factories.make_room(community, author, **content),
        hide(factories.make_room(community, author, **content)),
    ):
        yield from (room, factories.make_message(room, author), hide(factories.make_message(room, author)))


@pytest.mark.parametrize(("openness", "label"), WORLDS, ids=str)
def test_the_three_answers_agree(people, settle, visitor, openness, label):
    community = settle(openness)
    things = list(everything(community, people, label))
    community.memberships.get(person=people["removed"]).delete()
    things = [type(thing).objects.get(pk=thing.pk) for thing in things]
    by_query = {
        name: {
            model: set(access.visible_to(person, model.objects.all()).values_list("pk", flat=True)) for model in KINDS
        }
        for name, person in [*people.items(), ("visitor", visitor)]
    }
    disagree = []
    for thing in things:
        audience = set(access.audience_of(thing))
        for name, person in people.items():
            answers = access.sees(person, thing), thing.pk in by_query[name][type(thing)], person in audience
            if len(set(answers)) != 1:
                disagree.append(f"{name} and {thing!r} ({thing.label}): sees, visible_to, audience_of = {answers}")
        if access.sees(visitor, thing) or thing.pk in by_query["visitor"][type(thing)]:
            disagree.append(f"visitor sees {thing!r}")

    assert {type(thing) for thing in things} == set(KINDS)
    assert not disagree


@pytest.mark.parametrize("openness", Openness, ids=str)
def test_seeing_a_community_is_one_answer(people, settle, visitor, openness):
    community = settle(openness)
    for person in [*people.values(), visitor]:
        listed = access.visible_to(person, Community.objects.all()).filter(pk=community.pk).exists()
        assert access.sees(person, community) is listed
        assert (person in access.audience_of(community)) is listed


def test_seeing_a_person_is_one_answer(people, visitor):
    for viewer in [*people.values(), visitor]:
        listed = set(access.visible_to(viewer, User.objects.all()))
        assert listed == {person for person in people.values() if access.sees(viewer, person)}


@pytest.mark.parametrize(
    ("label", "seers"),
    [
        (Label.CLEAR, IN | OUT),
        (Label.GREEN, IN | OUT),
        (Label.AMBER, IN),
        (Label.AMBER_STRICT, {"author", "colleague", "facilitating colleague"}),
        (Label.RED, {"author", "facilitator"}),
    ],
)  # fmt: skip
def test_each_label_reaches_exactly_the_people_that_it_promises(people, settle, label, seers):
    community = settle(Openness.CLOSED)
    named = [people["facilitator"], people["removed"]] if label == Label.RED else []
    thread = factories.make_thread(community, people["author"], label=label, named=named)
    community.memberships.get(person=people["removed"]).delete()

    assert {name for name, person in people.items() if access.sees(person, thread)} == seers


def test_being_named_ends_with_the_membership(people, settle):
    community = settle(Openness.CLOSED)
    secret = factories.make_thread(community, people["author"], label=Label.RED, named=[people["member"]])

    assert access.sees(people["member"], secret)
    community.memberships.get(person=people["member"]).delete()
    assert not access.sees(people["member"], secret)


def test_a_new_employer_ends_the_sight_of_the_colleagues_of_the_former(people, settle):
    community = settle(Openness.CLOSED)
    strict = factories.make_thread(community, people["author"], label=Label.AMBER_STRICT)
    colleague = people["colleague"]
    colleague.organisation = factories.make_organisation()
    colleague.save()

    assert not access.sees(colleague, strict)


def test_visitors_see_what_is_clear_only_where_the_site_publishes_it(people, settle, visitor, settings):
    community = settle(Openness.OPEN)
    clear = factories.make_thread(community, people["author"], label=Label.CLEAR)
    green = factories.make_thread(community, people["author"], label=Label.GREEN)
    settings.PUBLISH_CLEAR = True

    assert access.sees(visitor, clear)
    assert list(access.visible_to(visitor, Thread.objects.all())) == [clear]
    assert not access.sees(visitor, green)


def test_the_policy_refuses_what_it_does_not_know(people):
    with pytest.raises(TypeError):
        access.sees(people["author"], factories.make_theme())
    with pytest.raises(TypeError):
        access.visible_to(people["author"], factories.make_theme().communities.model.theme.get_queryset())


def test_a_remembered_reach_is_worked_out_once_until_it_is_forgotten(people, settle, django_assert_num_queries):
    community, person = settle(Openness.CLOSED), people["outsider"]
    access.remember(person)
    with django_assert_num_queries(0):
        assert community.pk not in access.reach_of(person).roles
    factories.make_member(person, community)
    access.forget(person)

    assert community.pk in access.reach_of(person).roles
