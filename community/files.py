"""Keeping files: checked, named and hashed when they come in, under names that tell nothing."""

import hashlib
import re
import unicodedata
from datetime import datetime, timedelta
from typing import IO, Any, cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from community.extraction.kinds import KINDS
from community.file_types import CHUNK, recognise
from community.models import FileText, StoredFile, TextOutbox, TextState, User

MAX_NAME, MAX_ENDING = 150, 10
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)  # names of devices on Windows
FOLDER, KEY = re.compile(r"[0-9a-f]{2}"), re.compile(r"[0-9a-f]{32}")
GRACE = timedelta(hours=1)  # a file without a row may belong to a transaction that has not committed yet


def clean_name(name: str) -> str:
    """A file name to show and to download by: no path, no invisible or turning characters, 150 characters at most.

    The ending stays. Raises ValidationError where nothing is left.
    """
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Every character of a C category: control, format (which holds the bidi overrides), surrogate, unassigned.
    name = "".join(sign for sign in re.sub(r"\s+", " ", name) if unicodedata.category(sign)[0] != "C")
    name = re.sub(r'[<>:"|?*;]', "_", name).strip(". ")
    if not name:
        raise ValidationError(_("This file has no name."))
    name = f"_{name}" if RESERVED.match(name) else name
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}" if dot and len(ending) <= MAX_ENDING else name[:MAX_NAME]


def check_upload(upload: File) -> tuple[str, str]:
    """The name and the content type under which this may be kept. Raises ValidationError that says what is wrong."""
    name = clean_name(upload.name or "")
    if not upload.size:
        raise ValidationError(_("%(name)s is empty."), params={"name": name})
    if upload.size > settings.MAX_UPLOAD_BYTES:
        raise ValidationError(
            _("%(name)s is too large: at most %(size)s."),
            params={"name": name, "size": filesizeformat(settings.MAX_UPLOAD_BYTES)},
        )
    try:
        return name, recognise(name, cast(IO[bytes], upload.file))
    except ValidationError as error:
        raise ValidationError("%(name)s: %(reason)s", params={"name": name, "reason": error.messages[0]}) from error


def store_upload(person: User, upload: File) -> StoredFile:
    """Keep an uploaded file and give its row. Call it inside the transaction that attaches it.

    The bytes are written before the row, so that a row never stands without its file. When the transaction fails,
    the bytes stay behind without a row, and `remove_strays` takes them away. Raises ValidationError.
    """
    name, content_type = check_upload(upload)
    stored = StoredFile(name=name, content_type=content_type, size=upload.size, uploaded_by=person)
    stored.sha256 = _hash(upload)
    upload.seek(0)
    default_storage.save(stored.storage_name, upload)
    try:
        with transaction.atomic():
            stored.save()
            _queue_text(stored)
    except BaseException:
        default_storage.delete(stored.storage_name)
        raise
    return stored


def _queue_text(stored: StoredFile) -> None:
    """Write down that the worker is to read it (community/texts.py), where it is of a kind that holds text."""
    is_readable = stored.content_type in KINDS
    FileText.objects.create(file=stored, state=TextState.WAITING if is_readable else TextState.NONE)
    if is_readable:
        TextOutbox.objects.create(file=stored)


def _hash(upload: File) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def open_stored(stored: StoredFile) -> IO[Any]:
    """The bytes of a file in the store. Raises FileNotFoundError where they are gone."""
    return cast(IO[Any], default_storage.open(stored.storage_name))


def remove_stored(stored: StoredFile) -> None:
    """Take a file out of the store: its row in this transaction, its bytes when that is committed."""
    name = stored.storage_name
    stored.delete()
    transaction.on_commit(lambda: default_storage.delete(name))


def remove_strays(now: datetime | None = None) -> int:
    """Remove bytes that no row speaks of, left by transactions that failed. Returns how many files."""
    before = (now or timezone.now()) - GRACE
    return sum(_remove_strays_in(folder, before) for folder in _list("")[0] if FOLDER.fullmatch(folder))


def _remove_strays_in(folder: str, before: datetime) -> int:
    names = [name for name in _list(folder)[1] if KEY.fullmatch(name)]
    known = StoredFile.objects.filter(uuid__in=map(UUID, names)).values_list("uuid", flat=True)
    strays = [f"{folder}/{name}" for name in set(names) - {uuid.hex for uuid in known}]
    removed = [name for name in strays if default_storage.get_modified_time(name) < before]
    for name in removed:
        default_storage.delete(name)
    return len(removed)


def _list(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever kept
        return [], []
