"""The writer of a hub: what arrives while one transaction is committed goes together into the next.

Nobody is told that a message is sent, and nobody hears it, before its transaction is committed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import Error as DatabaseError
from django.db import connection

from chat.actions.sending import Draft, Senders, Sent, send_messages
from chat.log import entry_of
from chat.models import Room
from community.live.feeds import State
from community.live.rights import key_of
from community.live.topics import Entry
from community.models import AccessStamp

TOGETHER = 256  # messages
TOGETHER_SIZE = 48 * 1024  # characters of text: what is heard at once must stay small beside what may wait for a reader


@dataclass
class Written:
    """What came of a batch: per draft its number or why it was not sent; per room the new lines and its state."""

    results: list[int | Exception] = field(default_factory=list)
    entries: dict[int, list[Entry]] = field(default_factory=dict)
    states: dict[int, State] = field(default_factory=dict)


def take_batch(waiting: list[Draft]) -> int:
    """How many of these go into the next transaction: at least one, where there is one."""
    size = 0
    for count, draft in enumerate(waiting):
        size += len(draft.body)
        if count == TOGETHER or (count and size > TOGETHER_SIZE):
            return count
    return len(waiting)


def write(drafts: Sequence[Draft], senders: Senders) -> Written:
    """Send these together; where the database refuses one of them, each by itself."""
    try:
        outcomes = send_messages(drafts=drafts, senders=senders)
    except DatabaseError as error:
        senders.as_of(None)
        connection.close_if_unusable_or_obsolete()  # the server may have gone: the next batch connects anew
        if len(drafts) == 1:
            return Written([error])
        return _merge([write([draft], senders) for draft in drafts])
    stamp = _stamp_after_commit()
    written = Written()
    rooms: dict[int, Room] = {}
    for outcome in outcomes:
        if not isinstance(outcome, Sent):
            written.results.append(outcome)
            continue
        message = outcome.message
        written.results.append(message.seq)
        if outcome.is_new:
            rooms[message.room_id] = message.room
            written.entries.setdefault(message.room_id, []).append(entry_of(message))
    written.states = {pk: State(stamp, key_of(room)) for pk, room in rooms.items()}
    return written


def _stamp_after_commit() -> int | None:
    """The access stamp: what changed anybody's rights before the commit shows in it. None where it cannot be read."""
    try:
        return AccessStamp.read()
    except DatabaseError:  # what was committed is acknowledged all the same
        connection.close_if_unusable_or_obsolete()
        return None


def _merge(parts: list[Written]) -> Written:
    whole = Written()
    for part in parts:
        whole.results += part.results
        whole.states |= part.states
        for room, entries in part.entries.items():
            whole.entries.setdefault(room, []).extend(entries)
    return whole
