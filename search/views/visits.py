"""What a page of results tells of itself once somebody sees it, by a POST of a script: a GET changes nothing."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.http import require_POST

from community.models import User
from search.actions.history import remember_search
from search.kept import unseal


@require_POST
def note_visit(request: HttpRequest) -> HttpResponse:
    """Remember a search that the site itself wrote and sealed for this person."""
    visit = unseal(request, request.POST.get("seen", ""))
    if visit is None:
        return HttpResponseBadRequest()
    query, _total = visit
    remember_search(actor=cast(User, request.user), query=query)
    return HttpResponse(status=204)
