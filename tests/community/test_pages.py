"""The pages of the base as each person gets them: what they show, what they refuse, and what they cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from community.models import Ban, Community, JoinRequest, Label, Membership, Role, User
from tests import factories

Browse = Callable[[Any], Client]
MOST_QUERIES = 13  # of a page of the base, sections of the apps included


@pytest.fixture
def olga(ciso: Community) -> User:
    """The owner of the closed community."""
    person = factories.make_person("Olga Smit")
    factories.make_member(person, ciso, Role.OWNER)
    return person


def page(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def refused(client: Client, url: str, field: str = "", **sent: Any) -> str:
    """The page that shows a form again with its error, said at the field and above the form."""
    response = client.post(url, sent)
    text = response.content.decode()
    assert response.status_code == 422
    assert 'class="error-summary"' in text
    assert not field or f'href="#id_{field}"' in text
    return text


def sent_to(response: Any) -> str:
    assert response.status_code == 302
    return str(response.url)


# The front page


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
    assert page(client, "/healthz") == "ok\n"
    assert "Disallow: /" in page(client, "/robots.txt")
    contact = page(client, "/.well-known/security.txt")
    assert f"Contact: {settings.SECURITY_CONTACT}" in contact
    assert "Expires: 20" in contact


# Communities


def test_nobody_outside_learns_of_a_hidden_community(
    browse: Browse, anna: User, carla: User, beheer: User, bram: User, mensenhandel: Community
):
    theme = reverse("theme", args=[mensenhandel.theme.slug])
    for person in (anna, carla):
        client = browse(person)
        for url in ("/communities/", theme, "/"):
            assert mensenhandel.name not in page(client, url)
        page(client, mensenhandel.get_absolute_url(), 404)
    assert mensenhandel.name in page(browse(bram), "/communities/")


def test_an_empty_site_says_so(browse: Browse, db: None):
    client = browse(factories.make_person())
    assert 'class="empty"' in page(client, "/communities/")
    theme = factories.make_theme()
    assert 'class="meta"' in page(client, reverse("theme", args=[theme.slug])).split("<h2", 1)[1]


def test_a_closed_community_shows_outsiders_its_introduction_and_the_way_in(
    browse: Browse, carla: User, anna: User, ciso: Community
):
    Community.objects.filter(pk=ciso.pk).update(agenda_html="<p>Bijeenkomst in kanariezaal</p>")
    text = page(browse(carla), ciso.get_absolute_url())
    assert reverse("membership", args=["ciso"]) in text
    assert anna.name not in text
    assert "kanariezaal" not in text
    assert "kanariezaal" in page(browse(anna), ciso.get_absolute_url())
    assert anna.name in page(browse(anna), ciso.get_absolute_url())


def test_joining_an_open_community(browse: Browse, anna: User, zorg: Community):
    client = browse(anna)
    url = reverse("membership", args=["zorg"])
    assert 'method="post"' in page(client, url)
    assert sent_to(client.post(url)) == zorg.get_absolute_url()
    assert zorg.memberships.filter(person=anna).exists()


def test_asking_withdrawing_and_being_let_in(browse: Browse, carla: User, bram: User, ciso: Community):
    client = browse(carla)
    url = reverse("membership", args=["ciso"])
    refused(client, url, "motivation", motivation=" ")
    assert sent_to(client.post(url, {"motivation": "Ik doe dit werk."})) == url
    assert reverse("request_withdrawal", args=["ciso"]) in page(client, url)
    assert sent_to(client.post(reverse("request_withdrawal", args=["ciso"]))) == ciso.get_absolute_url()
    assert not JoinRequest.objects.exists()

    client.post(url, {"motivation": "Toch graag."})
    requests = reverse("join_requests", args=["ciso"])
    assert "Toch graag." in page(browse(bram), requests)
    page(client, requests, 403)
    asked = JoinRequest.objects.get()
    assert sent_to(browse(bram).post(reverse("admission", args=[asked.pk]))) == requests
    assert ciso.memberships.filter(person=carla).exists()
    assert 'class="empty"' in page(browse(bram), requests)


def test_turning_somebody_down_needs_a_reason(browse: Browse, carla: User, bram: User, ciso: Community):
    asked = factories.make_request(carla, ciso)
    url = reverse("rejection", args=[asked.pk])
    refused(browse(bram), url, "reason", reason="")
    page(browse(carla), url, 403)
    assert JoinRequest.objects.exists()
    assert sent_to(browse(bram).post(url, {"reason": "Dit is voor CISO's."})) == reverse("join_requests", args=["ciso"])
    assert not JoinRequest.objects.exists()


def test_who_is_barred_sees_no_way_in(browse: Browse, dirk: User, ciso: Community):
    factories.make_ban(dirk, ciso)
    client = browse(dirk)
    url = reverse("membership", args=["ciso"])
    assert "<textarea" not in page(client, url)
    assert client.post(url, {"motivation": "Laat me erin."}).status_code == 403
    assert not JoinRequest.objects.exists()


def test_leaving_is_asked_once_more(browse: Browse, anna: User, olga: User, ciso: Community):
    url = reverse("membership_end", args=["ciso"])
    client = browse(anna)
    assert 'method="post"' in page(client, url)
    assert sent_to(client.post(url)) == reverse("communities")
    assert not ciso.memberships.filter(person=anna).exists()
    page(client, url, 403)
    assert sent_to(browse(olga).post(url)) == reverse("membership", args=["ciso"])
    assert ciso.memberships.filter(person=olga).exists()


def test_members_are_found_by_each_word(browse: Browse, anna: User, bram: User, carla: User, ciso: Community):
    client = browse(anna)
    url = reverse("members", args=["ciso"])
    assert bram.name in page(client, url)
    for words, found in (("jansen", True), ("schiedam", True), ("bram schiedam", True), ("bram rotterdam", False)):
        assert (bram.get_absolute_url() in page(client, f"{url}?q={words}")) is found, words
    assert 'class="empty"' in page(client, f"{url}?q=nergenshuizen")
    page(browse(carla), url, 403)


def test_a_role_is_given_by_owners(browse: Browse, anna: User, bram: User, olga: User, ciso: Community):
    membership = ciso.memberships.get(person=anna)
    url = reverse("member_role", args=[membership.pk])
    page(browse(bram), url, 403)
    refused(browse(olga), url, role="koning")
    assert sent_to(browse(olga).post(url, {"role": "facilitator"})) == reverse("members", args=["ciso"])
    membership.refresh_from_db()
    assert membership.role == Role.FACILITATOR


def test_the_last_owner_is_told_why_the_role_stays(browse: Browse, olga: User, ciso: Community):
    own = ciso.memberships.get(person=olga)
    refused(browse(olga), reverse("member_role", args=[own.pk]), role="member")
    refused(browse(olga), reverse("member_removal", args=[own.pk]), reason="")


def test_a_membership_of_a_hidden_community_is_no_address(browse: Browse, anna: User, bram: User, mensenhandel: Any):
    hidden = mensenhandel.memberships.get(person=bram)
    for name in ("member_role", "member_removal"):
        page(browse(anna), reverse(name, args=[hidden.pk]), 404)
    ban = factories.make_ban(anna, mensenhandel)
    assert browse(anna).post(reverse("ban_lifting", args=[ban.pk])).status_code == 404
    asked = factories.make_request(anna, mensenhandel)
    for name in ("admission", "rejection"):
        assert browse(anna).post(reverse(name, args=[asked.pk])).status_code == 404


def test_removing_barring_and_lifting(browse: Browse, anna: User, bram: User, ciso: Community):
    client = browse(bram)
    bans = reverse("bans", args=["ciso"])
    assert 'class="empty"' in page(client, bans)
    membership = ciso.memberships.get(person=anna)
    sent_to(client.post(reverse("member_removal", args=[membership.pk]), {"reason": "Andere functie."}))
    assert not Membership.objects.filter(pk=membership.pk).exists()

    url = reverse("ban_new", args=["ciso", anna.pk])
    refused(client, url, "reason", reason="")
    assert sent_to(client.post(url, {"reason": "Deelde een lijst."})) == bans
    assert "Deelde een lijst." in page(client, bans)
    page(browse(anna), bans, 403)
    assert sent_to(client.post(reverse("ban_lifting", args=[Ban.objects.get().pk]))) == bans
    assert not Ban.objects.exists()


def test_changing_a_community(browse: Browse, anna: User, bram: User, olga: User, ciso: Community):
    url = reverse("community_edit", args=["ciso"])
    page(browse(anna), url, 403)
    text = page(browse(bram), url)
    assert 'name="introduction"' in text
    assert 'name="openness"' not in text
    texts = {"name": "CISO-netwerk", "introduction": "Nieuw **welkom**.", "agenda": "", "default_label": Label.AMBER}
    refused(browse(bram), url, "name", **texts | {"name": ""})
    assert sent_to(browse(bram).post(url, texts)) == ciso.get_absolute_url()
    assert "<strong>welkom</strong>" in page(browse(anna), ciso.get_absolute_url())

    rules = texts | {"theme": ciso.theme_id, "openness": "hidden", "widest_label": Label.CLEAR}
    refused(browse(olga), url, **rules)
    assert sent_to(browse(olga).post(url, rules | {"widest_label": Label.AMBER})) == ciso.get_absolute_url()
    ciso.refresh_from_db()
    assert ciso.openness == "hidden"


def test_a_new_community(browse: Browse, anna: User, beheer: User, ciso: Community):
    url = reverse("community_new")
    page(browse(anna), url, 403)
    client = browse(beheer)
    assert 'name="slug"' in page(client, url)
    filled = {
        "name": "Digitale criminaliteit", "slug": "digitaal", "introduction": "Samen.", "agenda": "", "owner": anna.pk,
        "default_label": Label.AMBER, "theme": ciso.theme_id, "openness": "open", "widest_label": Label.GREEN,
    }  # fmt: skip
    for field, value in (("slug", "new"), ("slug", "ciso"), ("slug", "a b"), ("name", ""), ("owner", ""), ("theme", 0)):
        refused(client, url, field, **filled | {field: value})
    assert sent_to(client.post(url, filled)) == "/communities/digitaal/"
    assert Community.objects.get(slug="digitaal").memberships.get().person == anna


# People


def test_a_profile_shows_shared_communities_alone(browse: Browse, anna: User, bram: User, carla: User, ciso: Community):
    text = page(browse(anna), bram.get_absolute_url())
    assert ciso.get_absolute_url() in text
    assert "Mensenhandel" not in text
    assert ciso.get_absolute_url() not in page(browse(carla), bram.get_absolute_url())
    assert "Mensenhandel" in page(browse(bram), bram.get_absolute_url())


def test_changing_ones_profile(browse: Browse, anna: User):
    client = browse(anna)
    url = reverse("profile_edit")
    refused(client, url, "name", name=" ", language="nl")
    refused(client, url, "name", name="x" * 101, language="nl")
    refused(client, url, "language", name="Anna", language="fy")
    assert sent_to(client.post(url, {"name": " Anna  de   Vries ", "language": "en"})) == anna.get_absolute_url()
    anna.refresh_from_db()
    assert (anna.name, anna.language) == ("Anna de Vries", "en")
    assert '<html lang="en"' in page(client, url)


def test_letting_people_in(browse: Browse, beheer: User, anna: User, rotterdam: Any):
    client = browse(beheer)
    url = reverse("approvals")
    assert 'class="empty"' in page(client, url)
    page(browse(anna), url, 403)
    wim, ali = (factories.make_person(name, approved=False) for name in ("Wim Wacht", "Ali Wacht"))
    assert "Wim Wacht" in page(client, url)

    sent_to(client.post(reverse("approval", args=[wim.pk]), {"organisation": 0}))
    wim.refresh_from_db()
    assert wim.approved_at is None
    sent_to(client.post(reverse("approval", args=[wim.pk]), {"organisation": rotterdam.pk}))
    wim.refresh_from_db()
    assert wim.approved_at is not None
    assert wim.organisation == rotterdam
    assert client.post(reverse("approval", args=[wim.pk])).status_code == 404

    refused(client, reverse("refusal", args=[ali.pk]), "reason", reason="")
    assert browse(anna).post(reverse("refusal", args=[ali.pk]), {"reason": "x"}).status_code == 403
    assert sent_to(client.post(reverse("refusal", args=[ali.pk]), {"reason": "Onbekend."})) == url
    ali.refresh_from_db()
    assert not ali.is_active


def test_the_list_of_people_is_for_administrators(browse: Browse, beheer: User, anna: User, carla: User):
    page(browse(anna), reverse("people"), 403)
    client = browse(beheer)
    assert carla.email in page(client, reverse("people"))
    assert carla.email not in page(client, reverse("people") + "?q=anna")
    assert anna.email in page(client, reverse("people") + "?q=anna+example")
    assert 'class="empty"' in page(client, reverse("people") + "?q=nergenshuizen")


def test_closing_and_opening_an_account(browse: Browse, beheer: User, anna: User, carla: User):
    url = reverse("person_activity", args=[carla.pk])
    page(browse(anna), url, 403)
    client = browse(beheer)
    assert 'method="post"' in page(client, url)
    for is_active in (False, True):
        assert sent_to(client.post(url)) == carla.get_absolute_url()
        carla.refresh_from_db()
        assert carla.is_active is is_active
    own = reverse("person_activity", args=[beheer.pk])
    client.post(own)
    beheer.refresh_from_db()
    assert beheer.is_active


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
