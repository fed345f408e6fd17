"""Files: what is kept, under which name, who gets it, and with which headers."""

import io
import json
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.http import Http404
from django.test import override_settings
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st

from community import files
from community.models import Label, StoredFile
from community.signals import content_saved
from forums.actions.attachments import MAX_FILES, attach_files, clean_store, follow_label, remove_attachment
from forums.forms.attachments import FilesField
from forums.models import Attachment
from tests import factories
from tests.community.documents import locked_pdf, pdf, tagged_pdf
from tests.factories import CANARY
from tests.forums.uploads import BAD, GOOD, open_xml, upload

SHARED = Path(os.environ.get("KENNISKRING_SHARED", Path(__file__).parents[2].parent / "shared"))


def hostile(name: str) -> dict:
    path = SHARED / "hostile" / name
    if not path.exists():
        pytest.skip(f"{name} is not there: set KENNISKRING_SHARED to read the hostile inputs in place.")
    return json.loads(path.read_text())


def on_disk() -> set[str]:
    if not default_storage.exists(""):
        return set()
    return {
        f"{folder}/{name}" for folder in default_storage.listdir("")[0] for name in default_storage.listdir(folder)[1]
    }


# -- What is kept


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_is_kept_with_the_type_that_its_content_proves(anna, name):
    content, content_type = GOOD[name]
    stored = files.store_upload(anna, upload(name, content))
    assert (stored.name, stored.content_type, stored.size) == (name, content_type, len(content))
    with files.open_stored(stored) as kept:
        assert kept.read() == content


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_and_nothing_is_kept(anna, name):
    before = on_disk()
    with pytest.raises(ValidationError) as error:
        files.store_upload(anna, upload(*BAD[name]))
    assert error.value.messages[0]
    assert not StoredFile.objects.exists()
    assert on_disk() == before


def test_a_locked_document_is_refused(anna):
    content = bytearray(open_xml())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    with pytest.raises(ValidationError, match=r"wachtwoord|password"):
        files.store_upload(anna, upload("brief.docx", bytes(content)))


@pytest.mark.parametrize("password", ["", "sesam"])
def test_a_pdf_that_a_program_locked_is_refused_with_the_reason(anna, password):
    with pytest.raises(ValidationError, match=r"beveiligd"):
        files.store_upload(anna, upload("plan.pdf", locked_pdf(password)))


@pytest.mark.parametrize(
    "content", [pdf("Over /Encrypt 5 0 R gesproken"), tagged_pdf("Versleutelen: /EncryptMetadata")]
)
def test_a_pdf_that_only_speaks_of_locking_is_kept(anna, content):
    assert files.store_upload(anna, upload("plan.pdf", content)).content_type == "application/pdf"


def test_a_file_over_the_limit_is_refused(anna):
    with override_settings(MAX_UPLOAD_BYTES=10), pytest.raises(ValidationError):
        files.store_upload(anna, upload("lang.txt", b"elf tekens."))


def test_the_name_on_disk_tells_nothing(anna):
    stored = files.store_upload(anna, upload(f"{CANARY}.txt", b"tekst"))
    assert CANARY not in stored.storage_name
    assert stored.uuid.hex in stored.storage_name
    assert len(stored.sha256) == 64


# -- Names


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\anna\\brief.txt", "brief.txt"),
        ("regel\r\neinde.txt", "regel einde.txt"),
        ("naam\u0000.pdf", "naam.pdf"),
        ("photo\u202etxt.pdf", "phototxt.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("beleid; filename=evil.html.pdf", "beleid_ filename=evil.html.pdf"),
        ("..verborgen.txt", "verborgen.txt"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("a" * 300, "a" * 150),
        ("  twee   spaties .txt ", "twee spaties .txt"),
        ("cafe\u0301.txt", "café.txt"),
    ],
)
def test_a_name_is_cleaned(given_name, kept):
    assert files.clean_name(given_name) == kept


@given(st.text(max_size=400))
def test_a_cleaned_name_is_always_safe(name):
    try:
        clean = files.clean_name(name)
    except ValidationError:
        return
    assert 0 < len(clean) <= 150
    assert clean.isprintable()
    assert not set(clean) & set('/\\<>:"|?*;')


def test_hostile_names_are_refused_or_made_harmless(anna):
    names = [f"plaatje{ending}" for ending in hostile("upload_names_patt.json")["extensions_seen"]]
    names += [item["name"] for item in hostile("upload_descriptors.json")["items"]]
    for name in names:
        try:
            stored = files.store_upload(anna, upload("x", b"")) if not name else _try(anna, name)
        except ValidationError:
            continue
        assert stored.content_type in {"image/gif", "text/plain", "text/csv", "application/pdf"}, name
        assert stored.name.rsplit(".", 1)[1] in {"gif", "txt", "csv", "pdf"}, name


def _try(person, name):
    content = b"%PDF-1.4" if name.endswith("pdf") else b"GIF89a"
    file = upload("x", content)
    file._name = name  # as a request that Django did not clean
    return files.store_upload(person, file)


def test_naughty_strings_make_no_error(anna):
    for text in hostile("blns.json")["values"]:
        try:
            assert files.clean_name(text).isprintable()
        except ValidationError:
            continue


# -- Failure


def test_a_row_that_cannot_be_written_leaves_no_bytes(anna, monkeypatch):
    before = on_disk()

    def fail(*_args, **_kwargs):
        raise DatabaseError

    monkeypatch.setattr(StoredFile, "save", fail)
    with pytest.raises(DatabaseError):
        files.store_upload(anna, upload("notitie.txt", b"tekst"))
    assert on_disk() == before


