"""Sending for many at once: what arrives while one transaction is committed goes together into the next.

A commit waits for the disk; shared by all that wait, it costs each of them little. Nobody is told that a message
is sent before its transaction is committed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error as DatabaseError
from django.db import transaction
from django.http import Http404

from chat.actions.messages import send_message
from chat.models import Room
from community.models import User

TOGETHER = 50
Result = int | Exception


@dataclass(frozen=True, eq=False)
class Draft:
    """A message that waits to be sent: by whom, where, its key and its text."""

    person: int
    room: int
    cid: UUID
    body: str


def send_all(drafts: Sequence[Draft]) -> list[Result]:
    """Send these in one transaction, in the order given per room: for each its number, or why it was not sent."""
    try:
        return _send_together(drafts)
    except DatabaseError as error:
        if len(drafts) == 1:
            return [error]
        return [result for draft in drafts for result in send_all([draft])]


def _send_together(drafts: Sequence[Draft]) -> list[Result]:
    results: dict[Draft, Result] = {}
    with transaction.atomic():
        # Rooms are locked in one order, so that two processes never wait for each other.
        for draft in sorted(drafts, key=lambda draft: draft.room):
            try:
                message = send_message(
                    actor=User(pk=draft.person), room=Room(pk=draft.room), body=draft.body, cid=draft.cid
                )
                results[draft] = message.seq
            except (Http404, PermissionDenied, ValidationError) as refusal:
                results[draft] = refusal
    return [results[draft] for draft in drafts]
