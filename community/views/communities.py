"""Themes and communities: their lists, their homes, and what they are for."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access, registry
from community.actions.communities import create_community, edit_community, locked_fields
from community.forms.communities import CommunityForm, NewCommunityForm
from community.models import Community, Theme, User
from community.selections import communities_for, find_community, members_of

FACES = 8  # members on a community's home
PAGE_RIGHTS = (
    "community.join",
    "community.request",
    "community.leave",
    "community.see_members",
    "community.edit",
    "community.decide_requests",
    "community.ban",
)


def community_context(request: HttpRequest, community: Community, *crumbs: tuple[str, str]) -> dict[str, Any]:
    """What every page in a community shares."""
    home = (community.name, community.get_absolute_url() if crumbs else "")
    trail = [home, *crumbs]
    return {"community": community, "tabs": registry.tabs(request, community, trail), "crumbs": trail}


@require_safe
def show_communities(request: HttpRequest) -> HttpResponse:
    """Every community that one may know of, by theme."""
    user = cast(User, request.user)
    rights = access.rights(user, None, ["community.create"])
    context = {"communities": list(communities_for(user)), "rights": rights, "crumbs": [(_("Communities"), "")]}
    return render(request, "community/community_list.html", context)


@require_safe
def show_theme(request: HttpRequest, slug: str) -> HttpResponse:
    """A theme with its communities, and what the apps have to show of it."""
    theme = get_object_or_404(Theme, slug=slug)
    context = {
        "theme": theme,
        "communities": list(communities_for(cast(User, request.user)).filter(theme=theme)),
        "sections": registry.theme_sections(request, theme),
        "crumbs": [(str(theme), "")],
    }
    return render(request, "community/theme.html", context)


@require_safe
def show_community(request: HttpRequest, slug: str) -> HttpResponse:
    """The home of a community: what it is for, who is in it, and what goes on."""
    community = find_community(request.user, slug)
    rights = access.rights(request.user, community, PAGE_RIGHTS)
    members = members_of(community)
    context = community_context(request, community) | {
        "rights": rights,
        "member_count": community.memberships.count(),
        "faces": list(members.prefetch_related(None)[:FACES]) if rights["see_members"] else [],
        "request_count": community.join_requests.count() if rights["decide_requests"] else 0,
        "sections": registry.sections(request, community),
    }
    return render(request, "community/community.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change_community(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The form for the texts and the rules of a community."""
    community = find_community(request.user, slug)
    access.require(request.user, "community.edit", community)
    form = CommunityForm(
        request.POST or None,
        instance=community,
        without=locked_fields(actor=cast(User, request.user), community=community),
    )
    if form.is_valid():
        try:
            community = edit_community(actor=cast(User, request.user), community=community, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The community is changed."))
            return redirect(community)
    context = community_context(request, community, (_("Change this community"), "")) | {"form": form}
    return render(request, "community/community_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def new_community(request: HttpRequest) -> HttpResponseBase:
    """The form for a new community."""
    access.require(request.user, "community.create")
    form = NewCommunityForm(request.POST or None)
    if form.is_valid():
        try:
            community = create_community(actor=cast(User, request.user), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The community is made."))
            return redirect(community)
    context = {"form": form, "crumbs": [(_("New community"), "")]}
    return render(request, "community/community_new.html", context, status=422 if form.errors else 200)


def add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Show what an action refused at the fields that it is about."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
