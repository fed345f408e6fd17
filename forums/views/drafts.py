"""Drafts: saving one while somebody types, the list of one's own, throwing one away; and the preview of a text."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community import markdown
from community.models import User
from forums.actions.drafts import StaleDraftError, discard_draft, save_draft
from forums.forms.drafts import DraftForm
from forums.models import Draft
from forums.pace import PREVIEWS_A_MINUTE, keep_pace
from forums.places import find_place, find_places


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, and not a form."""
    return request.headers.get("Accept", "").startswith("application/json")


@require_http_methods(["GET", "HEAD", "POST"])
def drafts(request: HttpRequest) -> HttpResponse:
    """One's own drafts; a POST saves one."""
    return _save(request) if request.method == "POST" else _show(request)


def _show(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    rows = list(Draft.objects.filter(person=user))
    # A draft for a place that the person no longer sees is kept, and shown again when they see it again.
    places = find_places(user, [draft.place for draft in rows])
    entries = [{"draft": draft, "place": places[draft.place]} for draft in rows if draft.place in places]
    return render(request, "forums/drafts.html", {"entries": entries, "crumbs": [(_("Drafts"), "")]})


def _save(request: HttpRequest) -> HttpResponse:
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _refuse(request, form, _("This draft could not be kept."), 422)
    data = form.cleaned_data
    try:
        sequence = save_draft(
            actor=cast(User, request.user),
            place=data["place"],
            title=data["title"],
            body=data["body"],
            sequence=data["sequence"] or 0,
        )
    except StaleDraftError:
        text = _("This draft was changed, posted or thrown away in another window. Nothing there is overwritten.")
        return _refuse(request, form, text, 409)
    if wants_json(request):
        return JsonResponse({"sequence": sequence})
    messages.success(request, _("Your draft is saved."))
    return redirect(find_place(cast(User, request.user), data["place"]).url)


def _refuse(request: HttpRequest, form: DraftForm, text: str, status: int) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": text}, status=status)
    context = {"text": text, "body": form.data.get("body", ""), "crumbs": [(_("Drafts"), "")]}
    return render(request, "forums/draft_refused.html", context, status=status)


@require_POST
def remove_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw one's own draft away."""
    user = cast(User, request.user)
    draft = get_object_or_404(Draft, person=user, pk=pk)
    discard_draft(actor=user, draft=draft)
    messages.success(request, _("The draft is thrown away."))
    return redirect("drafts")


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """A text as it will look: a fragment of HTML."""
    try:
        keep_pace(cast(User, request.user), "preview", PREVIEWS_A_MINUTE)
        html = markdown.render(request.POST.get("body", ""))
    except ValidationError as error:
        return render(request, "forums/_preview.html", {"errors": error.messages}, status=422)
    return render(request, "forums/_preview.html", {"preview": html})
