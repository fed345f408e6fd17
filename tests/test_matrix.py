"""Every door × every person × every openness × every label: what it answers. A door without a row fails the build.

The answers follow from the tables of this file, not from the policy that is tested: who sees what (WHO_SEES), and
for each door who of those may go through (`may`). Everybody else gets "not found" where they do not see the thing,
"forbidden" where they do, and visitors are led to the login page; none of them meets the canary.
"""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from community.models import Label, Openness, User
from forums.models import Draft
from search.models import LexiconEntry, RecentSearch, SavedSearch, Wish
from tests import factories
from tests.doors import DOORS, FOREIGN, PEOPLE, Door
from tests.factories import CANARY

PROFESSIONALS = frozenset(PEOPLE) - {"visitor"}
MEMBERS = frozenset({"anna", "bram"})

# Who sees what anna wrote, with bram named where it is TLP:RED. Her organisation is dirk's too, and not bram's.
WHO_SEES = {
    Label.CLEAR: PROFESSIONALS,
    Label.GREEN: PROFESSIONALS,
    Label.AMBER: MEMBERS,
    Label.AMBER_STRICT: frozenset({"anna"}),
    Label.RED: MEMBERS,
}
WORLDS = [
    (openness, label)
    for openness in Openness
    for label in Label
    if openness != Openness.HIDDEN or not label.is_wider_than(Label.AMBER)
]


def all_names() -> Iterator[str]:
    """The names of every address; an address without a name fails here."""

    def walk(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern.url_patterns, inner)
            else:
                assert pattern.name or namespace, f"{pattern.pattern} has no name"
                yield f"{namespace}{pattern.name}"

    yield from walk(get_resolver().url_patterns)


def test_every_door_has_its_row():
    own = {name for name in all_names() if not name.startswith(FOREIGN)}

    assert own == set(DOORS)


@pytest.fixture
def people(db: None) -> dict[str, User | None]:
    """The people of the house, without the communities of conftest.py."""
    rotterdam, schiedam = (factories.make_organisation(name) for name in ("Rotterdam", "Schiedam"))
    employers = {"anna": rotterdam, "bram": schiedam, "carla": schiedam, "dirk": rotterdam}
    made = {name: factories.make_person(name.title(), organisation=place) for name, place in employers.items()}
    made["beheer"] = factories.make_person("Beheer", is_administrator=True)
    return {**made, "visitor": None}


@pytest.fixture
def build(people: dict[str, Any]) -> Callable[[Openness, Label], SimpleNamespace]:
    """A community of this openness with one of everything in it: made by anna, under this label, with a canary."""

    def world(openness: Openness, label: Label) -> SimpleNamespace:
        anna, bram = people["anna"], people["bram"]
        community = factories.make_community(f"Kring {openness}", openness=openness)
        factories.make_member(anna, community)
        factories.make_member(bram, community, "facilitator")
        content: dict[str, Any] = {"label": label, "named": [bram] if label == Label.RED else []}
        thread = factories.make_thread(community, anna, title=f"Draad {CANARY}", body=CANARY, **content)
        practice = factories.make_practice(community, anna, title=f"Aanpak {CANARY}", problem=CANARY, **content)
        room = factories.make_room(community, anna, name=f"Kamer {CANARY}", **content)
        waiting = factories.make_person("Wim Wacht", approved=False)
        asker = factories.make_person("Vera Vraagt")
        banned = factories.make_person("Bas Ban")
        return SimpleNamespace(
            community=community, theme=community.theme, thread=thread, post=thread.posts.get(), practice=practice,
            room=room, message=factories.make_message(room, anna, CANARY),
            attachment=factories.make_attachment(thread.posts.get(), content=CANARY.encode()),
            request=factories.make_request(asker, community), ban=factories.make_ban(banned, community),
            membership=community.memberships.get(person=anna), waiting=waiting, person=anna,
            saved=SavedSearch.objects.create(person=anna, query=f"q={CANARY}", name=CANARY),
            recent=RecentSearch.objects.create(person=anna, query=f"q={CANARY}"),
            wish=Wish.objects.create(key="mus", words="mus", askers=5),
            draft=Draft.objects.create(person=anna, place=f"thread:{thread.pk}", body=CANARY),
            word=LexiconEntry.objects.create(kind="part", key="klimop", term="klimop"),
        )  # fmt: skip

    return world


def who_sees(door: Door, openness: Openness, label: Label) -> frozenset[str]:
    """Who sees the thing behind this door."""
    if door.sees is not None:
        return door.sees
    if door.thing in ("thread", "post", "practice", "attachment", "room", "message"):
        return WHO_SEES[label]
    if door.thing in ("community", "membership", "request", "ban") and openness == Openness.HIDDEN:
        return MEMBERS | {"beheer"}
    return PROFESSIONALS


def text_of(response: HttpResponse) -> str:
    body = b"".join(response) if response.streaming else response.content
    return body.decode(errors="replace") + str(response.headers)


def is_sent_to_login(response: HttpResponse) -> bool:
    return response.status_code == 302 and "/accounts/login/" in response["Location"]


def judge(door: Door, response: HttpResponse, *, name: str, sees: bool, may: bool) -> str | None:
    """What is wrong with this answer, or None."""
    if name == "visitor" and not may:
        return None if is_sent_to_login(response) else "a visitor was not led to the login page"
    if not sees:
        return None if response.status_code == 404 else "it should not be there"
    if not may:
        return None if response.status_code == 403 else "it should be forbidden"
    went_through = response.status_code < 400 or response.status_code in door.also
    return None if went_through and not is_sent_to_login(response) else "it should go through"


@pytest.mark.parametrize(("openness", "label"), WORLDS, ids=str)
def test_every_door_answers_each_person_as_the_tables_say(people, build, browse, visitor, openness, label):
    world = build(openness, label)
    wrong, leaks = [], []
    clients = {name: browse(person or visitor) for name, person in people.items()}
    for url_name, doors in DOORS.items():
        for door in doors:
            seers = who_sees(door, openness, label)
            for name, client in clients.items():
                with transaction.atomic():
                    response = getattr(client, door.method)(
                        reverse(url_name, kwargs=door.kwargs(world)), door.data(world)
                    )
                    body = text_of(response)
                    transaction.set_rollback(True)
                sees = name in seers | door.open_to
                may = name in seers & door.who_may(openness) | door.open_to
                if complaint := judge(door, response, name=name, sees=sees, may=may):
                    wrong.append(f"{door.method} {url_name}: {name} got {response.status_code}: {complaint}")
                if CANARY in body and name not in WHO_SEES[label]:
                    leaks.append(f"{door.method} {url_name} told {name}")

    assert not leaks
    assert not wrong, "\n".join(wrong)
