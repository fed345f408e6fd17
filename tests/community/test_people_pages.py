"""The pages of people and their accounts."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from community.models import Community, User
from tests import factories
from tests.community.pages import page, refused, sent_to

Browse = Callable[[Any], Client]


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
