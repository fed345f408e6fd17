"""What the database says of the hits of a search, to somebody who may see them: all kinds in one query."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Aggregate,
    BooleanField,
    CharField,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from chat.models import Message
from community import access
from forums.models import Practice
from search.documents import HAS_FILE, KINDS, THREAD_STATUS

BETWEEN_TAGS = "\x1f"  # "unit separator": not in any name


class _Joined(Aggregate):
    """Texts of several rows as one, on both databases."""

    function = "STRING_AGG"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The same under SQLite's name for it."""
        return super().as_sql(compiler, connection, function="GROUP_CONCAT", **context)


def _tag_names() -> Subquery:
    joined = _Joined("tags__name", Value(BETWEEN_TAGS), output_field=CharField())
    return Subquery(
        Practice.objects.filter(pk=OuterRef("pk")).order_by().values("pk").annotate(all=joined).values("all")
    )


NO_TEXT, NO_NUMBER = Value("", output_field=CharField()), Value(0, output_field=IntegerField())
NO_FILE = Value(False, output_field=BooleanField())
# What a result shows and counts under, per kind: its date and title, what it is part of and its number there, its
# language and tags; its theme and status, and whether a file goes with it.
SHOWN: dict[str, dict[str, Any]] = {
    "practice": {
        "at": F("published_at"), "name": F("title"), "whole": NO_NUMBER, "place": NO_NUMBER, "lang": F("language"),
        "tags": Coalesce(_tag_names(), NO_TEXT),
        "theme": F("theme__slug"), "status": Value("published"), "file": HAS_FILE["practice"],
    },
    "thread": {
        "at": Coalesce("last_post_at", "created_at"), "name": F("title"), "whole": NO_NUMBER, "place": NO_NUMBER,
        "lang": NO_TEXT, "tags": NO_TEXT,
        "theme": F("community__theme__slug"), "status": THREAD_STATUS, "file": HAS_FILE["thread"],
    },
    "post": {
        "at": F("created_at"), "name": F("thread__title"), "whole": F("thread_id"), "place": F("number"),
        "lang": NO_TEXT, "tags": NO_TEXT,
        "theme": F("community__theme__slug"), "status": NO_TEXT, "file": HAS_FILE["post"],
    },
    "message": {
        "at": F("created_at"), "name": F("room__name"), "whole": F("room_id"), "place": F("seq"),
        "lang": NO_TEXT, "tags": NO_TEXT,
        "theme": F("community__theme__slug"), "status": NO_TEXT, "file": NO_FILE,
    },
    "attachment": {  # its place is its post's number, or 0 in a practice
        "at": F("created_at"), "name": F("file__name"), "whole": Coalesce("practice_id", "post_id"),
        "place": Coalesce("post__number", NO_NUMBER), "lang": NO_TEXT, "tags": NO_TEXT,
        "theme": Coalesce("practice__theme__slug", "community__theme__slug"), "status": NO_TEXT, "file": NO_FILE,
    },
}  # fmt: skip
COLUMNS = ("at", "name", "whole", "place", "lang", "tags", "theme", "status", "file")


@dataclass(frozen=True, slots=True)
class Row:
    """What the database says of a hit, to somebody who may see it."""

    kind: str
    pk: int
    label: str
    community_id: int
    author: str
    written_at: datetime
    name: str
    whole: int
    place: int
    language: str
    tag_names: str
    theme: str
    status: str
    has_file: bool
    organisation: str | None

    @property
    def tags(self) -> list[str]:
        """The names of its tags."""
        return self.tag_names.split(BETWEEN_TAGS) if self.tag_names else []

    def values(self) -> dict[str, str]:
        """What it counts under, per facet, as its document would say it now."""
        return {
            "kind": self.kind,
            "theme": self.theme,
            "community": str(self.community_id),
            "organisation": self.organisation or "",
            "year": str(timezone.localtime(self.written_at).year),
            "label": self.label,
            "status": self.status,
            "has": "document" if self.has_file else "",
        }

    @property
    def url(self) -> str:
        """Its permanent link."""
        if self.kind == "message":
            return Message(room_id=self.whole, seq=self.place).get_absolute_url()
        if self.kind == "attachment":
            return reverse("post" if self.place else "practice", args=[self.whole])
        return reverse(self.kind, args=[self.pk])


def rows_of(user: access.Person, keys: Iterable[str]) -> dict[str, Row]:
    """Those of these documents that this person may see now, in one query."""
    kinds = kinds_for(user)
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for key in keys:
        kind, _colon, pk = key.partition(":")
        if kind in kinds and pk.isdigit():
            by_kind[kind].append(int(pk))
    selections = [_selection(user, kind, pks) for kind, pks in by_kind.items()]
    if not selections:
        return {}
    first, *others = selections
    found = [Row(*values) for values in (first.union(*others, all=True) if others else first)]
    return {f"{row.kind}:{row.pk}": row for row in found}


def _selection(user: access.Person, kind: str, pks: Sequence[int]) -> QuerySet[Any, tuple[Any, ...]]:
    rows = access.visible_to(user, KINDS[kind].rows().filter(pk__in=pks)).order_by()
    shown = {f"shown_{name}": what for name, what in SHOWN[kind].items()}
    kind_name = Value(kind, output_field=CharField())
    columns = (f"shown_{name}" for name in COLUMNS)
    return rows.annotate(shown_kind=kind_name, **shown).values_list(
        "shown_kind", "pk", "label", "community_id", "author__name", *columns, "author__organisation__name"
    )


def kinds_for(user: access.Person) -> set[str]:
    """The kinds whose pages this person can open: visitors see no chat, whatever its label."""
    if access.reach_of(user).is_professional:
        return set(KINDS)
    return {kind for kind in KINDS if access.VISITOR in access.RIGHTS[f"{kind}.view"]}
