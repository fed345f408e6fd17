"""The front page, the page of who waits, the language, what machines ask; and what every page of the base costs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from community.models import Community, User
from tests import factories
from tests.community.pages import page, sent_to

Browse = Callable[[Any], Client]
MOST_QUERIES = 13  # of a page of the base, sections of the apps included


def test_the_front_page_of_somebody_without_communities_says_how_to_find_one(browse: Browse):
    text = page(browse(factories.make_person()), "/")
    assert 'class="empty"' in text
    assert reverse("communities") in text


def test_the_front_page_shows_the_communities_of_the_reader_alone(
    browse: Browse, anna: User, ciso: Community, zorg: Community
):
    text = page(browse(anna), "/")
    assert ciso.get_absolute_url() in text
    assert zorg.get_absolute_url() not in text
    assert reverse("approvals") not in text


def test_the_front_page_of_the_administrator_leads_to_the_accounts(browse: Browse, beheer: User):
    text = page(browse(beheer), "/")
    for name in ("approvals", "people", "community_new"):
        assert reverse(name) in text


@pytest.mark.parametrize("path", ["/", "/communities/", "/people/", "/communities/ciso/"])
def test_who_waits_sees_the_waiting_page_alone(path: str, browse: Browse, ciso: Community):
    client = browse(factories.make_person("Wim Wacht", approved=False))
    assert sent_to(client.get(path)) == reverse("waiting")
    assert "Wim Wacht" in page(client, reverse("waiting"))


def test_who_was_let_in_has_nothing_to_wait_for(browse: Browse, anna: User, visitor: Any):
    assert sent_to(browse(anna).get(reverse("waiting"))) == "/"
    assert sent_to(browse(visitor).get(reverse("waiting"))).startswith("/accounts/login/")


# Language, and what machines ask


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/communities/?x=1", "/communities/?x=1"),
        ("https://elders.example/", "/"),
        ("//elders.example/", "/"),
        ("/\\elders.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_choosing_a_language_returns_to_this_site_alone(asked: str, goes: str, browse: Browse, anna: User):
    client = browse(anna)
    assert sent_to(client.post(reverse("set_language"), {"language": "en", "next": asked})) == goes
    anna.refresh_from_db()
    assert anna.language == "en"
    assert '<html lang="en"' in page(client, "/communities/")


def test_a_language_that_is_not_there_is_not_chosen(browse: Browse, anna: User):
    client = browse(anna)
    client.post(reverse("set_language"), {"language": "xx"})
    anna.refresh_from_db()
    assert anna.language == "nl"
    assert '<html lang="nl"' in page(client, "/")


def test_machines_get_short_answers(browse: Browse, visitor: Any, settings: Any):
    client = browse(visitor)
    assert "Disallow: /" in page(client, "/robots.txt")
    contact = page(client, "/.well-known/security.txt")
    assert f"Contact: {settings.SECURITY_CONTACT}" in contact
    assert "Expires: 20" in contact


# What a page costs


def fill(community: Community, times: int) -> None:
    for _ in range(times):
        person = factories.make_person()
        factories.make_member(person, community)
        factories.make_thread(community, person)
        factories.make_room(community, person)
        factories.make_practice(community, person)
        factories.make_request(factories.make_person(), community)
        factories.make_ban(factories.make_person(), community)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", MOST_QUERIES),
        ("/communities/", 8),
        ("/communities/ciso/", MOST_QUERIES),
        ("/communities/ciso/members/", 9),
        ("/communities/ciso/requests/", 8),
        ("/communities/ciso/bans/", 8),
        ("/communities/ciso/rooms/", 8),
        ("/communities/ciso/threads/", 8),
    ],
)
def test_a_page_costs_the_same_for_one_and_for_three(
    path: str, most: int, browse: Browse, bram: User, ciso: Community, django_assert_num_queries: Any
):
    client = browse(bram)
    fill(ciso, 1)
    page(client, path)
    with django_assert_num_queries(most, exact=False) as one:
        page(client, path)
    fill(ciso, 2)
    with django_assert_num_queries(len(one.captured_queries)):
        page(client, path)
