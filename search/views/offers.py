"""Communities that one could join and that may have what was asked: a page, of which scripts take the list."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.models import User
from search.actions.offers import note_offer_opened, note_offers
from search.offers import communities_beyond
from search.pace import looks_up_too_fast
from search.query import MAX_CHARACTERS


@require_http_methods(["GET", "HEAD", "POST"])
def show_beyond(request: HttpRequest) -> HttpResponse:
    """What could be joined for a query; a POST of a script counts that it was seen, or that one was opened."""
    if looks_up_too_fast(request):
        return render(request, "429.html", status=429)
    user = cast(User, request.user)
    sent = request.POST if request.method == "POST" else request.GET
    text = sent.get("q", "").replace("\x00", "").strip()[:MAX_CHARACTERS]
    communities = communities_beyond(user, text)
    if request.method == "POST":
        # Only what is named to this person for these words can be counted, whatever was sent.
        opened = [one for one in communities if str(one.pk) == request.POST.get("opened")]
        for community in opened:
            note_offer_opened(actor=user, community=community)
        if "opened" not in request.POST:
            note_offers(actor=user, communities=communities)
        return HttpResponse(status=204)
    context = {"q": text, "communities": communities, "crumbs": [(_("Search"), "/search/"), (_("Beyond"), "")]}
    return render(request, "search/beyond.html", context)
