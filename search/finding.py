"""From a query to what its reader may see of it: the index proposes, the database decides.

Every hit is looked up through `access.visible_to` before it is shown, all kinds in one query. Where the index is
behind, the best hits are all looked up, and totals and facets are counted over what is left: so nothing is told of
what somebody may no longer see.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, IntegerField, QuerySet, Value
from django.urls import reverse

from chat.models import Message
from community import access
from community.models import Community
from search.backends.base import Choice, FacetCount, Filters, Hit, Order, Results, Segment, Wish
from search.documents import KINDS
from search.index import backend
from search.models import SearchOutbox
from search.query import parse

PAGE_SIZE = 20
MOST_PAGES = 50
EXAMINED = 200  # so many of the first are looked up when the index is behind
FACETS = ("kind", "community")  # what the results page counts
NO_TEXT, NO_NUMBER = Value("", output_field=CharField()), Value(0, output_field=IntegerField())
# What a result shows, per kind: its date, its title, what it is part of, its number there, its language.
SHOWN: dict[str, dict[str, Any]] = {
    "practice": {
        "at": F("published_at"), "name": F("title"), "whole": NO_NUMBER, "place": NO_NUMBER, "lang": F("language"),
    },
    "thread": {
        "at": F("created_at"), "name": F("title"), "whole": NO_NUMBER, "place": NO_NUMBER, "lang": NO_TEXT,
    },
    "post": {
        "at": F("created_at"), "name": F("thread__title"), "whole": F("thread_id"), "place": F("number"),
        "lang": NO_TEXT,
    },
    "message": {
        "at": F("created_at"), "name": F("room__name"), "whole": F("room_id"), "place": F("seq"), "lang": NO_TEXT,
    },
}  # fmt: skip
COLUMNS = ("at", "name", "whole", "place", "lang")


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

    @property
    def url(self) -> str:
        """Its permanent link."""
        if self.kind == "message":
            return Message(room_id=self.whole, seq=self.place).get_absolute_url()
        return reverse(self.kind, args=[self.pk])


@dataclass(frozen=True, slots=True)
class Found:
    """One result: what the index found, and what the database says of it."""

    row: Row
    title: tuple[Segment, ...]
    snippet: tuple[Segment, ...]
    score: float
    community: Community | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of results; `results` is what the index said of all, less what this reader may not know.

    While `page` is 0, `found` holds the first of all pages.
    """

    found: list[Found]
    results: Results
    page: int
    communities: Mapping[int, Community] | None = None


def rows_of(user: access.Person, keys: Iterable[str]) -> dict[str, Row]:
    """Those of these documents that this person may see now, in one query."""
    kinds = _kinds_for(user)
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
        "shown_kind", "pk", "label", "community_id", "author__name", *columns
    )


def find(
    user: access.Person, text: str, filters: Filters, *, page: int = 1, limit: int = PAGE_SIZE, order: Order = "best"
) -> Answer:
    """A page of what this person finds, `limit` results long. Raises IndexUnavailableError."""
    page = max(1, min(page, MOST_PAGES))
    asked = _Asked(user, text, _for_kinds(filters, _kinds_for(user)), order)
    # Newly changed things may still be in the index as they were.
    is_behind = page * limit <= EXAMINED and SearchOutbox.objects.exists()
    answer = None if is_behind else _quick(asked, page, limit)
    return _named(user, answer or _examined(asked), page, limit)


def _kinds_for(user: access.Person) -> set[str]:
    """The kinds whose pages this person can open: visitors see no chat, whatever its label."""
    if access.reach_of(user).is_professional:
        return set(KINDS)
    return {kind for kind in KINDS if access.VISITOR in access.RIGHTS[f"{kind}.view"]}


def _for_kinds(filters: Filters, kinds: set[str]) -> Filters:
    """The filters, kept to these kinds."""
    if kinds == set(KINDS):
        return filters
    chosen = filters.choices.get("kind", Choice())
    only = frozenset(kinds & chosen.only or {"nothing"}) if chosen.only else frozenset(kinds)
    return replace(filters, choices={**filters.choices, "kind": replace(chosen, only=only)})


@dataclass(frozen=True, slots=True)
class _Asked:
    """A search as the backend is asked for it."""

    user: access.Person
    text: str
    filters: Filters
    order: Order

    def results(self, offset: int, limit: int) -> Results:
        """A slice of what the index says this person may see."""
        kinds = _kinds_for(self.user)
        wish = Wish(filters=self.filters, offset=offset, limit=limit, order=self.order, facets=FACETS)
        results = backend().search(parse(self.text), access.audiences_of(self.user), wish)
        known = tuple(facet for facet in results.facets.get("kind", ()) if facet.value in kinds)
        return replace(results, facets={**results.facets, "kind": known})


def _visible(user: access.Person, hits: Sequence[Hit]) -> list[Found]:
    rows = rows_of(user, (hit.key for hit in hits))
    return [Found(rows[hit.key], hit.title, hit.snippet, hit.score) for hit in hits if hit.key in rows]


def _quick(asked: _Asked, page: int, limit: int) -> Answer | None:
    """Only the hits of this page; None where one of them is not to be seen, or where there is no such page."""
    results = asked.results((page - 1) * limit, limit)
    found = _visible(asked.user, results.hits)
    if len(found) < len(results.hits) or (results.total and not results.hits):
        return None
    return Answer(found, results, page)


def _examined(asked: _Asked) -> Answer:
    """Look up all of the first hits, and count over what is left of them."""
    results = asked.results(0, EXAMINED)
    found = _visible(asked.user, results.hits)
    dropped = len(results.hits) - len(found)
    if dropped:
        results = replace(
            results,
            total=results.total - dropped,
            facets=_facets(found, asked.filters) if results.total <= EXAMINED else {},
            corrections=(),  # they may come from what fell away
        )
    return Answer(found, results, page=0)


def _facets(found: Sequence[Found], filters: Filters) -> dict[str, tuple[FacetCount, ...]]:
    """Counts over what was looked up; those of a narrowed facet are not known then."""
    kinds = Counter(one.row.kind for one in found)
    communities = Counter(str(one.row.community_id) for one in found)
    return {
        name: tuple(FacetCount(value, number) for value, number in counter.most_common())
        for name, counter in (("kind", kinds), ("community", communities))
        if not filters.only(name)
    }


def _named(user: access.Person, answer: Answer, page: int, limit: int) -> Answer:
    """The asked page with the communities that it names; visitors learn nothing of communities."""
    if not answer.page:
        page = max(1, min(page, (len(answer.found) - 1) // limit + 1))
        answer = replace(answer, page=page, found=answer.found[(page - 1) * limit :][:limit])
    wanted = {int(facet.value) for facet in answer.results.facets.get("community", ())}
    wanted |= {one.row.community_id for one in answer.found}
    communities = access.visible_to(user, Community.objects.filter(pk__in=wanted)).in_bulk() if wanted else {}
    found = [replace(one, community=communities.get(one.row.community_id)) for one in answer.found]
    return replace(answer, found=found, communities=communities)
