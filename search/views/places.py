"""The quick switcher: going somewhere by its name, as a page and as a fragment for the dialog."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from search.pace import looks_up_too_fast
from search.places import MOST_CHARACTERS, by_kind, places_for


@require_safe
def show_places(request: HttpRequest) -> HttpResponse:
    """The places that are called so; before anything is typed, those used last."""
    return _answer(request, "search/places.html", {"crumbs": [(_("Go to"), "")]})


@require_safe
def show_place_suggestions(request: HttpRequest) -> HttpResponse:
    """The same, as a fragment for static/js/combobox.js."""
    return _answer(request, "search/_places.html", {})


def _answer(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    if looks_up_too_fast(request):
        return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:MOST_CHARACTERS]
    places = places_for(request.user, text)
    return render(request, template, context | {"q": text, "kinds": list(by_kind(places)), "count": len(places)})
