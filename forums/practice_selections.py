"""Practices as one reader sees them: the list with its choices and counts, each page in a fixed number of queries."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from community import access
from community.models import Theme
from forums.models import Attachment, Evidence, Practice

PRACTICES_PER_PAGE = 30
TAGS_SHOWN = 15
DIMENSIONS = {"theme": "theme__slug", "community": "community__slug", "evidence": "evidence", "language": "language"}


@dataclass(frozen=True)
class Option:
    """A choice beside the list: its name, how many practices it leaves, its address, and whether it is made."""

    name: str
    count: int
    query: str
    chosen: bool


def find_practice(user: access.Person, pk: int) -> Practice:
    """The practice, where this person may see it. Raises Http404."""
    return get_object_or_404(_with_people(user), pk=pk)


def find_practice_page(user: access.Person, pk: int) -> Any:
    """The practice with its tags and, as `files`, the files that this person may fetch. Raises Http404."""
    files = access.visible_to(user, Attachment.objects.for_page())
    whole = _with_people(user).prefetch_related("tags", Prefetch("attachments", queryset=files, to_attr="files"))
    return get_object_or_404(whole, pk=pk)


def _with_people(user: access.Person) -> QuerySet[Practice]:
    related = ("community__theme", "theme", "owner__organisation", "author__organisation", "audience")
    return access.visible_to(user, Practice.objects.select_related(*related))


def practices_of(user: access.Person, chosen: Mapping[str, str]) -> QuerySet[Practice]:
    """What this reader may see, within the chosen status and tag."""
    status = chosen.get("status")
    # A list shows no tags, so it need not fetch them.
    practices = access.visible_to(user, Practice.objects.for_list().prefetch_related(None))
    if status == "mine":
        practices = practices.filter(Q(author=user.pk) | Q(owner=user.pk))
    elif status == "drafts":
        practices = practices.filter(published_at__isnull=True)
    else:
        practices = practices.published()
    if "tag" in chosen:
        practices = practices.filter(tags__slug=chosen["tag"])
    return practices


def page_of_practices(
    practices: QuerySet[Practice], chosen: Mapping[str, str], count: int, number: str | None
) -> Page[Practice]:
    """A page of the list, the newest first and drafts before all. `count` is known from the choices."""
    rows = practices.filter(**{column: chosen[name] for name, column in DIMENSIONS.items() if name in chosen})
    ordered = rows.order_by(F("published_at").desc(nulls_first=True), "-pk")
    paginator: Paginator[Practice] = Paginator(ordered, PRACTICES_PER_PAGE)
    paginator.__dict__["count"] = count
    return paginator.get_page(number)


def count_choices(practices: QuerySet[Practice], chosen: Mapping[str, str]) -> tuple[int, dict[str, list[Option]]]:
    """How many practices the choices leave, and the choices beside it: one query for all of them."""
    names = (*DIMENSIONS.values(), "theme__name", "theme__name_en", "community__name")
    rows = list(practices.order_by().values(*names).annotate(count=Count("pk")))
    total = sum(row["count"] for row in rows if _fits(row, chosen))
    return total, {name: _options(name, rows, chosen) for name in DIMENSIONS}


def count_tags(practices: QuerySet[Practice], chosen: Mapping[str, str]) -> list[Option]:
    """The words that most practices share."""
    if "tag" in chosen:
        query = _query(chosen, "tag", "")
        return [Option(chosen["tag"].replace("-", " "), 0, query, True)]
    within = practices.filter(**{column: chosen[name] for name, column in DIMENSIONS.items() if name in chosen})
    tagged = within.order_by().filter(tags__isnull=False)
    rows = tagged.values("tags__slug", "tags__name").annotate(count=Count("pk"))
    return [
        Option(row["tags__name"], row["count"], _query(chosen, "tag", row["tags__slug"]), False)
        for row in rows.order_by("-count", "tags__name")[:TAGS_SHOWN]
    ]


def _fits(row: Mapping[str, Any], chosen: Mapping[str, str], but: str = "") -> bool:
    return all(row[column] == chosen[name] for name, column in DIMENSIONS.items() if name in chosen and name != but)


def _options(name: str, rows: Iterable[Mapping[str, Any]], chosen: Mapping[str, str]) -> list[Option]:
    column = DIMENSIONS[name]
    counts: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for row in rows:
        if _fits(row, chosen, but=name):
            counts[row[column]] += row["count"]
            labels[row[column]] = _label(name, row)
    options = [
        Option(labels[value], count, _query(chosen, name, "" if chosen.get(name) == value else value),
               chosen.get(name) == value)
        for value, count in counts.items()
    ]  # fmt: skip
    if name == "evidence":
        ladder = [str(level.label) for level in Evidence]
        return sorted(options, key=lambda option: -ladder.index(option.name))
    return sorted(options, key=lambda option: option.name.lower())


def _label(name: str, row: Mapping[str, Any]) -> str:
    if name == "theme":
        return str(Theme(name=row["theme__name"], name_en=row["theme__name_en"]))
    if name == "evidence":
        return str(Evidence(row["evidence"]).label)
    if name == "language":
        return {"nl": _("Dutch"), "en": _("English")}.get(row["language"], row["language"])
    return str(row["community__name"])


def _query(chosen: Mapping[str, str], name: str, value: str) -> str:
    """The address of the list with this choice made, or unmade where the value is empty."""
    return "?" + urlencode({key: text for key, text in {**chosen, name: value}.items() if text})
