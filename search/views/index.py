"""How the index stands, for administrators; and asking for a new one."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.models import User
from search import documents
from search.actions.building import ask_for_index
from search.index import backend
from search.models import IndexBuild, IndexerTurn, SearchOutbox

FEW_BUILDS = 5
FEW_FAILING = 10
STALE_SECONDS = 60  # without a turn of the worker for so long, there probably is none


@require_safe
def show_index(request: HttpRequest) -> HttpResponse:
    """State, size and delay of the index, what fails, and how building goes."""
    access.require(request.user, "site.administer")
    turn = IndexerTurn.objects.filter(pk=IndexerTurn.ONE).first()
    builds = list(IndexBuild.objects.select_related("asked_by")[:FEW_BUILDS])
    context: dict[str, Any] = {
        "status": backend().status(),
        "expected": documents.count(),
        "outbox": _outbox(),
        "turn": turn,
        "is_worker_silent": turn is None or (timezone.now() - turn.looked_at).total_seconds() > STALE_SECONDS,
        "builds": builds,
        "running": next((build for build in builds if build.state in ("waiting", "running")), None),
        "crumbs": [(_("Search index"), "")],
    }
    return render(request, "search/index.html", context)


def _outbox() -> dict[str, Any]:
    """What waits, since when, and what failed."""
    found = SearchOutbox.objects.aggregate(
        rows=Count("pk"), oldest=Min("created_at"), failing=Count("pk", filter=Q(attempts__gt=0))
    )
    rows = list(SearchOutbox.objects.failing()[:FEW_FAILING]) if found["failing"] else []
    return {**found, "failing_rows": rows}


@require_POST
def ask_for_build(request: HttpRequest) -> HttpResponse:
    """Ask the worker for a new index."""
    try:
        ask_for_index(actor=cast(User, request.user))
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    else:
        messages.success(request, _("The worker will build a new index. Searching goes on with the old one meanwhile."))
    return redirect("search_index")
