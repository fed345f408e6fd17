"""Coming into a community, and leaving it."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access
from community.actions import membership as actions
from community.forms.communities import MotivationForm, ReasonForm
from community.models import Community, JoinRequest, User
from community.selections import find_community
from community.views.communities import add_errors, community_context


@require_http_methods(["GET", "HEAD", "POST"])
def show_membership(request: HttpRequest, slug: str) -> HttpResponseBase:
    """How one stands to a community, with the way in: joining an open one, asking for a closed one."""
    community = find_community(request.user, slug)
    user = cast(User, request.user)
    if request.method == "POST" and access.can(user, "community.join", community):
        actions.join_community(actor=user, community=community)
        messages.success(request, _("You are a member now. Welcome!"))
        return redirect(community)
    form = MotivationForm(request.POST or None)
    if form.is_valid():
        try:
            actions.request_membership(actor=user, community=community, motivation=form.cleaned_data["motivation"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Your request is sent. You get a mail when it is decided."))
            return redirect("membership", slug)
    context = community_context(request, community, (_("Membership"), "")) | {
        "form": form,
        "membership": community.memberships.filter(person=user).first(),
        "asked": community.join_requests.filter(person=user).first(),
        "rights": access.rights(user, community, ["community.join", "community.request", "community.leave"]),
    }
    if request.method == "POST" and not context["rights"]["request"]:
        access.require(user, "community.request", community)
    return render(request, "community/membership.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def end_membership(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Leaving, asked once more before it is done."""
    community = find_community(request.user, slug)
    access.require(request.user, "community.leave", community)
    if request.method == "POST":
        try:
            actions.leave_community(actor=cast(User, request.user), community=community)
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect("membership", slug)
        messages.success(request, _("You are no longer a member of %(name)s.") % {"name": community.name})
        return redirect("communities")
    context = community_context(request, community, (_("Leave"), ""))
    return render(request, "community/membership_end.html", context)


@require_POST
def withdraw_request(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Take one's request back."""
    community = find_community(request.user, slug)
    actions.withdraw_request(actor=cast(User, request.user), community=community)
    messages.success(request, _("Your request is withdrawn."))
    return redirect(community)


@require_safe
def show_requests(request: HttpRequest, slug: str) -> HttpResponse:
    """Who asks to be let in."""
    community = find_community(request.user, slug)
    access.require(request.user, "community.decide_requests", community)
    requests = community.join_requests.select_related("person__organisation")
    context = community_context(request, community, (_("Requests"), "")) | {"requests": list(requests)}
    return render(request, "community/request_list.html", context)


def find_request(request: HttpRequest, pk: int) -> JoinRequest:
    """The request of this address, in a community that one may see. Raises Http404."""
    communities = access.visible_to(request.user, Community.objects.all())
    requests = JoinRequest.objects.select_related("community", "person__organisation")
    return get_object_or_404(requests.filter(community__in=communities), pk=pk)


@require_POST
def admit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Let somebody in."""
    asked = find_request(request, pk)
    try:
        actions.admit(actor=cast(User, request.user), request=asked)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("%(name)s is a member now.") % {"name": asked.person.name})
    return redirect("join_requests", asked.community.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Turn somebody down, with a reason that is mailed."""
    asked = find_request(request, pk)
    access.require(request.user, "community.decide_requests", asked.community)
    form = ReasonForm(request.POST or None, required=True)
    if form.is_valid():
        actions.reject(actor=cast(User, request.user), request=asked, reason=form.cleaned_data["reason"])
        messages.success(request, _("The request of %(name)s is rejected.") % {"name": asked.person.name})
        return redirect("join_requests", asked.community.slug)
    context = community_context(request, asked.community, (_("Reject a request"), ""))
    context |= {"form": form, "asked": asked}
    return render(request, "community/request_reject.html", context, status=422 if form.errors else 200)
