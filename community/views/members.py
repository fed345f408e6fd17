"""The members of a community: finding them, their roles, removal and bans."""

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access
from community.actions import membership as actions
from community.forms.communities import MemberSearchForm, ReasonForm, RoleForm
from community.models import Ban, Community, Membership, User
from community.selections import find_community, members_of
from community.views.communities import add_errors, community_context

MEMBERS_PER_PAGE = 50
MANAGEMENT = ("community.remove_member", "community.change_roles", "community.ban")


@require_safe
def show_members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is in a community, found by name, organisation or function."""
    community = find_community(request.user, slug)
    access.require(request.user, "community.see_members", community)
    form = MemberSearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(members_of(community, words), MEMBERS_PER_PAGE).get_page(request.GET.get("page"))
    context = community_context(request, community, (_("Members"), "")) | {
        "form": form,
        "page": page,
        "words": words,
        "query": urlencode({"q": words}) if words else "",
        "rights": access.rights(request.user, community, MANAGEMENT),
    }
    return render(request, "community/member_list.html", context)


def find_membership(request: HttpRequest, pk: int) -> Membership:
    """The membership of this address, in a community that one may see. Raises Http404."""
    communities = access.visible_to(request.user, Community.objects.all())
    memberships = Membership.objects.select_related("community", "person__organisation")
    return get_object_or_404(memberships.filter(community__in=communities), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def change_role(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The form for another role."""
    membership = find_membership(request, pk)
    access.require(request.user, "community.change_roles", membership.community)
    form = RoleForm(request.POST or None, initial={"role": membership.role})
    if form.is_valid():
        try:
            actions.change_role(actor=cast(User, request.user), membership=membership, role=form.cleaned_data["role"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The role of %(name)s is changed.") % {"name": membership.person.name})
            return redirect("members", membership.community.slug)
    return _show_form(request, membership.community, membership.person, form, "community/member_role.html")


@require_http_methods(["GET", "HEAD", "POST"])
def remove_member(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The form for putting somebody out."""
    membership = find_membership(request, pk)
    access.require(request.user, "community.remove_member", membership.community)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.remove_member(
                actor=cast(User, request.user), membership=membership, reason=form.cleaned_data["reason"]
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("%(name)s is no longer a member.") % {"name": membership.person.name})
            return redirect("members", membership.community.slug)
    return _show_form(request, membership.community, membership.person, form, "community/member_remove.html")


@require_http_methods(["GET", "HEAD", "POST"])
def ban_person(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """The form for keeping somebody out."""
    community = find_community(request.user, slug)
    access.require(request.user, "community.ban", community)
    person = get_object_or_404(access.visible_to(request.user, User.objects.all()), pk=pk)
    form = ReasonForm(request.POST or None, required=True)
    if form.is_valid():
        try:
            actions.ban_person(
                actor=cast(User, request.user), community=community, person=person,
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("%(name)s can no longer come in.") % {"name": person.name})
            return redirect("bans", slug)
    return _show_form(request, community, person, form, "community/person_ban.html")


def _show_form(
    request: HttpRequest, community: Community, person: User, form: ReasonForm | RoleForm, template: str
) -> HttpResponse:
    context = community_context(request, community, (person.name, "")) | {"form": form, "person": person}
    return render(request, template, context, status=422 if form.errors else 200)


@require_safe
def show_bans(request: HttpRequest, slug: str) -> HttpResponse:
    """Who may not come in, and why."""
    community = find_community(request.user, slug)
    access.require(request.user, "community.ban", community)
    bans = community.bans.select_related("person__organisation", "created_by")
    context = community_context(request, community, (_("Bans"), "")) | {"bans": list(bans)}
    return render(request, "community/ban_list.html", context)


@require_POST
def lift_ban(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Let somebody come in again."""
    communities = access.visible_to(request.user, Community.objects.all())
    ban = get_object_or_404(Ban.objects.select_related("community", "person").filter(community__in=communities), pk=pk)
    actions.lift_ban(actor=cast(User, request.user), ban=ban)
    messages.success(request, _("%(name)s may come in again.") % {"name": ban.person.name})
    return redirect("bans", ban.community.slug)
