"""Sending: what many people say goes into one transaction; a form sends a batch of one.

A transaction waits for the disk, and asks a dozen questions of the database. Shared by all who wait, it costs each of
them little. The number of queries does not depend on the number of messages, people or rooms.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from chat.actions.locking import lock_rooms
from chat.broadcast import announce_news
from chat.models import Message, ReadMark, Room
from chat.rendering import clean_body, render_line
from community import access
from community.live.rights import Key, key_of
from community.markdown import RENDERER_VERSION
from community.models import AccessStamp, User
from community.signals import contents_saved

Refusal = Http404 | PermissionDenied | ValidationError


@dataclass(frozen=True, eq=False)
class Draft:
    """A message that waits to be sent: by whom, where, its key and its text."""

    person: int
    room: int
    cid: UUID
    body: str

    @property
    def once(self) -> tuple[int, int, UUID]:
        """What is sent once only."""
        return self.room, self.person, self.cid


@dataclass(frozen=True)
class Sent:
    """A message that is in the room. Not `is_new` where it was sent before under the same key."""

    message: Message
    is_new: bool = True


@dataclass
class Senders:
    """Who was found to be allowed to send where, as long as the access stamp stays the same."""

    stamp: int | None = None
    known: dict[tuple[int, int, Key | None], User] = field(default_factory=dict)

    def as_of(self, stamp: int | None) -> "Senders":
        """Forget everybody where the stamp is another, or not known."""
        if stamp is None or stamp != self.stamp:
            self.stamp, self.known = stamp, {}
        return self


def send_message(*, actor: User, room: Room, body: str, cid: UUID) -> Message:
    """A new line in the room, with the next number; the same `cid` sent again gives the line that is there.

    Raises Http404, PermissionDenied or ValidationError.
    """
    with transaction.atomic():
        [outcome] = send_messages(drafts=[Draft(actor.pk, room.pk, cid, body)])
        if isinstance(outcome, Sent) and outcome.is_new:
            announce_news(outcome.message.room)
    if not isinstance(outcome, Sent):
        raise outcome
    return outcome.message


def send_messages(*, drafts: Sequence[Draft], senders: Senders | None = None) -> list[Sent | Refusal]:
    """Send these in one transaction, in the order given per room: for each what came of it.

    The rights are asked inside the transaction, of what `senders` does not know. Announces nothing.
    """
    outcomes: dict[Draft, Sent | Refusal] = {}
    bodies = _clean(drafts, outcomes)
    with transaction.atomic():
        rooms = lock_rooms(pks=[draft.room for draft in bodies])
        known = Senders() if senders is None else senders.as_of(AccessStamp.read())
        authors = _authors(bodies, rooms, known, outcomes)
        before = _sent_before(authors)
        new: dict[tuple[int, int, UUID], Message] = {}
        for draft, author in authors.items():
            room = rooms[draft.room]
            if message := before.get(draft.once) or new.get(draft.once):
                outcomes[draft] = Sent(message, is_new=False)
            elif room.archived_at is not None:
                outcomes[draft] = ValidationError(_("This room is closed."))
            else:
                new[draft.once] = _next_message(draft, author, room, bodies[draft])
                outcomes[draft] = Sent(new[draft.once])
        if new:
            _write(list(new.values()))
    return [outcomes[draft] for draft in drafts]


def _clean(drafts: Iterable[Draft], outcomes: dict[Draft, Sent | Refusal]) -> dict[Draft, tuple[str, str]]:
    """Text and HTML of each, before anything is locked."""
    bodies = {}
    for draft in drafts:
        try:
            body = clean_body(draft.body)
            bodies[draft] = body, render_line(body)
        except ValidationError as refusal:
            outcomes[draft] = refusal
    return bodies


def _authors(
    drafts: Iterable[Draft], rooms: dict[int, Room], senders: Senders, outcomes: dict[Draft, Sent | Refusal]
) -> dict[Draft, User]:
    """Who sends each of them, where they may."""
    keys = {draft: (draft.person, draft.room, key_of(rooms.get(draft.room))) for draft in drafts}
    unknown = {draft.person for draft, key in keys.items() if key not in senders.known}
    people = {user.pk: user for user in User.objects.filter(pk__in=unknown)} if unknown else {}
    if people:
        access.remember_all(people.values())
    authors = {}
    for draft, key in keys.items():
        try:
            if key not in senders.known:
                if draft.person not in people or draft.room not in rooms:
                    raise Http404
                access.require(people[draft.person], "room.send", rooms[draft.room])
                senders.known[key] = people[draft.person]
            authors[draft] = senders.known[key]
        except (Http404, PermissionDenied) as refusal:
            outcomes[draft] = refusal
    return authors


def _sent_before(authors: dict[Draft, User]) -> dict[tuple[int, int, UUID], Message]:
    """Messages that are there already under the key of one of these. One query, where there are none."""
    rows = Message.objects.filter(
        room__in={draft.room for draft in authors},
        author__in={draft.person for draft in authors},
        cid__in={draft.cid for draft in authors},
    ).order_by()
    keys = list(rows.values_list("pk", flat=True))
    found = Message.objects.filter(pk__in=keys).select_related("author", "room") if keys else ()
    return {(message.room_id, message.author_id, message.cid): message for message in found}


def _next_message(draft: Draft, author: User, room: Room, body: tuple[str, str]) -> Message:
    room.last_seq += 1
    return Message(
        room=room, seq=room.last_seq, cid=draft.cid, community_id=room.community_id, author=author, label=room.label,
        audience_id=room.audience_id, body=body[0], html=body[1], renderer=RENDERER_VERSION,
    )  # fmt: skip


def _write(messages: list[Message]) -> None:
    Message.objects.bulk_create(messages)
    rooms = list({message.room_id: message.room for message in messages}.values())
    if len(rooms) == 1:
        Room.objects.filter(pk=rooms[0].pk).update(last_seq=rooms[0].last_seq)
    else:
        Room.objects.bulk_update(rooms, ["last_seq"])
    _read_own(messages)
    contents_saved.send(sender=Message, instances=messages)


def _read_own(messages: list[Message]) -> None:
    """Who had read everything has read their own line too."""
    rows = ReadMark.objects.filter(
        person__in={message.author_id for message in messages}, room__in={message.room_id for message in messages}
    )
    marks = {(mark.person_id, mark.room_id): mark for mark in rows.only("person_id", "room_id", "seq")}
    moved = set()
    for message in messages:
        mark = marks.get((message.author_id, message.room_id))
        if mark is not None and mark.seq == message.seq - 1:
            mark.seq = message.seq
            moved.add(mark)
    if moved:  # nobody else moves them past this: the rooms are locked, and marks reach no further than their rooms
        ReadMark.objects.bulk_update(moved, ["seq"])
