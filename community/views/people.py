"""People: their profiles, and the accounts that administrators decide about."""

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access
from community.actions import people as actions
from community.forms.communities import ReasonForm
from community.forms.people import ApprovalForm, PeopleSearchForm, ProfileForm
from community.models import User
from community.selections import shared_memberships
from community.views.communities import add_errors
from community.views.site import remember_language

PEOPLE_PER_PAGE = 50


def find_person(request: HttpRequest, pk: int) -> User:
    """The person of this address, where one may know of them. Raises Http404."""
    return get_object_or_404(access.visible_to(request.user, User.objects.select_related("organisation")), pk=pk)


@require_safe
def show_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Who somebody is: organisation, functions, and the communities that one shares with them."""
    person = find_person(request, pk)
    context = {
        "person": person,
        "appointments": list(person.appointments.current().select_related("function", "organisation")),
        "memberships": list(shared_memberships(cast(User, request.user), person)),
        "rights": access.rights(request.user, person, ["person.edit", "person.deactivate"]),
        "crumbs": [(person.name, "")],
    }
    return render(request, "community/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: HttpRequest) -> HttpResponseBase:
    """The form for one's own name and language."""
    person = cast(User, request.user)
    form = ProfileForm(request.POST or None, initial={"name": person.name, "language": person.language})
    if form.is_valid():
        try:
            actions.edit_profile(actor=person, person=person, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Your profile is changed."))
            response = redirect(person)
            remember_language(response, person.language)
            return response
    crumbs = [(person.name, person.get_absolute_url()), (_("Change my profile"), "")]
    context = {"form": form, "crumbs": crumbs}
    return render(request, "community/profile_edit.html", context, status=422 if form.errors else 200)


@require_safe
def show_approvals(request: HttpRequest) -> HttpResponse:
    """Who waits to be let in."""
    access.require(request.user, "person.approve")
    waiting = list(User.objects.waiting().order_by("date_joined"))
    context = {"waiting": waiting, "form": ApprovalForm(), "crumbs": [(_("Approvals"), "")]}
    return render(request, "community/approval_list.html", context)


@require_POST
def approve_person(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Let somebody in."""
    access.require(request.user, "person.approve")
    person = get_object_or_404(User.objects.waiting(), pk=pk)
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose an organisation from the list."))
        return redirect("approvals")
    actions.approve_person(
        actor=cast(User, request.user), person=person, organisation=form.cleaned_data["organisation"]
    )
    messages.success(request, _("%(name)s is let in.") % {"name": person.name})
    return redirect("approvals")


@require_http_methods(["GET", "HEAD", "POST"])
def refuse_person(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Do not let somebody in, with a reason that is mailed."""
    access.require(request.user, "person.approve")
    person = get_object_or_404(User.objects.waiting(), pk=pk)
    form = ReasonForm(request.POST or None, required=True)
    if form.is_valid():
        actions.refuse_person(actor=cast(User, request.user), person=person, reason=form.cleaned_data["reason"])
        messages.success(request, _("%(name)s is refused.") % {"name": person.name})
        return redirect("approvals")
    context = {"form": form, "person": person, "crumbs": [(_("Refuse an account"), "")]}
    return render(request, "community/person_refuse.html", context, status=422 if form.errors else 200)


@require_safe
def show_people(request: HttpRequest) -> HttpResponse:
    """Every account, for administrators."""
    access.require(request.user, "site.administer")
    form = PeopleSearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    people = User.objects.select_related("organisation").order_by("name", "pk")
    for word in words.split():
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    page = Paginator(people, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    query = urlencode({"q": words}) if words else ""
    context = {"form": form, "page": page, "words": words, "query": query, "crumbs": [(_("People"), "")]}
    return render(request, "community/people_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change_activity(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Close an account, asked once more before it is done, or open it again."""
    person = find_person(request, pk)
    access.require(request.user, "person.deactivate", person)
    if request.method == "POST":
        act = actions.deactivate_person if person.is_active else actions.reactivate_person
        try:
            person = act(actor=cast(User, request.user), person=person)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            done = _("The account is open again.") if person.is_active else _("The account is closed.")
            messages.success(request, done)
        return redirect(person)
    context = {"person": person, "crumbs": [(person.name, person.get_absolute_url()), (_("Account"), "")]}
    return render(request, "community/person_activity.html", context)
