"""The page that searches: results with their excerpts, and choices that narrow them."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.middleware import for_visitors
from search.backends.base import Choice, Filters, IndexUnavailableError, Order
from search.documents import KINDS
from search.finding import MOST_PAGES, PAGE_SIZE, Answer, find
from search.pace import goes_too_fast
from search.query import parse

RETRY_AFTER = "30"  # seconds, while the index is being built
LONGEST = 1000  # characters of a query that are kept to be shown again; search/query.py reads fewer


@dataclass(frozen=True)
class Option:
    """A choice beside the results: its name, how many it leaves, its address, and whether it is made."""

    name: str | Promise
    count: int
    query: str
    chosen: bool


@for_visitors
@require_safe
def show_results(request: HttpRequest) -> HttpResponse:
    """What the reader finds; without a query, how to search."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    asked = parse(text)
    context: dict[str, Any] = {"q": text, "asked": asked, "crumbs": [(_("Search"), "")]}
    if asked.is_empty:
        return render(request, "search/results.html", context)
    if goes_too_fast(request):
        return render(request, "429.html", status=429)
    try:
        number = int(request.GET.get("page", "1")[:4])
    except ValueError:
        number = 1
    try:
        answer = find(request.user, text, _filters(request), page=number, order=_order(request))
    except IndexUnavailableError:
        context["is_unavailable"] = True
        response = render(request, "search/results.html", context, status=503)
        response.headers["Retry-After"] = RETRY_AFTER
        return response
    return render(request, "search/results.html", context | _answer_context(request, answer))


def _filters(request: HttpRequest) -> Filters:
    """What the reader chose; a choice that does not exist is no choice."""
    kinds = frozenset(kind for kind in request.GET.getlist("kind") if kind in KINDS)
    communities = frozenset(value for value in request.GET.getlist("community") if value.isascii() and value.isdigit())
    return Filters(choices={"kind": Choice(only=kinds), "community": Choice(only=communities)})


def _order(request: HttpRequest) -> Order:
    return "newest" if request.GET.get("sort") == "date" else "best"


def _answer_context(request: HttpRequest, answer: Answer) -> dict[str, Any]:
    total = answer.results.total
    reachable = min(total, MOST_PAGES * PAGE_SIZE)
    query = request.GET.copy()
    query.pop("page", None)
    choices = [(_("Kind"), "kind", _kind_options(request, answer))]
    if request.user.is_authenticated:
        choices.append((_("Community"), "community", _community_options(request, answer)))
    return {
        "answer": answer,
        "total": total,
        "page": _page(answer, reachable),
        "is_cut": total > reachable,
        "reachable": reachable,
        "query": query.urlencode(),
        "choices": [one for one in choices if len(one[2]) > 1 or any(option.chosen for option in one[2])],
        "is_narrowed": bool({"kind", "community"} & request.GET.keys()),
        "all_query": _address(request, kind=None, community=None),
        "is_newest": _order(request) == "newest",
        "orders": [
            Option(_("Best match"), 0, _address(request, sort=None), _order(request) == "best"),
            Option(_("Newest"), 0, _address(request, sort="date"), _order(request) == "newest"),
        ],
    }


def _page(answer: Answer, reachable: int) -> Page[int]:
    """The page's place among all pages; what is on it is in the answer."""
    return Paginator(range(reachable), PAGE_SIZE).get_page(answer.page)


def _kind_options(request: HttpRequest, answer: Answer) -> list[Option]:
    counts = {facet.value: facet.count for facet in answer.results.facets.get("kind", ())}
    chosen = request.GET.get("kind", "")
    shown = [kind for kind in KINDS.values() if kind.name in counts or kind.name == chosen]
    return [_option(request, "kind", kind.name, kind.plural, counts.get(kind.name, 0)) for kind in shown]


def _community_options(request: HttpRequest, answer: Answer) -> list[Option]:
    known = answer.communities or {}
    facets = answer.results.facets.get("community", ())
    return [
        _option(request, "community", facet.value, known[int(facet.value)].name, facet.count)
        for facet in facets
        if int(facet.value) in known
    ]


def _option(request: HttpRequest, facet: str, value: str, name: str | Promise, count: int) -> Option:
    """Choosing it, or letting it go where it was chosen."""
    chosen = request.GET.get(facet) == value
    return Option(name, count, _address(request, **{facet: None if chosen else value}), chosen)


def _address(request: HttpRequest, **changes: str | None) -> str:
    """This page with other choices, from its first page on."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"
