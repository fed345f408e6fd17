"""The pages of communities and their members as each person gets them, and what their forms refuse."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from community.models import Ban, Community, JoinRequest, Label, Membership, Role, User
from tests import factories
from tests.community.pages import page, refused, sent_to

Browse = Callable[[Any], Client]


@pytest.fixture
def olga(ciso: Community) -> User:
    """The owner of the closed community."""
    person = factories.make_person("Olga Smit")
    factories.make_member(person, ciso, Role.OWNER)
    return person


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


def test_tabs_tell_which_part_of_the_community_a_page_is_in(browse: Browse, anna: User, bram: User, ciso: Community):
    thread = factories.make_thread(ciso, bram)
    practice = factories.make_practice(ciso, bram)
    room = factories.make_room(ciso, bram)
    for thing, url_name in ((thread, "threads"), (practice, "community_practices"), (room, "rooms")):
        url = reverse(url_name, args=[ciso.slug])
        assert f'<a href="{url}" aria-current="true">' in page(browse(anna), thing.get_absolute_url())
        assert f'<a href="{url}" aria-current="page">' in page(browse(anna), url)
        for one in (thing.get_absolute_url(), url):
            marked = [tab["url"] for tab in browse(anna).get(one).context["tabs"] if tab["current"]]
            assert marked == [url]


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