@pytest.mark.django_db(transaction=True)
def test_bytes_of_a_failed_transaction_are_cleaned_up_later(anna):
    before = on_disk()

    def fail() -> None:
        with transaction.atomic():
            files.store_upload(anna, upload("notitie.txt", b"tekst"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not StoredFile.objects.exists()
    assert len(on_disk() - before) == 1
    assert files.remove_strays() == 0  # a transaction may still be under way
    assert files.remove_strays(timezone.now() + timedelta(hours=2)) >= 1
    assert not on_disk() - before


def test_a_kept_file_is_never_a_stray(anna):
    stored = files.store_upload(anna, upload("notitie.txt", b"tekst"))
    files.remove_strays(timezone.now() + timedelta(hours=2))
    assert default_storage.exists(stored.storage_name)


def test_without_any_file_there_is_nothing_to_clean(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "absent"},
        },
    }
    assert files.remove_strays() == 0


# -- Attaching


def test_files_take_the_label_and_audience_of_what_they_go_with(anna, ciso):
    practice = factories.make_practice(ciso, anna, label=Label.AMBER)
    heard = []
    content_saved.connect(lambda instance, **_: heard.append(instance), sender=Attachment, weak=False, dispatch_uid="t")
    try:
        [attachment] = attach_files(actor=anna, whole=practice, files=[upload("notitie.txt", b"tekst")])
    finally:
        content_saved.disconnect(sender=Attachment, dispatch_uid="t")
    assert (attachment.label, attachment.audience) == (practice.label, practice.audience)
    assert attachment.community == ciso
    assert heard == [attachment]


def test_files_go_with_a_post_too(anna, ciso):
    post = factories.make_thread(ciso, anna).posts.get()
    [attachment] = attach_files(actor=anna, whole=post, files=[upload("notitie.txt", b"tekst")])
    assert attachment.post == post


def test_one_bad_file_keeps_them_all_out(anna, ciso):
    practice = factories.make_practice(ciso, anna)
    with pytest.raises(ValidationError):
        attach_files(actor=anna, whole=practice, files=[upload("a.txt", b"a"), upload("b.exe", b"MZ")])
    assert not practice.attachments.exists()
    assert not StoredFile.objects.exists()


def test_there_is_a_limit_to_the_number_of_files(anna, ciso):
    practice = factories.make_practice(ciso, anna)
    attach_files(actor=anna, whole=practice, files=[upload("a.txt", b"a")] * 6)
    with pytest.raises(ValidationError):
        attach_files(actor=anna, whole=practice, files=[upload("a.txt", b"a")] * (MAX_FILES - 5))
    assert practice.attachments.count() == 6
    assert attach_files(actor=anna, whole=practice, files=[]) == []


def test_only_who_may_edit_it_adds_and_removes_files(anna, bram, carla, dirk, beheer, ciso):
    practice = factories.make_practice(ciso, anna)
    factories.make_member(dirk, ciso)
    for person in (dirk, carla, beheer):
        with pytest.raises(PermissionDenied):
            attach_files(actor=person, whole=practice, files=[upload("a.txt", b"a")])
    [attachment] = attach_files(actor=bram, whole=practice, files=[upload("a.txt", b"a")])
    for person in (dirk, carla, beheer):
        with pytest.raises(PermissionDenied):
            remove_attachment(actor=person, attachment=attachment)
    secret = factories.make_practice(ciso, anna, label=Label.AMBER)
    with pytest.raises(Http404):
        attach_files(actor=carla, whole=secret, files=[upload("a.txt", b"a")])


def test_a_removed_file_is_gone_at_once_and_its_bytes_a_day_later(
    anna, ciso, browse, django_capture_on_commit_callbacks
):
    practice = factories.make_practice(ciso, anna)
    [attachment] = attach_files(actor=anna, whole=practice, files=[upload("a.txt", b"a")])
    stored, url = attachment.file, attachment.get_absolute_url()
    response = browse(anna).post(f"{url}removal/")
    assert response.status_code == 302
    assert response.url == practice.get_absolute_url()
    assert browse(anna).get(url).status_code == 404
    clean_store()
    assert default_storage.exists(stored.storage_name)
    StoredFile.objects.update(created_at=timezone.now() - timedelta(days=2))
    with django_capture_on_commit_callbacks(execute=True):
        assert clean_store() == 1
    assert not default_storage.exists(stored.storage_name)


def test_files_follow_the_label_of_their_whole(anna, ciso):
    practice = factories.make_practice(ciso, anna, label=Label.GREEN)
    attachment = factories.make_attachment(practice)
    other = factories.make_practice(ciso, anna, label=Label.AMBER)
    practice.label, practice.audience = other.label, other.audience
    practice.save()
    follow_label(whole=practice)
    attachment.refresh_from_db()
    assert (attachment.label, attachment.audience) == (other.label, other.audience)


# -- The field


def test_the_field_cleans_to_a_list_of_uploads():
    assert FilesField().clean(None) == []
    assert FilesField().clean([]) == []
    good = upload("a.txt", b"a")
    assert FilesField().clean([good]) == [good]
    widget = FilesField().widget
    assert 'accept=".pdf,' in widget.render("files", None)
    assert widget.value_from_datadict({}, MultiValueDict({"files": [good, good]}), "files") == [good, good]


def test_the_field_names_each_bad_file():
    with pytest.raises(ValidationError) as error:
        FilesField().clean([upload("a.exe", b"MZ"), upload("goed.txt", b"a"), upload("leeg.txt", b"")])
    assert len(error.value.messages) == 2


def test_every_packed_sample_is_a_real_zip():
    for name, (content, _type) in GOOD.items():
        if content.startswith(b"PK"):
            assert zipfile.is_zipfile(io.BytesIO(content)), name
