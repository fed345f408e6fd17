"""What this app adds to the pages of the base: the tab and the rooms of a community, and the topic of a room."""

from typing import Any, cast

from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chat import consumers
from chat.log import read_log
from chat.models import Room
from chat.selections import find_room, rooms_for, rooms_of, takes_part, with_unread
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


def rooms_with_news(request: HttpRequest) -> dict[str, Any] | None:
    """The rooms of one's own communities in which something was said that one has not read, for the front page."""
    user = cast(User, request.user)
    mine = with_unread(user, rooms_for(user)).filter(community__in=access.reach_of(user).roles, archived_at=None)
    new = mine.filter(unread__gt=0).order_by(F("latest_at").desc(nulls_last=True), "pk")
    return {"rooms": found, "names_community": True} if (found := list(new[:SHOWN])) else None


def register() -> None:
    """Add it all, when the site starts."""
    registry.add_home_section(registry.HomeSection("rooms", 20, "chat/_rooms_with_news.html", rooms_with_news))
    registry.add_tab(registry.Tab("rooms", _("Rooms"), "rooms", order=30))
    registry.add_section(registry.Section("rooms", 20, "chat/_rooms.html", rooms))
    register_topic(Topic("room", find_room, Log(last_seq, read_log, takes_part)))
    register_frame("send", consumers.send)
    register_frame("typing", consumers.typing)
    register_frame("read", consumers.read)
