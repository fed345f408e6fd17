"""What the pages of the chat app show, found through the access policy."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from chat.models import Message, ReadMark, Room
from community import access
from community.models import Community, User

MESSAGES_PER_PAGE = 50
SAME_BREATH = timedelta(minutes=5)  # lines of one person within this time stand together
MOST_SHOWN = 99
NUMBER_DIGITS = 15


def find_room(user: Any, pk: int) -> Room | None:
    """The room, where this person may see it."""
    return rooms_for(user).filter(pk=pk).first()


def takes_part(user: User, room: Room) -> bool:
    """Whether this person is shown to the others in the room: who may talk there, not who may only read."""
    return access.can(user, "room.send", room)


def rooms_for(user: Any) -> QuerySet[Room]:
    """The rooms that this person may see, with what decides about them."""
    return access.visible_to(user, Room.objects.select_related("community", "audience"))


def with_unread(user: User, rooms: QuerySet[Room]) -> QuerySet[Any]:
    """Rooms with `unread`, how many messages came since this person looked, and `latest_at`, when the last came."""
    mark = ReadMark.objects.filter(room=OuterRef("pk"), person=user).values("seq")[:1]
    latest = Message.objects.filter(room=OuterRef("pk"), hidden_at=None).order_by("-seq").values("created_at")[:1]
    return rooms.annotate(unread=F("last_seq") - Coalesce(Subquery(mark), 0), latest_at=Subquery(latest))


def rooms_of(user: User, community: Community) -> QuerySet[Room]:
    """The rooms of a community that this person may see; closed ones last."""
    rooms = with_unread(user, rooms_for(user)).filter(community=community)
    return rooms.order_by(F("archived_at").asc(nulls_first=True), "name")


@dataclass(frozen=True)
class Line:
    """A message as the page shows it."""

    message: Message
    day: date | None  # where it is the first of a day
    is_continued: bool  # the same person went on within five minutes
    is_first_new: bool


@dataclass(frozen=True)
class History:
    """Some of what was said in a room, oldest first."""

    lines: list[Line]
    has_older: bool
    has_newer: bool

    @property
    def first_seq(self) -> int:
        """The number of the oldest line."""
        return self.lines[0].message.seq if self.lines else 0

    @property
    def last_seq(self) -> int:
        """The number of the newest line."""
        return self.lines[-1].message.seq if self.lines else 0


def number_in(text: str | None) -> int | None:
    """A sequence number that came in an address; None for anything else."""
    if text and text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS:
        return int(text)
    return None


def history_of(user: User, room: Room, *, before: int | None, after: int | None, read: int | None) -> History:
    """Fifty messages: those before a number, those after one, or the latest. Two queries at most."""
    rows = access.visible_to(user, Message.objects.filter(room=room)).select_related("author__organisation", "room")
    if after is not None:
        found = list(rows.filter(seq__gt=after).order_by("seq")[: MESSAGES_PER_PAGE + 1])
        has_newer, has_older = len(found) > MESSAGES_PER_PAGE, after > 0
        messages = found[:MESSAGES_PER_PAGE]
    else:
        older = rows if before is None else rows.filter(seq__lt=before)
        found = list(older.order_by("-seq")[: MESSAGES_PER_PAGE + 1])
        has_older, has_newer = len(found) > MESSAGES_PER_PAGE, before is not None
        messages = found[:MESSAGES_PER_PAGE][::-1]
    return History(_lines(messages, read), has_older, has_newer)


def _lines(messages: list[Message], read: int | None) -> list[Line]:
    lines: list[Line] = []
    previous: Message | None = None
    for message in messages:
        day = timezone.localtime(message.created_at).date()
        is_new_day = previous is None or timezone.localtime(previous.created_at).date() != day
        is_first_new = read is not None and message.seq > read and (previous is None or previous.seq <= read)
        is_continued = (
            previous is not None
            and not is_new_day
            and not is_first_new
            and previous.author_id == message.author_id
            and message.created_at - previous.created_at < SAME_BREATH
        )
        lines.append(Line(message, day if is_new_day else None, is_continued, is_first_new))
        previous = message
    return lines
