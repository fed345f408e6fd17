"""What this app adds to the pages of the base: the tab and the rooms of a community, and the topic of a room."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chat import consumers
from chat.log import read_log
from chat.models import Room
from chat.selections import find_room, rooms_of, takes_part
from community import access, registry
from community.live import Log, Topic, register_frame, register_topic
from community.models import Community, User

SHOWN = 8


def last_seq(room: Room) -> int:
    """The number that was given last in this room."""
    return room.last_seq


def rooms(request: HttpRequest, community: Community) -> dict[str, Any]:
    """The open rooms of this community, with how much is new in each."""
    user = cast(User, request.user)
    return {
        "community": community,
        "rooms": list(rooms_of(user, community).filter(archived_at=None)[:SHOWN]),
        "rights": access.rights(user, community, ["room.create"]),
    }


def register() -> None:
    """Add it all, when the site starts."""
    registry.add_tab(registry.Tab("rooms", _("Rooms"), "rooms", order=30))
    registry.add_section(registry.Section("rooms", 20, "chat/_rooms.html", rooms))
    register_topic(Topic("room", find_room, Log(last_seq, read_log, takes_part)))
    register_frame("send", consumers.send)
    register_frame("typing", consumers.typing)
    register_frame("read", consumers.read)
