"""The frames of a chat that clients send: send, typing, read."""

import logging
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error as DatabaseError
from django.http import Http404

from chat.actions.reading import mark_read
from chat.actions.sending import Draft, Senders
from chat.models import Room
from chat.pace import pause_needed
from chat.writer import take_batch, write
from community import access
from community.live import metrics, relay
from community.live.connections import Connection
from community.live.database import DatabaseThread
from community.live.hub import Hub
from community.live.limits import MAX_DIGITS, MAX_NUMBER
from community.live.topics import BadFrameError
from community.models import User

logger = logging.getLogger(__name__)

MAX_UNACKNOWLEDGED = 64
TYPING_SECONDS = 3.0
READ_SECONDS = 2.0
BUSY_SECONDS = 1.0


@dataclass
class Waiting:
    """The messages of a hub that wait for the next transaction, each with the socket that awaits its answer."""

    drafts: list[Draft] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    senders: Senders = field(default_factory=Senders)


def _room_of(frame: dict[str, Any]) -> int:
    topic = frame.get("topic")
    room: Any = frame.get("room")
    if isinstance(topic, str) and topic.startswith("room:"):
        number = topic.removeprefix("room:")
        room = int(number) if number.isascii() and number.isdigit() and len(number) < MAX_DIGITS else None
    if type(room) is not int or not 0 < room < MAX_NUMBER:
        raise BadFrameError
    return room


def _draft_of(connection: Connection, frame: dict[str, Any]) -> Draft:
    cid, body = frame.get("cid"), frame.get("body")
    if not isinstance(cid, str) or not isinstance(body, str):
        raise BadFrameError
    try:
        key = UUID(cid)
    except ValueError:
        raise BadFrameError from None
    # Who sends is who opened the socket, whatever the frame says.
    return Draft(connection.holder.pk, _room_of(frame), key, body)


# -- send


async def send(connection: Connection, frame: dict[str, Any]) -> None:
    """Take a message in; its `ack` or `nack` follows when it is committed or refused."""
    draft = _draft_of(connection, frame)
    unacknowledged = connection.memory.setdefault("unacknowledged", 0)
    pause = BUSY_SECONDS if unacknowledged >= MAX_UNACKNOWLEDGED else pause_needed(draft.person)
    if pause:
        connection.tell("nack", cid=str(frame["cid"]), code="rate", retry_after=round(pause, 2))
        return
    connection.memory["unacknowledged"] += 1
    hub = connection.hub
    waiting: Waiting = hub.memory.setdefault("chat", Waiting())
    waiting.drafts.append(draft)
    waiting.connections.append(connection)
    if not hub.is_writing:
        hub.is_writing = True
        hub.start(_write(hub, waiting))


async def _write(hub: Hub, waiting: Waiting) -> None:
    try:
        while waiting.drafts:
            count = take_batch(waiting.drafts)
            drafts, waiting.drafts = waiting.drafts[:count], waiting.drafts[count:]
            connections, waiting.connections = waiting.connections[:count], waiting.connections[count:]
            started = time.monotonic()
            written = await hub.thread("writer").run(write, drafts, waiting.senders)
            metrics.count("commits")
            metrics.count("messages", sum(map(len, written.entries.values())))
            metrics.note("batch_size", count)
            metrics.note("commit_seconds", time.monotonic() - started)
            for connection, draft, result in zip(connections, drafts, written.results, strict=True):
                connection.memory["unacknowledged"] -= 1
                _acknowledge(connection, draft, result)
            for room, entries in written.entries.items():
                hub.hear_entries(f"room:{room}", entries, written.states[room])
            news = [["room", room, {"seq": entries[-1].seq}] for room, entries in written.entries.items()]
            relay.tell_soon(hub, {"announce": news})
    finally:
        hub.is_writing = False


def _acknowledge(connection: Connection, draft: Draft, result: int | Exception) -> None:
    cid, room = str(draft.cid), draft.room
    if isinstance(result, int):
        connection.tell("ack", cid=cid, room=room, seq=result)
    elif isinstance(result, ValidationError):
        connection.tell("nack", cid=cid, room=room, code="invalid", text=" ".join(result.messages))
    elif isinstance(result, PermissionDenied):
        connection.tell("nack", cid=cid, room=room, code="forbidden")
    elif isinstance(result, Http404):
        connection.tell("nack", cid=cid, room=room, code="not_found")
    else:
        # Its kind alone: the database's own words may hold the row.
        logger.error("A message could not be written: %s", type(result).__name__)
        connection.tell("nack", cid=cid, room=room, code="busy", retry_after=BUSY_SECONDS)


# -- typing


async def typing(connection: Connection, frame: dict[str, Any]) -> None:
    """Tell the others in the room that this person is typing: at most once in three seconds, kept nowhere."""
    room = _room_of(frame)
    key = f"room:{room}"
    subscription = connection.subscriptions.get(key)
    told_at: dict[int, float] = connection.memory.setdefault("typing", {})
    now = time.monotonic()
    if subscription is None or not subscription.takes_part or now - told_at.get(room, -TYPING_SECONDS) < TYPING_SECONDS:
        return
    told_at[room] = now
    holder = connection.holder
    connection.hub.whisper(key, {"t": "typing", "room": room, "a": holder.pk, "name": holder.name}, holder.pk)


# -- read


async def read(connection: Connection, frame: dict[str, Any]) -> None:
    """Remember how far this person has read; it is written a little later, or when the socket ends."""
    room, seq = _room_of(frame), frame.get("seq")
    if type(seq) is not int or not 0 <= seq < MAX_NUMBER:
        raise BadFrameError
    marks: dict[int, int] = connection.memory.setdefault("read", {})
    if f"room:{room}" not in connection.subscriptions:
        return
    if not marks:
        call = connection.hub.loop.call_later(READ_SECONDS, _write_marks, connection)
        connection.at_end.append(call.cancel)
        connection.at_end.append(lambda: _write_marks(connection))
    marks[room] = max(seq, marks.get(room, 0))


def _write_marks(connection: Connection) -> None:
    marks, connection.memory["read"] = connection.memory["read"], {}
    connection.at_end.clear()
    if marks:
        thread: DatabaseThread = connection.hub.thread("writer")
        thread.submit(_mark_all, connection.holder.pk, marks)


def _mark_all(person: int, marks: dict[int, int]) -> None:
    try:
        user = User.objects.get(pk=person)
        access.remember(user)
        for room in Room.objects.filter(pk__in=marks).select_related("community", "audience"):
            mark_read(actor=user, room=room, seq=marks[room.pk])
    except (DatabaseError, Http404, PermissionDenied, User.DoesNotExist):
        logger.warning("How far somebody has read could not be written.", exc_info=True)
