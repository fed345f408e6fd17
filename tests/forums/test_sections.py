"""What the app adds elsewhere: a tab, the latest threads of a community, and the topic that pages listen to."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from community import registry
from community.live.topics import topics
from community.models import Community, Label, User
from forums.models import Thread
from tests import factories
from tests.factories import CANARY


def section(person: Any, community: Community) -> str:
    request = RequestFactory().get("/")
    request.user = person
    part = next(part for part in registry.sections(request, community) if part["name"] == "threads")
    return render_to_string(part["template"], part["context"], request)


def test_the_home_of_a_community_shows_its_latest_threads(ciso: Community, anna: User, carla: User):
    for number in range(6):
        factories.make_thread(ciso, anna, title=f"Draad-{number} {CANARY}")
    factories.make_thread(ciso, anna, title="Voor iedereen", label=Label.GREEN)

    shown = section(anna, ciso)

    assert "Voor iedereen" in shown
    assert f"Draad-5 {CANARY}" in shown
    assert "Draad-0" not in shown
    assert "Voor iedereen" in section(carla, ciso)
    assert CANARY not in section(carla, ciso)


def test_an_empty_community_says_so(ciso: Community, anna: User, carla: User):
    assert "/threads/new/" in section(anna, ciso)
    assert "/threads/new/" not in section(carla, ciso)


@pytest.mark.parametrize("name", ["carla", "dirk", "beheer", "visitor"])
def test_only_who_sees_a_thread_listens_to_it(ciso: Community, anna: User, name: str, request: pytest.FixtureRequest):
    thread = factories.make_thread(ciso, anna)
    find = topics["thread"].find

    assert find(anna, thread.pk) == thread
    assert find(request.getfixturevalue(name), thread.pk) is None


def test_a_thread_that_is_not_there_has_no_listeners(anna: User):
    assert Thread.objects.count() == 0
    assert topics["thread"].find(anna, 1) is None


def home_section(person: Any) -> str:
    request = RequestFactory().get("/")
    request.user = person
    part = next(part for part in registry.home_sections(request) if part["name"] == "threads")
    return render_to_string(part["template"], part["context"], request)


def test_the_front_page_shows_the_latest_threads_of_ones_own_communities(
    ciso: Community, zorg: Community, anna: User, carla: User, dirk: User
):
    factories.make_thread(ciso, anna, title=CANARY)
    factories.make_thread(ciso, anna, title="Niet van mij", label=Label.GREEN)
    factories.make_thread(zorg, carla, title="Van de zorg", label=Label.GREEN)

    assert CANARY in home_section(anna)
    assert ciso.name in home_section(anna)
    assert "Van de zorg" not in home_section(anna)
    assert "Van de zorg" in home_section(carla)
    assert "Niet van mij" not in home_section(carla)
    assert CANARY not in home_section(carla)
    assert "thread-row" not in home_section(dirk)
