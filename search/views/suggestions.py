"""Results as one types: a few of what the search page would find, as a fragment for static/js/combobox.js."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.middleware import for_visitors
from search.backends.base import NO_FILTERS, IndexUnavailableError
from search.finding import Found, find
from search.pace import KEPT_FOR_SEARCHES, goes_too_fast
from search.query import MAX_CHARACTERS, parse

FEW = 7
LEAST = 2  # characters before there is anything to suggest


@for_visitors
@require_safe
def show_suggestions(request: HttpRequest) -> HttpResponse:
    """The best few results for what stands in the field so far; nothing for too little of it."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:MAX_CHARACTERS]
    if len(text) < LEAST or parse(text).is_empty:
        return render(request, "search/_suggestions.html", {"found": []})
    if goes_too_fast(request, kept=KEPT_FOR_SEARCHES):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    try:
        answer = find(request.user, text, NO_FILTERS, limit=2 * FEW)
    except IndexUnavailableError:
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    return render(request, "search/_suggestions.html", {"found": _different(answer.found)[:FEW]})


def _different(found: list[Found]) -> list[Found]:
    """A conversation and a room once each, by the best of what was found in them."""
    wholes = {"post": "thread", "message": "room"}
    best: dict[tuple[str, int], Found] = {}
    for one in found:
        best.setdefault((wholes.get(one.row.kind, one.row.kind), one.row.whole or one.row.pk), one)
    return list(best.values())
