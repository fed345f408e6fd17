"""Who may do what: the whole table of rights, asked of everybody, in an open, a closed and a hidden community."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from community import access
from community.models import Label, Openness
from tests import factories

PROFESSIONALS = {"anna", "bram", "olga", "carla", "dirk", "beheer"}
MEMBERS = {"anna", "bram", "olga"}
FACILITATORS = {"bram", "olga"}
STEWARDS = FACILITATORS | {"beheer"}

# Who may, of those who see the thing: anna wrote it, bram facilitates, olga owns, carla and dirk are outside.
MAY: dict[str, set[str]] = {
    "community.view": PROFESSIONALS,
    "community.leave": MEMBERS,
    "community.see_members": MEMBERS | {"beheer"},
    "community.edit": STEWARDS,
    "community.edit_agenda": FACILITATORS,
    "community.decide_requests": FACILITATORS,
    "community.widen": {"olga"},
    "community.offer": {"olga"},
    "community.see_demand": FACILITATORS,
    "community.remove_member": STEWARDS,
    "community.ban": STEWARDS,
    "community.change_roles": {"olga", "beheer"},
    "community.create": {"beheer"},
    "person.view": PROFESSIONALS,
    "person.edit": {"anna"},
    "person.approve": {"beheer"},
    "person.deactivate": {"beheer"},
    "site.administer": {"beheer"},
    "wish.pick_up": PROFESSIONALS,
    "wish.remove": STEWARDS,
    "thread.view": PROFESSIONALS,
    "thread.start": MEMBERS,
    "thread.reply": MEMBERS,
    "thread.edit": {"anna"} | FACILITATORS,
    "thread.hide": FACILITATORS,
    "thread.lock": FACILITATORS,
    "thread.pin": FACILITATORS,
    "thread.raise_label": MEMBERS,
    "thread.lower_label": {"anna"} | FACILITATORS,
    "post.view": PROFESSIONALS,
    "post.edit": {"anna"},
    "post.hide": FACILITATORS,
    "attachment.view": PROFESSIONALS,
    "practice.view": PROFESSIONALS,
    "practice.create": MEMBERS,
    "practice.edit": {"anna"} | FACILITATORS,
    "practice.publish": FACILITATORS,
    "practice.hide": FACILITATORS,
    "practice.import": STEWARDS,
    "practice.raise_label": MEMBERS,
    "practice.lower_label": {"anna"} | FACILITATORS,
    "room.view": PROFESSIONALS,
    "room.create": FACILITATORS,
    "room.edit": FACILITATORS,
    "room.send": MEMBERS,
    "message.view": PROFESSIONALS,
    "message.hide": FACILITATORS,
}
# Asked of the community for what is yet to be made, or for what is done with it.
OF_THE_COMMUNITY = {"thread.start", "practice.create", "practice.import", "room.create"}
OF_NOTHING = {"community.create", "person.approve", "site.administer", "wish.pick_up", "wish.remove"}
COMING_IN = {"community.join", "community.request"}


def build(anna: Any, bram: Any, olga: Any, openness: str, label: str) -> SimpleNamespace:
    community = factories.make_community(openness=openness)
    for person, role in ((anna, "member"), (bram, "facilitator"), (olga, "owner")):
        factories.make_member(person, community, role)
    content: dict[str, Any] = {"label": label}
    thread = factories.make_thread(community, anna, **content)
    room = factories.make_room(community, anna, **content)
    return SimpleNamespace(
        community=community, person=anna, thread=thread, post=thread.posts.get(), room=room,
        attachment=factories.make_attachment(thread.posts.get()), message=factories.make_message(room, anna),
        practice=factories.make_practice(community, anna, **content),
    )  # fmt: skip


@pytest.fixture
def people(db: None, visitor) -> dict[str, Any]:
    """Everybody, without the communities of conftest.py."""
    names = ("anna", "bram", "olga", "carla", "dirk")
    made: dict[str, Any] = {name: factories.make_person(name.title()) for name in names}
    return {**made, "beheer": factories.make_person("Beheer", is_administrator=True), "visitor": visitor}


def thing_of(action: str, world: SimpleNamespace) -> Any:
    if action in OF_NOTHING:
        return None
    return world.community if action in OF_THE_COMMUNITY else getattr(world, action.split(".", maxsplit=1)[0])


def test_the_table_of_this_test_is_complete():
    assert set(MAY) | COMING_IN == set(access.RIGHTS)


@pytest.mark.parametrize(
    ("openness", "label"),
    [(Openness.OPEN, Label.GREEN), (Openness.CLOSED, Label.AMBER), (Openness.HIDDEN, Label.AMBER)],
    ids=str,
)
def test_everybody_may_do_what_the_table_says_and_nothing_else(people, openness, label):
    world = build(people["anna"], people["bram"], people["olga"], openness, label)
    sees_content = PROFESSIONALS if label == Label.GREEN else MEMBERS
    sees_community = PROFESSIONALS if openness != Openness.HIDDEN else MEMBERS | {"beheer"}
    wrong = []
    for action, may in MAY.items():
        thing = thing_of(action, world)
        is_content = thing is not None and hasattr(thing, "audience_id")
        seers = sees_content if is_content else sees_community if thing is world.community else PROFESSIONALS
        found = {name for name, person in people.items() if access.can(person, action, thing)}
        if found != may & seers:
            wrong.append(f"{action}: {sorted(found)}, not {sorted(may & seers)}")

    assert not wrong


def test_coming_in_depends_on_openness_membership_requests_and_bans(people):
    open_one, closed, hidden = (factories.make_community(openness=openness) for openness in Openness)
    for community in (open_one, closed):
        factories.make_member(people["anna"], community)
        factories.make_ban(people["dirk"], community)
    factories.make_request(people["carla"], closed)

    def who_may(action: str, community: Any) -> set[str]:
        return {name for name, person in people.items() if access.can(person, action, community)}

    assert who_may("community.join", open_one) == {"bram", "olga", "carla", "beheer"}
    assert who_may("community.request", closed) == {"bram", "olga", "beheer"}
    assert who_may("community.join", closed) == set()
    assert who_may("community.request", open_one) == set()
    assert who_may("community.join", hidden) | who_may("community.request", hidden) == set()


def test_nobody_replies_in_a_locked_or_hidden_thread_or_edits_there(people):
    world = build(people["anna"], people["bram"], people["olga"], Openness.CLOSED, Label.AMBER)
    world.thread.locked_at = timezone.now()
    world.thread.save()
    world.post.thread = world.thread

    assert not access.can(people["bram"], "thread.reply", world.thread)
    assert not access.can(people["anna"], "post.edit", world.post)

    world.thread.locked_at, world.thread.hidden_at = None, timezone.now()
    assert not access.can(people["bram"], "thread.reply", world.thread)


def test_whoever_left_does_not_edit_what_they_wrote(people):
    world = build(people["anna"], people["bram"], people["olga"], Openness.OPEN, Label.GREEN)
    world.community.memberships.get(person=people["anna"]).delete()

    assert access.sees(people["anna"], world.post)
    assert not access.can(people["anna"], "post.edit", world.post)


def test_what_one_may_not_see_is_not_there_before_it_is_forbidden(people):
    world = build(people["anna"], people["bram"], people["olga"], Openness.CLOSED, Label.AMBER)

    with pytest.raises(Http404):
        access.require(people["carla"], "thread.lock", world.thread)
    with pytest.raises(PermissionDenied):
        access.require(people["anna"], "thread.lock", world.thread)
    access.require(people["bram"], "thread.lock", world.thread)


def test_templates_get_the_verbs_without_the_noun(people):
    world = build(people["anna"], people["bram"], people["olga"], Openness.CLOSED, Label.AMBER)

    assert access.rights(people["anna"], world.thread, ["thread.reply", "thread.lock"]) == {
        "reply": True,
        "lock": False,
    }


def test_labels_to_choose_are_never_wider_than_the_community_or_the_whole(people):
    world = build(people["anna"], people["bram"], people["olga"], Openness.CLOSED, Label.AMBER)
    world.community.widest_label = Label.GREEN
    without = [Label.GREEN, Label.AMBER, Label.RED]

    assert access.labels_for(people["anna"], world.community) == without
    people["anna"].organisation = factories.make_organisation()
    assert access.labels_for(people["anna"], world.community) == [
        Label.GREEN,
        Label.AMBER,
        Label.AMBER_STRICT,
        Label.RED,
    ]
    narrower = [Label.AMBER, Label.AMBER_STRICT, Label.RED]
    assert access.labels_for(people["anna"], world.community, world.thread) == narrower
