"""Unfinished texts: saved while somebody types, checked by a sequence number, gone when they are posted."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community.models import User
from forums.actions.writing import TITLE_LENGTH
from forums.models import Draft
from forums.places import find_place

# More than may be posted: a text that is still too long must not be lost.
MAX_CHARACTERS = 100_000


class StaleDraftError(Exception):
    """The draft was saved, posted or thrown away elsewhere since this tab last heard of it."""


def save_draft(*, actor: User, place: str, title: str = "", body: str, sequence: int) -> int:
    """Save on top of the version with this sequence number (0: none yet); gives the new number.

    Raises StaleDraftError, changing nothing, where the draft has another number by now; Http404 for a place
    that the person cannot see; ValidationError where the text is too long.
    """
    title = title.replace("\0", "")[:TITLE_LENGTH]
    body = body.replace("\0", "")
    if len(body) > MAX_CHARACTERS:
        raise ValidationError({"body": _("This text is too long to keep as a draft.")})
    find_place(actor, place)
    with transaction.atomic():
        if sequence == 0:
            _make(actor, place, title, body)
            return 1
        changed = Draft.objects.filter(person=actor, place=place, sequence=sequence).update(
            title=title, body=body, sequence=sequence + 1, updated_at=timezone.now()
        )
        if not changed:
            raise StaleDraftError
        return sequence + 1


def _make(actor: User, place: str, title: str, body: str) -> None:
    try:
        with transaction.atomic():
            Draft.objects.create(person=actor, place=place, title=title, body=body, sequence=1)
    except IntegrityError as error:
        raise StaleDraftError from error


def discard_draft(*, actor: User, draft: Draft) -> None:
    """Throw one's own draft away; somebody else's does not exist."""
    Draft.objects.filter(person=actor, pk=draft.pk).delete()


def clear_draft(*, actor: User, place: str) -> None:
    """The text was posted: its draft has done its work. Called inside the transaction that posts."""
    Draft.objects.filter(person=actor, place=place).delete()
