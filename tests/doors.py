"""The doors of the site: for each named address who may go through, of those who see the thing behind it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from community.models import Openness

PEOPLE = ("anna", "bram", "carla", "dirk", "beheer", "visitor")
EVERYBODY = frozenset(PEOPLE)
PROFESSIONALS = EVERYBODY - {"visitor"}
MEMBERS = frozenset({"anna", "bram"})
FACILITATOR = frozenset({"bram"})
AUTHOR = frozenset({"anna"})
ADMINISTRATOR = frozenset({"beheer"})
OUTSIDERS = frozenset({"carla", "dirk", "beheer"})
NOBODY: frozenset[str] = frozenset()

# allauth's pages and Django's administration: made and tested elsewhere.
FOREIGN = ("account_", "usersessions_", "admin:", "admin_login")

Fields = dict[str, Any]


@dataclass(frozen=True)
class Door:
    """One way to call one address.

    `thing` names what in the world of the matrix it is about, `may` who goes through of those who see it, per
    openness where that differs; `open_to` who goes through whatever they see; `also` statuses of 400 and up that
    mean that somebody was let through (422: the form was empty).
    """

    thing: str = "site"
    may: frozenset[str] | dict[Openness, frozenset[str]] = PROFESSIONALS
    method: str = "get"
    by: str = "pk"
    sees: frozenset[str] | None = None
    open_to: frozenset[str] = NOBODY
    also: tuple[int, ...] = (422,)
    fields: Fields = field(default_factory=dict)
    named: Callable[[SimpleNamespace], Fields] | None = None

    def kwargs(self, world: SimpleNamespace) -> Fields:
        """What the address is made with."""
        if self.named:
            return self.named(world)
        return {} if self.thing == "site" else {self.by: getattr(getattr(world, self.thing), self.by)}

    def data(self, world: SimpleNamespace) -> Fields:
        """What is sent: the query, or the form."""
        return {name: value(world) if callable(value) else value for name, value in self.fields.items()}

    def who_may(self, openness: Openness) -> frozenset[str]:
        """Who goes through, of those who see the thing."""
        return self.may[openness] if isinstance(self.may, dict) else self.may


def page(**options: Any) -> Door:
    """A page that is read."""
    return Door(**options)


def form(**options: Any) -> Door:
    """A form that is sent."""
    return Door(method="post", **options)


def reading_and_sending(**options: Any) -> list[Door]:
    """A page with a form that is sent to the same address."""
    return [page(**options), form(**options)]


OPEN = [page(open_to=EVERYBODY)]
STEWARDS = FACILITATOR | ADMINISTRATOR


def for_thing(thing: str, may: frozenset[str], **options: Any) -> list[Door]:
    """A page with its form about one thing."""
    return reading_and_sending(thing=thing, may=may, **options)


def for_community(may: frozenset[str] = PROFESSIONALS, **options: Any) -> Door:
    """A page about a community."""
    return page(thing="community", by="slug", may=may, **options)


COMMUNITY: dict[str, list[Door]] = {
    "home": [page()],
    "waiting": [page(open_to=PROFESSIONALS)],
    "set_language": [form(open_to=EVERYBODY)],
    "health": OPEN,
    "metrics": [page(may=NOBODY, sees=NOBODY)],
    "robots": OPEN,
    "security_contact": OPEN,
    "accessibility": OPEN,
    "privacy": OPEN,
    "labels": OPEN,
    "theme": [page(thing="theme", by="slug")],
    "communities": [page()],
    "community_new": reading_and_sending(may=ADMINISTRATOR),
    "community": [for_community()],
    "community_edit": for_thing("community", STEWARDS, by="slug"),
    "membership": [
        for_community(),
        form(
            thing="community",
            by="slug",
            may={
                Openness.OPEN: OUTSIDERS,
                Openness.CLOSED: OUTSIDERS,
                Openness.HIDDEN: NOBODY,
            },
        ),
    ],
    "membership_end": for_thing("community", MEMBERS, by="slug"),
    "join_requests": [for_community(FACILITATOR)],
    "request_withdrawal": [form(thing="community", by="slug")],
    "members": [for_community(MEMBERS | ADMINISTRATOR)],
    "bans": [for_community(STEWARDS)],
    "ban_new": for_thing(
        "community", STEWARDS, named=lambda world: {"slug": world.community.slug, "pk": world.person.pk}
    ),
    "admission": [form(thing="request", may=FACILITATOR)],
    "rejection": for_thing("request", FACILITATOR),
    "member_role": for_thing("membership", ADMINISTRATOR),
    "member_removal": for_thing("membership", STEWARDS),
    "ban_lifting": [form(thing="ban", may=STEWARDS)],
    "people": [page(may=ADMINISTRATOR)],
    "profile_edit": reading_and_sending(),
    "approvals": [page(may=ADMINISTRATOR)],
    "person": [page(thing="person")],
    "approval": [form(thing="waiting", may=ADMINISTRATOR)],
    "refusal": for_thing("waiting", ADMINISTRATOR),
    "person_activity": for_thing("person", ADMINISTRATOR),
}

by_uuid: dict[str, Any] = {"thing": "attachment", "named": lambda world: {"uuid": world.attachment.file.uuid}}
FORUMS: dict[str, list[Door]] = {
    "threads": [for_community()],
    "thread_new": for_thing("community", MEMBERS, by="slug"),
    "thread": [page(thing="thread")],
    "thread_edit": for_thing("thread", MEMBERS),
    "replies": [form(thing="thread", may=MEMBERS)],
    "posts": [page(thing="thread", fields={"after": 0})],
    "unread": [page(thing="thread")],
    "read": [form(thing="thread", fields={"number": 1})],
    "thread_lock": [form(thing="thread", may=FACILITATOR)],
    "thread_pin": [form(thing="thread", may=FACILITATOR)],
    "thread_hiding": for_thing("thread", FACILITATOR),
    "thread_label": for_thing("thread", MEMBERS),
    "post": [page(thing="post")],
    "post_edit": for_thing("post", AUTHOR),
    "post_hiding": for_thing("post", FACILITATOR),
    "preview": [form()],
    "drafts": reading_and_sending(also=(400, 422)),
    "draft_removal": [form(thing="draft", sees=AUTHOR, may=AUTHOR)],
    "attachment": [page(**by_uuid)],
    "attachment_removal": [form(may=AUTHOR, **by_uuid)],
    "practices": [page()],
    "community_practices": [for_community()],
    "practice_new": for_thing("community", MEMBERS, by="slug"),
    "practice": [page(thing="practice")],
    "practice_edit": for_thing("practice", MEMBERS),
    "practice_publication": [form(thing="practice", may=FACILITATOR)],
    "practice_hiding": for_thing("practice", FACILITATOR),
    "practice_label": for_thing("practice", MEMBERS),
}

CHAT: dict[str, list[Door]] = {
    "rooms": [for_community()],
    "room_new": for_thing("community", FACILITATOR, by="slug"),
    "room": [page(thing="room")],
    "room_edit": for_thing("room", FACILITATOR),
    "room_read": [form(thing="room", fields={"seq": 1})],
    "messages": [form(thing="room", may=MEMBERS)],
    "message_hiding": [form(thing="message", may=FACILITATOR, fields={"hidden": 1})],
}

# 503: there is no index in this test
# Searching inside something shows its name to who sees it, and to nobody else.
inside: dict[str, Any] = {
    "thread": lambda world: f"thread:{world.thread.pk}",
    "room": lambda world: f"room:{world.room.pk}",
    "community": lambda world: f"community:{world.community.slug}",
}
SEARCH: dict[str, list[Door]] = {
    "search": [
        page(fields={"q": "Draad"}, also=(503,)),
        page(fields={"words": "Draad", "community": lambda world: world.community.slug}, also=(503,)),
        *(page(fields={"q": "-x", "in": place}) for place in inside.values()),
        *(page(fields={"q": "Draad type:thread", "in": place}, also=(503,)) for place in inside.values()),
    ],
    "suggestions": [page(fields={"q": "Draad"}, also=(503,))],
    "visits": [form(also=(400,))],
    "saved_searches": reading_and_sending(),
    "saved_search": for_thing("saved", AUTHOR, sees=AUTHOR),
    "saved_search_removal": [form(thing="saved", sees=AUTHOR, may=AUTHOR)],
    "recent_searches_removal": [form()],
    "recent_search_removal": [form(thing="recent", sees=AUTHOR, may=AUTHOR)],
    "search_history": [form()],
    "search_index": [page(may=ADMINISTRATOR)],
    "index_builds": [form(may=ADMINISTRATOR)],
    "beyond": reading_and_sending(fields={"q": "Kring"}),
    "search_report": [page(may=ADMINISTRATOR)],
    "wishes": [page()],
    "wish_pickup": [form(thing="wish")],
    "wish_release": [form(thing="wish", may=STEWARDS)],
    "wish_removal": [form(thing="wish", may=STEWARDS)],
    "go": [page(fields={"q": "a"})],
    "go_suggestions": [page(fields={"q": "a"})],
    "lexicon": [page(may=ADMINISTRATOR)],
    "lexicon_new": reading_and_sending(may=ADMINISTRATOR),
    "lexicon_off": [form(may=ADMINISTRATOR)],
    "lexicon_entry": for_thing("word", ADMINISTRATOR),
    "lexicon_removal": [form(thing="word", may=ADMINISTRATOR)],
}

DOORS: dict[str, list[Door]] = {**COMMUNITY, **FORUMS, **CHAT, **SEARCH}
