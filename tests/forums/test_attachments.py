"""Handing out files: who gets one, and with which headers."""

import os
import uuid
from pathlib import Path
from urllib.parse import unquote

from asgiref.sync import async_to_sync
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.test import AsyncClient, override_settings
from django.utils import timezone

from community.models import Label, Openness
from forums.actions.attachments import attach_files
from forums.models import Attachment
from tests import factories
from tests.factories import CANARY
from tests.forums.uploads import upload

SHARED = Path(os.environ.get("KENNISKRING_SHARED", Path(__file__).parents[2].parent / "shared"))


def test_a_member_downloads_a_file_and_the_browser_may_do_nothing_with_it(anna, ciso, browse):
    attachment = factories.make_attachment(
        factories.make_practice(ciso, anna, label=Label.AMBER), name='Coördinatie "wijk".txt', content=b"x" * 200_000
    )
    response = browse(anna).get(attachment.get_absolute_url())
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"x" * 200_000
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert unquote(disposition) == "attachment; filename*=utf-8''Coördinatie \"wijk\".txt"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Content-Length"] == "200000"
    assert response["Content-Type"] == "text/plain; charset=utf-8"


def test_head_gives_the_headers_alone(anna, ciso, browse):
    attachment = factories.make_attachment(factories.make_practice(ciso, anna), content=b"tekst")
    response = browse(anna).head(attachment.get_absolute_url())
    assert (response.status_code, response["Content-Length"], response.content) == (200, "5", b"")


def test_a_pdf_keeps_its_type(anna, ciso, browse):
    practice = factories.make_practice(ciso, anna)
    [attachment] = attach_files(actor=anna, whole=practice, files=[upload("plan.pdf", b"%PDF-1.7")])
    response = browse(anna).get(attachment.get_absolute_url())
    assert response["Content-Type"] == "application/pdf"
    assert b"".join(response.streaming_content) == b"%PDF-1.7"


def test_a_file_is_streamed_in_pieces_under_asgi(anna, ciso):
    attachment = factories.make_attachment(factories.make_practice(ciso, anna), content=b"x" * 200_000)
    client = AsyncClient()
    client.force_login(anna, "allauth.account.auth_backends.AuthenticationBackend")

    async def fetch():
        response = await client.get(attachment.get_absolute_url())
        return [piece async for piece in response.streaming_content]

    pieces = async_to_sync(fetch)()
    assert len(pieces) > 1
    assert b"".join(pieces) == b"x" * 200_000


def test_outsiders_get_404_for_a_file_as_for_none(anna, bram, outsiders, ciso, browse):
    practice = factories.make_practice(ciso, anna, label=Label.AMBER)
    post = factories.make_thread(ciso, anna).posts.get()
    for whole in (practice, post):
        attachment = factories.make_attachment(whole, name=f"{CANARY}.txt", content=CANARY.encode())
        url = attachment.get_absolute_url()
        for person in (anna, bram):
            assert CANARY.encode() in b"".join(browse(person).get(url).streaming_content)
        for person in outsiders:
            response = browse(person).get(url, headers={"range": "bytes=0-3", "if-none-match": "*"})
            unknown = browse(person).get(f"/files/{uuid.uuid4()}/")
            assert response.status_code == unknown.status_code == 404
            assert CANARY not in response.content.decode() + str(response.headers)
            assert browse(person).post(f"{url}removal/").status_code == 404
        assert browse(AnonymousUser()).get(url).status_code == 302
        assert browse(anna).post(url).status_code == 405
    assert Attachment.objects.count() == 2


def test_the_file_of_a_draft_or_of_something_hidden_is_not_handed_out(anna, bram, ciso, dirk, browse):
    factories.make_member(dirk, ciso)
    draft = factories.make_attachment(factories.make_practice(ciso, anna, published=False, label=Label.AMBER))
    hidden = factories.make_attachment(factories.make_practice(ciso, anna, label=Label.AMBER, hidden_at=timezone.now()))
    statuses = {
        person.name: [browse(person).head(file.get_absolute_url()).status_code for file in (draft, hidden)]
        for person in (anna, bram, dirk)
    }
    assert statuses == {"Anna de Vries": [200, 404], "Bram Jansen": [200, 200], "Dirk Visser": [404, 404]}


def test_visitors_get_files_of_published_clear_practices_only_where_the_site_allows_that(anna, zorg, browse):
    factories.make_member(anna, zorg)
    assert zorg.openness == Openness.OPEN
    clear = factories.make_attachment(factories.make_practice(zorg, anna, label=Label.CLEAR))
    green = factories.make_attachment(factories.make_practice(zorg, anna, label=Label.GREEN), content=CANARY.encode())
    visitor = browse(AnonymousUser())
    assert visitor.get(clear.get_absolute_url()).status_code == 302
    with override_settings(PUBLISH_CLEAR=True):
        assert visitor.head(clear.get_absolute_url()).status_code == 200
        assert visitor.get(green.get_absolute_url()).status_code == 302


def test_a_file_whose_bytes_are_gone_is_404(anna, ciso, browse):
    attachment = factories.make_attachment(factories.make_practice(ciso, anna))
    default_storage.delete(attachment.file.storage_name)
    assert browse(anna).get(attachment.get_absolute_url()).status_code == 404
