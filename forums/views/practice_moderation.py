"""What facilitators do to a practice, and its label, which every member may raise."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community import access
from community.models import User
from forums.actions.practices import (
    hide_practice,
    publish_practice,
    relabel_practice,
    unhide_practice,
    unpublish_practice,
)
from forums.forms.practices import PracticeLabelForm
from forums.forms.threads import HidingForm
from forums.forms.writing import add_errors
from forums.models import Practice
from forums.practice_selections import find_practice
from forums.views.moderation import is_on
from forums.views.practices import practices_context


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a draft, or make a draft of it again."""
    practice = find_practice(request.user, pk)
    user = cast(User, request.user)
    try:
        if is_on(request):
            publish_practice(actor=user, practice=practice)
            messages.success(request, _("The practice is published."))
        else:
            unpublish_practice(actor=user, practice=practice)
            messages.success(request, _("The practice is a draft again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(practice)


@require_http_methods(["GET", "HEAD", "POST"])
def change_hiding(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide a practice with a reason, or show a hidden one again."""
    practice = find_practice(request.user, pk)
    access.require(request.user, "practice.hide", practice)
    user = cast(User, request.user)
    if request.method == "POST" and practice.hidden_at is not None:
        unhide_practice(actor=user, practice=practice)
        messages.success(request, _("The practice is shown again."))
        return redirect(practice)
    form = HidingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        hide_practice(actor=user, practice=practice, reason=form.cleaned_data["reason"])
        messages.success(request, _("The practice is hidden."))
        return redirect(practice)
    crumbs = (practice.title, practice.get_absolute_url()), (_("Hide this practice"), "")
    context = practices_context(request, practice.community, *crumbs) | {"thing": practice, "form": form}
    return render(request, "forums/hiding.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change_label(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a practice another label."""
    practice = find_practice(request.user, pk)
    user = cast(User, request.user)
    if not any(access.rights(user, practice, ("practice.raise_label", "practice.lower_label")).values()):
        raise PermissionDenied
    form = PracticeLabelForm(request.POST if request.method == "POST" else None, actor=user, practice=practice)
    if form.is_valid() and _relabel(user, practice, form):
        messages.success(request, _("The label is now %(label)s.") % {"label": form.cleaned_data["label"]})
        # Who raised a label may have shut themselves out.
        seen = access.visible_to(user, Practice.objects.filter(pk=pk)).exists()
        return redirect(practice) if seen else redirect("community_practices", practice.community.slug)
    crumbs = (practice.title, practice.get_absolute_url()), (_("Change the label"), "")
    context = practices_context(request, practice.community, *crumbs) | {"practice": practice, "form": form}
    return render(request, "forums/practice_label.html", context, status=422 if form.errors else 200)


def _relabel(user: User, practice: Practice, form: PracticeLabelForm) -> bool:
    try:
        relabel_practice(
            actor=user,
            practice=practice,
            label=form.cleaned_data["label"],
            named=form.named_people,
            confirmed=form.cleaned_data["confirmed"],
        )
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True
