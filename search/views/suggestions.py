"""Results as one types: a few of what the search page would find, as a fragment for static/js/combobox.js."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.middleware import for_visitors
from search.backends.base import IndexUnavailableError
from search.filtering import asked_of
from search.finding import Found, find
from search.pace import KEPT_FOR_SEARCHES, goes_too_fast

FEW = 7
LEAST = 2  # characters before there is anything to suggest


@for_visitors
@require_safe
def show_suggestions(request: HttpRequest) -> HttpResponse:
    """The best few results for what stands in the field so far; nothing for too little of it."""
    asked = asked_of(request.user, request.GET)
    if len(asked.text) < LEAST or asked.is_nothing:
        return render(request, "search/_suggestions.html", {"found": []})
    if goes_too_fast(request, kept=KEPT_FOR_SEARCHES):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    try:
        answer = find(request.user, asked.query, asked.filters, limit=2 * FEW, order=asked.order)
    except IndexUnavailableError:
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    return render(request, "search/_suggestions.html", {"found": _different(answer.found)[:FEW]})


def _different(found: list[Found]) -> list[Found]:
    """A conversation and a room once each, by the best of what was found in them."""
    wholes = {"post": "thread", "message": "room"}
    best: dict[tuple[str, int], Found] = {}
    for one in found:
        row, whole = one.row, wholes.get(one.row.kind)
        best.setdefault((whole, row.whole) if whole else (row.kind, row.pk), one)
    return list(best.values())
