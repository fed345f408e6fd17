"""Messages by form: sending one, hiding one."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chat.actions.messages import hide_message
from chat.actions.sending import send_message
from chat.forms import MessageForm
from chat.models import Message
from chat.pace import pause_needed
from chat.views.rooms import find_room, render_room
from community import access
from community.models import User


@require_POST
def add_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message from the form; what was sent already is not sent again."""
    room = find_room(request, pk)
    access.require(request.user, "room.send", room)
    actor = cast(User, request.user)
    form = MessageForm(request.POST)
    if form.is_valid() and pause_needed(actor.pk):
        form.add_error(None, _("You are going very fast. Wait a moment and send it again; your text is kept here."))
    if form.is_valid():
        try:
            message = send_message(actor=actor, room=room, body=form.cleaned_data["body"], cid=form.cleaned_data["cid"])
        except ValidationError as error:
            form.add_error("body", error)
        else:
            return redirect(f"{room.get_absolute_url()}#{message.anchor}")
    return render_room(request, room, form, status=422)


@require_POST
def set_hiding(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide a message, or bring it back."""
    rows = Message.objects.select_related("room__audience", "community", "audience")
    message = get_object_or_404(access.visible_to(request.user, rows), pk=pk)
    access.require(request.user, "message.hide", message)
    hidden = request.POST.get("hidden") == "1"
    hide_message(actor=cast(User, request.user), message=message, hidden=hidden)
    messages.success(request, _("The message is hidden.") if hidden else _("The message is shown again."))
    return redirect(message)
