"""What the listeners of a room are told after commit: that there is something to read in its log."""

from django.db import transaction

from chat.models import Room
from community import live


def announce_news(room: Room) -> None:
    """Something was added to the room's log."""
    transaction.on_commit(lambda: live.announce("room", room.pk, {"seq": room.last_seq}))
