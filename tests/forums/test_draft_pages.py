"""Drafts by forms and scripts: kept, restored, told when stale, and thrown away."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from community.models import Community, Membership, User
from forums.models import Draft, Thread
from tests import factories
from tests.factories import CANARY
from tests.forums.people import form

Browse = Callable[[Any], Client]
NEW = "/communities/ciso/threads/new/"


@pytest.fixture
def thread(ciso: Community, anna: User) -> Thread:
    return factories.make_thread(ciso, anna, title="Een vraag", posts=2)


def replies(thread: Thread) -> str:
    return reverse("replies", args=[thread.pk])


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.content.decode()


def save(client: Client, thread: Thread, body: str = "Half af", sequence: int = 0) -> Any:
    sent = {"place": f"thread:{thread.pk}", "body": body, "sequence": sequence}
    return client.post(reverse("drafts"), sent, headers={"Accept": "application/json"})


def test_a_script_saves_a_draft_and_the_form_opens_with_it(thread: Thread, anna: User, bram: User, browse: Browse):
    client = browse(anna)
    assert save(client, thread).json() == {"sequence": 1}
    assert save(client, thread, f"Bijna {CANARY}", 1).json() == {"sequence": 2}

    shown = text_of(client.get(thread.get_absolute_url()))

    assert CANARY in shown
    assert 'name="sequence" value="2"' in shown
    assert CANARY not in text_of(browse(bram).get(thread.get_absolute_url()))
    assert CANARY not in text_of(browse(bram).get(reverse("drafts")))


def test_a_stale_tab_hears_409(thread: Thread, anna: User, browse: Browse):
    client = browse(anna)
    save(client, thread)

    assert save(client, thread, "Ander venster").status_code == 409

    assert Draft.objects.get().body == "Half af"


def test_the_button_saves_a_draft_without_a_script(thread: Thread, anna: User, browse: Browse):
    client, sent = browse(anna), form("Half af", place=f"thread:{thread.pk}", sequence="0")

    assert client.post(reverse("drafts"), sent).url == f"/threads/{thread.pk}/?page=last#reply"
    shown = text_of(client.post(reverse("drafts"), sent | {"body": "Mijn stuk"}), 409)

    assert "Mijn stuk" in shown
    assert "Half af" in text_of(client.get(reverse("drafts")))


def test_a_draft_of_a_new_thread_comes_back_in_its_form(ciso: Community, anna: User, browse: Browse):
    client = browse(anna)
    sent = {"place": f"community:{ciso.pk}:thread", "title": "Halve titel", "body": "Half af", "sequence": "0"}
    assert client.post(reverse("drafts"), sent).url == NEW

    shown = text_of(client.get(NEW))
    assert "Halve titel" in shown
    assert "Half af" in shown

    client.post(NEW, form(title="Hele titel", label="TLP:AMBER"))
    assert not Draft.objects.exists()


def test_nonsense_is_no_draft(thread: Thread, anna: User, carla: User, browse: Browse):
    client, url = browse(anna), reverse("drafts")
    assert save(client, thread, "x" * 100_001).status_code == 422
    assert save(client, thread, sequence=-1).status_code == 422
    assert client.post(url, {"place": "nergens", "body": "x"}).status_code == 404
    assert client.post(url, {"body": "x"}).status_code == 422
    assert save(browse(carla), thread).status_code == 404
    assert not Draft.objects.exists()


def test_the_list_of_drafts_leaves_out_places_that_one_no_longer_sees(thread: Thread, anna: User, browse: Browse):
    client = browse(anna)
    save(client, thread)
    assert thread.title in text_of(client.get(reverse("drafts")))

    Membership.objects.filter(person=anna).delete()
    shown = text_of(client.get(reverse("drafts")))

    assert thread.title not in shown
    assert "Half af" not in shown
    assert Draft.objects.exists()


def test_one_throws_away_ones_own_drafts_only(thread: Thread, anna: User, bram: User, browse: Browse):
    save(browse(anna), thread)
    url = reverse("draft_removal", args=[Draft.objects.get().pk])

    assert browse(bram).post(url).status_code == 404
    assert browse(anna).get(url).status_code == 405
    assert browse(anna).post(url).url == reverse("drafts")

    assert not Draft.objects.exists()


def test_a_form_that_comes_back_goes_on_from_the_draft_it_knew(thread: Thread, anna: User, browse: Browse):
    client = browse(anna)
    save(client, thread)

    shown = text_of(client.post(replies(thread), form(" ", sequence="7")), 422)
    assert 'name="sequence" value="7"' in shown
    shown = text_of(client.post(replies(thread), form(" ", sequence="x")), 422)
    assert 'name="sequence" value="1"' in shown


def test_a_key_that_is_no_key_is_refused(thread: Thread, anna: User, browse: Browse):
    text_of(browse(anna).post(replies(thread), {"body": "x", "idempotency_key": "x"}), 422)
    text_of(browse(anna).post(replies(thread), {"body": "x"}), 422)
    assert browse(anna).post(replies(thread), form("x", idempotency_key=str(uuid.uuid4()))).status_code == 302
