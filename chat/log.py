"""The log of a room as its listeners get it: messages, and what happened to them, by number."""

from typing import Any

from django.utils import timezone

from chat.models import Change, Message
from community.live.packets import encode
from community.live.topics import Entry


def message_frame(message: Message, kind: str = "msg", **fields: Any) -> dict[str, Any]:
    """A message as it travels. `ts` is in the time of the site, so that everybody reads the same clock."""
    return {
        "t": kind,
        "room": message.room_id,
        "seq": message.seq,
        "id": message.pk,
        "cid": str(message.cid),
        "a": message.author_id,
        "name": str(message.author),
        "initials": message.author.initials,
        "ts": timezone.localtime(message.created_at).isoformat(timespec="seconds"),
        "body": message.body,
        "html": message.html,
        **fields,
    }


def _gone_frame(message: Message, seq: int) -> dict[str, Any]:
    """A hidden message: its number is told, so that nobody waits for it, and nothing of what it said."""
    return {"t": "del", "room": message.room_id, "seq": seq, "of": message.seq}


def entry_of(row: Message | Change) -> Entry:
    """A line, or what happened to one, as its listeners get it."""
    message = row if isinstance(row, Message) else row.message
    if message.hidden_at is not None:
        frame = _gone_frame(message, row.seq)
    elif isinstance(row, Message):
        frame = message_frame(message)
    else:
        frame = message_frame(message, "edit", seq=row.seq, of=message.seq)
    return Entry(row.seq, encode(frame))


def read_log(room: int, after: int, limit: int) -> list[Entry]:
    """What follows number `after` in the room, at most `limit` entries. Whoever asks has checked who may see it."""
    messages = Message.objects.filter(room=room, seq__gt=after).select_related("author").order_by("seq")[:limit]
    changes = Change.objects.filter(room=room, seq__gt=after).select_related("message__author").order_by("seq")[:limit]
    rows: list[Message | Change] = [*messages, *changes]
    rows.sort(key=lambda row: row.seq)
    return [entry_of(row) for row in rows[:limit]]
