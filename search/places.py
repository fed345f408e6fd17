"""Where somebody can go: communities, rooms, threads, practices and people, by a part of their name or its initials.

One query for all kinds, a few of each: first what is one's own, then what was used or written last.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chat.models import ReadMark, Room
from community import access
from community.models import Community, User
from forums.models import Practice, ReadPosition, Thread

EACH = 6  # of a kind
MOST_CHARACTERS = 100
MOST_WORDS = 6
FEWEST_INITIALS, MOST_INITIALS = 2, 5
# Words that initials leave out (Anna de Vries is AV, and ADV too).
SMALL_WORDS = "aan|bij|d|de|den|der|en|het|in|of|op|over|t|te|ten|ter|van|voor|and|for|of|the"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
NO_TEXT = Value("", output_field=CharField())
NO_TIME = Cast(Value(None), DateTimeField())


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go. `context` is what it is part of: a community, an organisation or a theme."""

    kind: str
    pk: int
    name: str
    slug: str
    context: str
    label: str
    is_own: int
    at: datetime | None

    @property
    def url(self) -> str:
        """Its page."""
        return reverse(self.kind, args=[self.slug or self.pk])


@dataclass(frozen=True)
class Kind:
    """A kind of place: what of it is offered before anything is typed, and what each column shows."""

    plural: Promise
    rows: Callable[[access.Person], QuerySet[Any]]
    name: str
    context: str
    before: Callable[[access.Person], Q]
    has_initials: bool = False
    slug: Any = NO_TEXT
    label: Any = NO_TEXT


NOTHING = Q(pk__in=[])


def _own(user: access.Person, field: str = "community") -> Q:
    # No row has key 0: from a condition that is never met Django makes ORDER BY 0, which PostgreSQL reads as a column.
    return Q(**{f"{field}__in": [0, *access.reach_of(user).roles]})


def _communities(user: access.Person) -> QuerySet[Any]:
    return _ranked(Community.objects.all(), _own(user, "pk"), NO_TIME)


def _rooms(user: access.Person) -> QuerySet[Any]:
    used = ReadMark.objects.filter(room=OuterRef("pk"), person=user.pk).values("updated_at")
    return _ranked(Room.objects.all(), _own(user), Subquery(used))


def _threads(user: access.Person) -> QuerySet[Any]:
    used = ReadPosition.objects.filter(thread=OuterRef("pk"), person=user.pk).values("updated_at")
    return _ranked(Thread.objects.all(), _own(user), Coalesce(Subquery(used), F("last_post_at")))


def _practices(user: access.Person) -> QuerySet[Any]:
    return _ranked(Practice.objects.all(), _own(user), F("updated_at"))


def _people(user: access.Person) -> QuerySet[Any]:
    return _ranked(User.objects.all(), Q(organisation=getattr(user, "organisation_id", None) or 0), NO_TIME)


def _ranked(rows: QuerySet[Any], own: Q, at: Any) -> QuerySet[Any]:
    is_own = Case(When(own, then=1), default=0, output_field=IntegerField())
    return rows.annotate(place_own=is_own, place_at=at)


KINDS = {
    "community": Kind(_("Communities"), _communities, "name", "theme__name", lambda user: _own(user, "pk"),
                      has_initials=True, slug=F("slug")),
    "room": Kind(_("Rooms"), _rooms, "name", "community__name", lambda user: Q(read_marks__person=user.pk),
                 has_initials=True, label=F("label")),
    "thread": Kind(_("Threads"), _threads, "title", "community__name", lambda user: Q(read_positions__person=user.pk),
                   label=F("label")),
    "practice": Kind(_("Practices"), _practices, "title", "community__name", lambda _user: NOTHING, label=F("label")),
    "person": Kind(_("People"), _people, "name", "organisation__name", lambda _user: NOTHING, has_initials=True),
}  # fmt: skip
COLUMNS = ("kind", "pk", "name", "slug", "context", "label", "is_own", "at")


def places_for(user: access.Person, text: str) -> list[Place]:
    """The places that this person may see and that are called so; for no text, what they used last. One query."""
    words = text.replace("\x00", "")[:MOST_CHARACTERS].split()[:MOST_WORDS]
    first, *others = (_selection(user, name, kind, words) for name, kind in KINDS.items())
    places = [Place(*values) for values in first.union(*others, all=True)]
    order = list(KINDS)
    return sorted(places, key=lambda one: (
        order.index(one.kind), -one.is_own, -(one.at or LONG_AGO).timestamp(), one.name.casefold(),
    ))  # fmt: skip


def by_kind(places: list[Place]) -> Iterator[tuple[Promise, list[Place]]]:
    """The places of `places_for` under the name of their kind."""
    for name, some in groupby(places, key=lambda one: one.kind):
        yield KINDS[name].plural, list(some)


def _selection(user: access.Person, name: str, kind: Kind, words: list[str]) -> QuerySet[Any, tuple[Any, ...]]:
    """The few best of a kind. What is chosen is a subquery: SQLite takes no order inside a union."""
    rows = kind.rows(user)
    called_so = _is_called(kind, words) if words else kind.before(user)
    best = access.visible_to(user, rows.filter(called_so)).order_by(
        "-place_own", F("place_at").desc(nulls_last=True), kind.name, "pk"
    )
    context = Coalesce(F(kind.context), NO_TEXT, output_field=CharField())
    return (
        rows.filter(pk__in=best.values("pk")[:EACH])
        .annotate(
            place_kind=Value(name, output_field=CharField()), place_name=F(kind.name), place_slug=kind.slug,
            place_context=context, place_label=kind.label,
        )
        .order_by()
        .values_list("place_kind", "pk", "place_name", "place_slug", "place_context", "place_label", "place_own",
                     "place_at")
    )  # fmt: skip


def _is_called(kind: Kind, words: list[str]) -> Q:
    parts = Q()
    for word in words:
        parts &= Q(**{f"{kind.name}__icontains": word})
    letters = words[0] if len(words) == 1 and words[0].isalnum() else ""
    if kind.has_initials and FEWEST_INITIALS <= len(letters) <= MOST_INITIALS:
        parts |= Q(**{f"{kind.name}__iregex": _initials(letters)})
    return parts


def _initials(letters: str) -> str:
    """Words in a row that begin with these letters, in the regular expressions of both databases."""
    between = rf"\w*\W+(?:(?:{SMALL_WORDS})\W+)*"
    return r"(?:^|\W)" + between.join(re.escape(letter) for letter in letters)
