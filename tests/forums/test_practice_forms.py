"""Writing and moderating practices from their pages: what is kept, what comes back, and what is told."""

import re
import uuid

import pytest
from django.conf import settings as site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from community.models import Label
from forums.actions.tagging import set_tags
from forums.models import Practice
from forums.pace import POSTS_A_MINUTE
from tests import factories


def form(**values):
    return {
        "title": "Samen aan tafel",
        "problem": "Tien instanties.",
        "theme": "",
        "evidence": "none",
        "language": "nl",
        "label": "TLP:AMBER",
        "idempotency_key": str(uuid.uuid4()),
        **values,
    }


def edit_form(practice, **values):
    practice.refresh_from_db()
    sent = form(theme=practice.theme_id, owner=practice.owner_id, seen=practice.updated_at.isoformat(), **values)
    return {name: value for name, value in sent.items() if name != "label"}


def same_for_all(response, page):
    """A response without what differs between any two requests."""
    return re.sub(r'nonce="[^"]*"|value="[^"]*"', "", response.content.decode().replace(page, ""))


def text_of(client, url):
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


# -- Writing


def test_a_member_fills_in_the_form_and_finds_a_draft(anna, ciso, browse):
    client = browse(anna)
    sent = form(theme=ciso.theme_id, tags="wijkteam, Jeugd", files=SimpleUploadedFile("a.txt", b"tekst"))
    response = client.post("/communities/ciso/practices/new/", sent)
    practice = Practice.objects.get()
    assert (response.status_code, response.url) == (302, practice.get_absolute_url())
    assert (practice.author, practice.label, practice.published_at) == (anna, Label.AMBER, None)
    assert practice.attachments.count() == 1
    assert practice.tags.count() == 2
    sent["files"] = SimpleUploadedFile("a.txt", b"tekst")
    assert client.post("/communities/ciso/practices/new/", sent).url == practice.get_absolute_url()
    assert Practice.objects.count() == 1


def test_extra_fields_are_ignored(anna, bram, ciso, zorg, browse):
    sneaked = {
        "author": bram.pk,
        "owner": bram.pk,
        "published_at": "2026-01-01",
        "community": zorg.pk,
        "source_id": "x",
    }
    browse(anna).post("/communities/ciso/practices/new/", form(theme=ciso.theme_id, **sneaked))
    practice = Practice.objects.get()
    assert (practice.author, practice.owner, practice.community) == (anna, anna, ciso)
    assert (practice.published_at, practice.source_id) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"label": "TLP:PAARS"}, "label"),
        ({"label": "TLP:RED"}, "named"),
        ({"tags": "!!!"}, "tags"),
        ({"review_on": "morgen"}, "review_on"),
        ({"idempotency_key": "x"}, "idempotency_key"),
        ({"problem": "|a" * 30}, "problem"),
    ],
)
def test_a_form_that_is_not_right_comes_back_with_the_words(anna, bram, ciso, browse, wrong, field):
    response = browse(anna).post(
        "/communities/ciso/practices/new/", form(**{"theme": ciso.theme_id, "cost": "Mijn woorden.", **wrong})
    )
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "Mijn woorden." in response.content.decode()
    assert not Practice.objects.exists()


def test_who_goes_too_fast_is_told_to_wait(anna, ciso, browse):
    client = browse(anna)
    for _ in range(POSTS_A_MINUTE):
        assert client.post("/communities/ciso/practices/new/", form(theme=ciso.theme_id)).status_code == 302
    assert client.post("/communities/ciso/practices/new/", form(theme=ciso.theme_id)).status_code == 422


def test_the_form_of_an_edit_holds_what_is_there(anna, ciso, browse):
    practice = factories.make_practice(ciso, anna, problem="Veel meldingen.", language="fr")
    set_tags(practice=practice, names=["wijkteam", "jeugd"])
    text = text_of(browse(anna), f"{practice.get_absolute_url()}edit/")
    for part in ("Veel meldingen.", "jeugd, wijkteam", 'value="fr" selected'):
        assert part in text


