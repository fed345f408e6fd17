"""The page that searches: results with their excerpts, and choices that narrow them."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.middleware import for_visitors
from search.advanced import form_of, is_sent
from search.backends.base import NO_FILTERS, IndexUnavailableError
from search.facets import Option, address, chips_of, facets_of, without_choices
from search.filtering import Asked, asked_of
from search.finding import MOST_PAGES, PAGE_SIZE, Answer, find
from search.known import Known
from search.pace import goes_too_fast
from search.snippets import mark

RETRY_AFTER = "30"  # seconds, while the index is being built


@for_visitors
@require_safe
def show_results(request: HttpRequest) -> HttpResponse:
    """What the reader finds; without a query, how to search."""
    known = Known(request.user)
    asked = asked_of(request.user, request.GET, known)
    context = _asked_context(request, asked, known)
    if asked.is_nothing:
        return render(request, "search/results.html", context)
    if goes_too_fast(request):
        return render(request, "429.html", status=429)
    try:
        answer = find(request.user, asked.query, asked.filters, page=_page_number(request), order=asked.order)
        context |= _answer_context(request, asked, answer, known)
    except IndexUnavailableError:
        context["is_unavailable"] = True
        response = render(request, "search/results.html", context, status=503)
        response.headers["Retry-After"] = RETRY_AFTER
        return response
    return render(request, "search/results.html", context)


def _page_number(request: HttpRequest) -> int:
    try:
        return int(request.GET.get("page", "1")[:4])
    except ValueError:
        return 1


def _asked_context(request: HttpRequest, asked: Asked, known: Known) -> dict[str, Any]:
    context: dict[str, Any] = {
        "asked": asked,
        "typed": mark(asked.text, ((error.start, error.end) for error in asked.errors)),
        "chips": chips_of(asked),
        "everywhere": address(asked, **{"in": None}),
        "without_choices": without_choices(asked),
        "form_was_sent": is_sent(request.GET),
        "advanced": form_of(asked, known),
        "crumbs": [(_("Search"), "")],
    }
    # What the menu walks too: read once.
    return context | ({"nav_themes": known.themes} if request.user.is_authenticated else {})


def _answer_context(request: HttpRequest, asked: Asked, answer: Answer, known: Known) -> dict[str, Any]:
    total = answer.results.total
    reachable = min(total, MOST_PAGES * PAGE_SIZE)
    context = {
        "answer": answer,
        "total": total,
        "page": _page(answer, reachable),
        "is_cut": total > reachable,
        "reachable": reachable,
        "query": address(asked)[1:],
        "facets": facets_of(asked, answer, known),
        "advanced": form_of(asked, known, answer.communities),
        "is_newest": asked.order == "newest",
        "orders": _orders(asked),
    }
    if not total and not asked.query.is_empty and asked.filters != NO_FILTERS:
        context["elsewhere"] = find(request.user, asked.query, NO_FILTERS, limit=1).results.total
    return context


def _page(answer: Answer, reachable: int) -> Page[int]:
    """The page's place among all pages; what is on it is in the answer."""
    return Paginator(range(reachable), PAGE_SIZE).get_page(answer.page)


def _orders(asked: Asked) -> list[Option]:
    """Best or newest first; without words there is nothing to be best at."""
    if asked.query.is_empty:
        return []
    is_newest = asked.order == "newest"
    return [
        Option(_("Best match"), 0, address(asked, sort=None), not is_newest),
        Option(_("Newest"), 0, address(asked, sort="date"), is_newest),
    ]
