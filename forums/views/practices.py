"""The knowledge base: its list, a practice's page, and writing one."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access
from community.middleware import for_visitors
from community.models import Community, User
from forums.actions.practices import TITLE_LENGTH, create_practice, edit_practice
from forums.forms.practices import ChoiceForm, NewPracticeForm, PracticeForm, seen_of
from forums.forms.writing import add_errors
from forums.models import Practice
from forums.pace import POSTS_A_MINUTE, keep_pace
from forums.pages import community_context
from forums.practice_selections import (
    count_choices,
    count_tags,
    find_practice,
    find_practice_page,
    page_of_practices,
    practices_of,
)
from forums.rendering import contents_of
from forums.views.threads import find_community

PRACTICE_RIGHTS = (
    "practice.edit", "practice.publish", "practice.hide", "practice.raise_label", "practice.lower_label",
)  # fmt: skip


@for_visitors
@require_safe
def show_practices(request: HttpRequest) -> HttpResponse:
    """All practices that the reader may see, with choices."""
    context = {"crumbs": [(_("Knowledge base"), "")], "community": None}
    return render(request, "forums/practice_list.html", context | _list_context(request, {}))


@require_safe
def show_community_practices(request: HttpRequest, slug: str) -> HttpResponse:
    """The practices of one community."""
    community = find_community(request, slug)
    context = community_context(request, community, (_("Practices"), "")) | {
        "rights": access.rights(request.user, community, ["practice.create"])
    }
    return render(request, "forums/practice_list.html", context | _list_context(request, {"community": slug}))


def _list_context(request: HttpRequest, fixed: dict[str, str]) -> dict[str, Any]:
    chosen = ChoiceForm(request.GET).chosen | fixed
    practices = practices_of(request.user, chosen)
    count, options = count_choices(practices, chosen)
    choices = [(_("Theme"), options["theme"])]
    # Visitors learn nothing about communities, not even their names.
    if request.user.is_authenticated and not fixed:
        choices.append((_("Community"), options["community"]))
    choices += [(_("Evidence"), options["evidence"]), (_("Language"), options["language"])]
    # A choice of one leaves out nothing.
    choices = [(name, some) for name, some in choices if len(some) > 1 or any(one.chosen for one in some)]
    if not fixed and (tags := count_tags(practices, chosen)):
        choices.append((_("Tags"), tags))
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "page": page_of_practices(practices, chosen, count, request.GET.get("page")),
        "count": count,
        "choices": choices,
        "chosen": {name: value for name, value in chosen.items() if name not in fixed},
        "query": query.urlencode(),
    }


@for_visitors
@require_safe
def show_practice(request: HttpRequest, pk: int) -> HttpResponse:
    """A practice's page."""
    practice = find_practice_page(request.user, pk)
    rights = access.rights(request.user, practice, PRACTICE_RIGHTS)
    sections = [
        (Practice._meta.get_field(name).verbose_name.capitalize(), practice.html[name])  # type: ignore[union-attr]
        for name in Practice.SECTIONS
        if practice.html.get(name)
    ]
    body = practice.html.get("body", "")
    context = practices_context(request, practice.community, (practice.title, "")) | {
        "practice": practice,
        "named": access.named_in(practice),
        "rights": rights,
        "may_manage": any(rights.values()),
        "sections": sections,
        "body": body,
        "contents": contents_of(body),
    }
    return render(request, "forums/practice.html", context)


def practices_context(request: HttpRequest, community: Community, *crumbs: tuple[str, str]) -> dict[str, Any]:
    """What the pages under a community's list of practices share; others come from the whole knowledge base."""
    context = community_context(request, community, (_("Practices"), _list_url(community)), *crumbs)
    if not context["tabs"]:
        context["crumbs"] = [(_("Knowledge base"), reverse("practices")), *crumbs]
    return context


def _list_url(community: Community) -> str:
    return reverse("community_practices", args=[community.slug])


@require_http_methods(["GET", "HEAD", "POST"])
def new_practice(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for a new practice; it becomes a draft."""
    community = find_community(request, slug)
    access.require(request.user, "practice.create", community)
    user = cast(User, request.user)
    labels, title = access.labels_for(user, community), request.GET.get("title", "")[:TITLE_LENGTH]
    form = NewPracticeForm(*_sent(request), community=community, author=user, labels=labels, title=title)
    if form.is_valid() and (practice := _create(user, community, form)):
        messages.success(request, _("Your practice is kept as a draft. A facilitator publishes it."))
        return redirect(practice)
    context = practices_context(request, community, (_("New practice"), "")) | {"form": form}
    return render(request, "forums/practice_new.html", context, status=422 if form.errors else 200)


def _create(user: User, community: Community, form: NewPracticeForm) -> Practice | None:
    try:
        keep_pace(user, "post", POSTS_A_MINUTE)
        return create_practice(
            actor=user,
            community=community,
            sheet=form.sheet(),
            label=form.cleaned_data["label"],
            named=form.named_people,
        )
    except ValidationError as error:
        add_errors(form, error)
        return None


def _sent(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()


@require_http_methods(["GET", "HEAD", "POST"])
def change_practice(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words for a practice."""
    practice = find_practice(request.user, pk)
    access.require(request.user, "practice.edit", practice)
    user = cast(User, request.user)
    form = PracticeForm(*_sent(request), practice=practice)
    conflict = False
    if form.is_valid():
        try:
            edit_practice(actor=user, practice=practice, sheet=form.sheet(), seen=form.cleaned_data["seen"])
        except ValidationError as error:
            conflict = getattr(error, "code", None) == "conflict"
            add_errors(form, error)
        else:
            messages.success(request, _("The practice is saved."))
            return redirect(practice)
    crumbs = (practice.title, practice.get_absolute_url()), (_("Edit"), "")
    context = practices_context(request, practice.community, *crumbs)
    context |= {"practice": practice, "form": form, "conflict": conflict, "seen": seen_of(practice)}
    return render(request, "forums/practice_edit.html", context, status=422 if form.errors else 200)
