"""What facilitators do to a thread, and the label, which every member may raise."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community import access
from community.models import User
from forums.actions.labels import relabel_thread
from forums.actions.threads import hide_thread, set_locked, set_pinned, unhide_thread
from forums.forms.labels import RelabelForm, labels_to_choose
from forums.forms.threads import HidingForm
from forums.forms.writing import add_errors
from forums.models import Thread
from forums.pages import threads_context
from forums.selections import find_thread


def is_on(request: HttpRequest) -> bool:
    """Whether a form with one button asks to switch on ("1") or off ("0")."""
    return request.POST.get("on") == "1"


@require_POST
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a thread for replies, or open it again."""
    thread = find_thread(request.user, pk)
    set_locked(actor=cast(User, request.user), thread=thread, locked=is_on(request))
    messages.success(request, _("The thread is locked.") if is_on(request) else _("The thread is open again."))
    return redirect(thread)


@require_POST
def pin(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a thread on top of the list, or let it go."""
    thread = find_thread(request.user, pk)
    set_pinned(actor=cast(User, request.user), thread=thread, pinned=is_on(request))
    messages.success(request, _("The thread is pinned.") if is_on(request) else _("The thread is no longer pinned."))
    return redirect(thread)


def _context(request: HttpRequest, thread: Any, title: str) -> dict[str, Any]:
    crumbs = (thread.title, thread.get_absolute_url()), (title, "")
    return threads_context(request, thread.community, *crumbs) | {"thread": thread, "thing": thread}


@require_http_methods(["GET", "HEAD", "POST"])
def change_hiding(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide a thread with a reason, or show a hidden one again."""
    thread = find_thread(request.user, pk)
    access.require(request.user, "thread.hide", thread)
    user = cast(User, request.user)
    if request.method == "POST" and thread.hidden_at is not None:
        unhide_thread(actor=user, thread=thread)
        messages.success(request, _("The thread is shown again."))
        return redirect(thread)
    form = HidingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        hide_thread(actor=user, thread=thread, reason=form.cleaned_data["reason"])
        messages.success(request, _("The thread is hidden."))
        return redirect(thread)
    context = _context(request, thread, _("Hide this thread")) | {"form": form}
    return render(request, "forums/hiding.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change_label(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a thread another label."""
    thread = find_thread(request.user, pk)
    user = cast(User, request.user)
    if not labels_to_choose(user, thread):
        raise PermissionDenied
    form = RelabelForm(request.POST if request.method == "POST" else None, actor=user, thread=thread)
    if form.is_valid() and _relabel(user, thread, form):
        messages.success(request, _("The label is now %(label)s.") % {"label": form.cleaned_data["label"]})
        # Who raised a label may have shut themselves out.
        seen = access.visible_to(user, Thread.objects.filter(pk=pk)).exists()
        return redirect(thread) if seen else redirect("threads", thread.community.slug)
    context = _context(request, thread, _("Change the label")) | {
        "form": form,
        "may_lower": access.can(user, "thread.lower_label", thread),
        "lowers_all": access.can(user, "thread.hide", thread),
    }
    return render(request, "forums/thread_label.html", context, status=422 if form.errors else 200)


def _relabel(user: User, thread: Thread, form: RelabelForm) -> bool:
    try:
        relabel_thread(
            actor=user,
            thread=thread,
            label=form.cleaned_data["label"],
            named=form.named_people,
            confirmed=form.cleaned_data["confirmed"],
        )
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True
