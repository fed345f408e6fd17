"""A room, and people who follow it."""

import uuid
from collections.abc import Callable

import pytest

from chat import pace
from chat.models import Room
from community.models import Community, User
from tests import factories
from tests.live import Listener


@pytest.fixture(autouse=True)
def _fresh_pace() -> None:
    pace._buckets.clear()


@pytest.fixture
def room(ciso: Community, bram: User) -> Room:
    """A room of the closed community, for its members."""
    return factories.make_room(ciso, bram, name="Incidenten")


@pytest.fixture
def in_room(open_socket: Callable[..., Listener], room: Room) -> Callable[..., Listener]:
    """in_room(anna) is a socket of anna that follows the room."""

    def follow(person: User, **options: object) -> Listener:
        listener = open_socket(person, **options).sends("sub", room=room.pk, after=-1)
        listener.hears("live", room=room.pk)
        return listener

    return follow


@pytest.fixture
def say(room: Room) -> Callable[..., str]:
    """say(listener, "text") sends it to the room; gives the key of the message."""

    def send(listener: Listener, body: str, cid: str = "", **fields: object) -> str:
        cid = cid or str(uuid.uuid4())
        listener.sends("send", **{"room": room.pk, "cid": cid, "body": body, **fields})
        return cid

    return send
