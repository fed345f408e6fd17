"""What a reader can name in a query: communities, themes, organisations, and the thread or room to search in.

What somebody may not see and what is not there are the same here: None.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from django.db.models import Q

from chat.models import Message, Room
from community import access
from community.models import Community, Organisation, Theme, User
from forums.models import Post, Practice, Thread
from search.analysis import fold

MAX_DIGITS = 18
Thing = TypeVar("Thing", Community, Theme, Organisation)


@dataclass(frozen=True, slots=True)
class Whole:
    """Where a search stays inside: its key ("thread:12", "room:3", "community:slug"), name and address."""

    key: str
    kind: str
    name: str
    url: str
    pk: int


class Known:
    """The names that one reader knows, each read from the database when it is first needed."""

    def __init__(self, user: access.Person) -> None:
        self.user = user

    @cached_property
    def themes(self) -> list[Theme]:
        """All themes: they are no secret."""
        return list(Theme.objects.all())

    @cached_property
    def own_communities(self) -> list[Community]:
        """Those that the reader is in."""
        return [membership.community for membership in access.reach_of(self.user).memberships]

    @cached_property
    def _communities(self) -> list[Community]:
        return list(access.visible_to(self.user, Community.objects.all()))

    def community(self, written: str) -> Community | None:
        """The community of this slug or name. One's own are at hand; others cost a query."""
        return _named(written, self.own_communities) or _named(written, self._communities)

    def theme(self, written: str) -> Theme | None:
        """The theme of this slug or name, in either language."""
        return _named(written, self.themes)

    def organisation(self, written: str) -> Organisation | None:
        """The organisation of this slug or name, if somebody works there, or wrote something, whom the reader sees."""
        if not access.reach_of(self.user).is_professional:
            return None
        people = access.visible_to(self.user, User.objects.all())
        seen = _named(written, Organisation.objects.filter(pk__in=people.order_by().values("organisation")))
        if seen:
            return seen
        found = _named(written, Organisation.objects.filter(Q(slug__iexact=written) | Q(name__iexact=written)))
        return found if found and self._reads_something_of(found) else None

    def _reads_something_of(self, organisation: Organisation) -> bool:
        return any(
            access.visible_to(self.user, model._default_manager.filter(author__organisation=organisation)).exists()
            for model in (Practice, Thread, Post, Message)
        )

    def whole(self, key: str) -> Whole | None:
        """The community, thread or room of this key."""
        kind, _colon, name = key.partition(":")
        if kind == "community":
            community = self.community(name)
            return _whole(f"community:{community.slug}", community.name, community) if community else None
        if kind not in ("thread", "room") or not (name.isascii() and name.isdigit()) or len(name) > MAX_DIGITS:
            return None
        if kind == "thread":
            thread = access.visible_to(self.user, Thread.objects.filter(pk=int(name))).first()
            return _whole(f"thread:{thread.pk}", thread.title, thread) if thread else None
        room = access.visible_to(self.user, Room.objects.filter(pk=int(name))).first()
        if room is None or not access.can(self.user, "room.view", room):
            return None
        return _whole(f"room:{room.pk}", room.name, room)


def _whole(key: str, name: str, thing: Community | Thread | Room) -> Whole:
    return Whole(key, key.partition(":")[0], name, thing.get_absolute_url(), thing.pk)


def _named(written: str, things: Iterable[Thing]) -> Thing | None:
    """The thing of this slug, else of this name, whatever its capitals and accents."""
    wanted = fold(written)
    known = list(things)
    for thing in known:
        if thing.slug == wanted:
            return thing
    for thing in known:
        names = (thing.name, getattr(thing, "name_en", ""))
        if wanted in (fold(name) for name in names if name):
            return thing
    return None