def test_an_edit_is_saved(anna, ciso, browse):
    practice = factories.make_practice(ciso, anna)
    sent = edit_form(practice, title="Nieuw", review_on="2027-02-01")
    assert browse(anna).post(f"{practice.get_absolute_url()}edit/", sent).url == practice.get_absolute_url()
    practice.refresh_from_db()
    assert (practice.title, str(practice.review_on)) == ("Nieuw", "2027-02-01")


def test_a_lost_update_is_told_and_the_words_stay(anna, bram, ciso, browse):
    practice = factories.make_practice(ciso, anna)
    url = f"{practice.get_absolute_url()}edit/"
    sent = edit_form(practice, title="Van Anna")
    browse(bram).post(url, edit_form(practice, title="Van Bram"))
    response = browse(anna).post(url, sent)
    assert response.status_code == 422
    assert response.context["conflict"]
    assert "Van Anna" in response.content.decode()
    practice.refresh_from_db()
    assert practice.title == "Van Bram"
    # Having been told, the writer may save from the state as it is now.
    again = {**sent, "seen": response.context["seen"]}
    assert browse(anna).post(url, again).status_code == 302


def test_an_edit_without_a_good_state_is_refused(anna, ciso, browse):
    practice = factories.make_practice(ciso, anna)
    for seen in ("", "gisteren"):
        sent = {**edit_form(practice), "seen": seen}
        assert browse(anna).post(f"{practice.get_absolute_url()}edit/", sent).status_code == 422


# -- Moderation


def test_a_facilitator_publishes_from_the_page(anna, bram, ciso, browse):
    practice = factories.make_practice(ciso, anna, published=False, problem="Tekst.")
    url = f"{practice.get_absolute_url()}publication/"
    assert browse(bram).post(url, {"on": "1"}).status_code == 302
    practice.refresh_from_db()
    assert practice.published_at
    browse(bram).post(url, {"on": "0"})
    practice.refresh_from_db()
    assert practice.published_at is None
    Practice.objects.update(problem="")
    response = browse(bram).post(url, {"on": "1"}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]


def test_a_facilitator_hides_and_shows_again(anna, bram, ciso, browse):
    practice = factories.make_practice(ciso, anna)
    url = f"{practice.get_absolute_url()}hiding/"
    assert browse(bram).post(url, {}).status_code == 422
    assert browse(bram).post(url, {"reason": "double"}).status_code == 302
    assert browse(anna).get(practice.get_absolute_url()).status_code == 404
    assert "notice--warning" in text_of(browse(bram), practice.get_absolute_url())
    assert browse(bram).post(url, {}).status_code == 302
    assert browse(anna).get(practice.get_absolute_url()).status_code == 200


def test_a_label_is_raised_and_lowered_from_the_page(anna, bram, dirk, ciso, browse):
    factories.make_member(dirk, ciso)
    practice = factories.make_practice(ciso, anna, label=Label.GREEN)
    url = f"{practice.get_absolute_url()}label/"
    assert browse(dirk).post(url, {"label": "TLP:AMBER"}).status_code == 302
    assert browse(dirk).post(url, {"label": "TLP:GREEN", "confirmed": "on"}).status_code == 422
    assert browse(anna).post(url, {"label": "TLP:GREEN"}).status_code == 422
    assert browse(anna).post(url, {"label": "TLP:GREEN", "confirmed": "on"}).status_code == 302
    practice.refresh_from_db()
    assert practice.label == Label.GREEN
    response = browse(dirk).post(url, {"label": "TLP:RED", "named": [bram.pk]})
    assert response.url == reverse("community_practices", args=["ciso"])  # dirk shut himself out
    assert browse(dirk).get(practice.get_absolute_url()).status_code == 404
    assert browse(bram).get(practice.get_absolute_url()).status_code == 200


def test_forms_need_their_token(anna, bram, ciso):
    from django.test import Client

    practice = factories.make_practice(ciso, anna)
    client = Client(enforce_csrf_checks=True)
    client.force_login(bram, site.AUTHENTICATION_BACKENDS[0])
    for page in ("edit", "publication", "hiding", "label"):
        assert client.post(f"{practice.get_absolute_url()}{page}/", {"on": "0"}).status_code == 403
