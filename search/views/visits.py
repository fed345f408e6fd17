"""What a page of results tells of itself once somebody sees it, by a POST of a script: a GET changes nothing."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.http import require_POST

from community.models import User
from search.actions.asking import note_opened, note_question
from search.actions.history import remember_search
from search.kept import unseal


@require_POST
def note_visit(request: HttpRequest) -> HttpResponse:
    """That a search was made, or that something it found was opened; the site itself wrote and sealed which."""
    visit = unseal(request, request.POST.get("seen", ""))
    if visit is None:
        return HttpResponseBadRequest()
    query, total = visit
    user = cast(User, request.user)
    if request.POST.get("opened"):
        note_opened(actor=user, query=query)
    else:
        remember_search(actor=user, query=query)
        note_question(actor=user, query=query, is_found=total > 0)
    return HttpResponse(status=204)
