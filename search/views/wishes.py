"""Asked for, not yet described: what enough people searched in vain, for whoever can write it; and the report of it."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.models import User
from search.actions.asking import let_go_of_wish, pick_up_wish, remove_wish
from search.charts import shares_by_week
from search.gaps import FEWEST_ASKERS, KEPT, weeks
from search.models import Wish

WISH_RIGHTS = ("wish.pick_up", "wish.remove")
MOST_SHOWN = 200


@require_safe
def show_wishes(request: HttpRequest) -> HttpResponse:
    """The list, with for each of one's communities a way to begin describing it there."""
    memberships = access.reach_of(request.user).memberships
    context: dict[str, Any] = {
        "wishes": Wish.objects.filter(removed_at=None).select_related("picked_up_by")[:MOST_SHOWN],
        "communities": [membership.community for membership in memberships],
        "rights": access.rights(request.user, None, WISH_RIGHTS),
        "fewest": FEWEST_ASKERS,
        "crumbs": [(_("Asked for, not yet described"), "")],
    }
    return render(request, "search/wish_list.html", context)


def _wish(pk: int) -> Wish:
    return get_object_or_404(Wish, pk=pk, removed_at=None)


@require_POST
def pick_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one is going to describe it."""
    try:
        pick_up_wish(actor=cast(User, request.user), wish=_wish(pk))
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    else:
        messages.success(request, _("You picked it up. Thank you!"))
    return redirect("wishes")


@require_POST
def let_go(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave it to others again."""
    let_go_of_wish(actor=cast(User, request.user), wish=_wish(pk))
    messages.success(request, _("It is open for others again."))
    return redirect("wishes")


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it off the list."""
    remove_wish(actor=cast(User, request.user), wish=_wish(pk))
    messages.success(request, _("It is taken off the list."))
    return redirect("wishes")


@require_safe
def show_report(request: HttpRequest) -> HttpResponse:
    """For editors: how often nothing is found, week by week, and what."""
    access.require(request.user, "site.administer")
    found = weeks()
    context: dict[str, Any] = {
        "weeks": found[::-1],
        "chart": shares_by_week(found),
        "wishes": Wish.objects.filter(removed_at=None).select_related("picked_up_by")[:MOST_SHOWN],
        "fewest": FEWEST_ASKERS,
        "days": KEPT.days,
        "crumbs": [(_("What is not found"), "")],
    }
    return render(request, "search/report.html", context)
