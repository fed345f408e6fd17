"""The rooms of a community: their list, one of them, making and changing one."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions.reading import mark_read
from chat.actions.rooms import create_room, edit_room
from chat.forms import MessageForm, RoomForm
from chat.models import ReadMark, Room
from chat.selections import history_of, number_in, rooms_for, rooms_of
from community import access, registry
from community.models import Community, User

ROOM_RIGHTS = ("room.send", "room.edit", "message.hide")


def _context(request: HttpRequest, community: Community, *crumbs: tuple[str, str]) -> dict[str, Any]:
    """What every page in a community shares; who may not see the community itself gets no links into it."""
    if not access.can(request.user, "community.view", community):
        return {"community": community, "tabs": [], "crumbs": list(crumbs[-1:])}
    home = (community.name, community.get_absolute_url())
    trail = [home, *crumbs]
    return {"community": community, "tabs": registry.tabs(request, community, trail), "crumbs": trail}


def _rooms_crumb(community: Community) -> tuple[str, str]:
    return _("Rooms"), reverse("rooms", args=[community.slug])


def _find_community(request: HttpRequest, slug: str) -> Community:
    return get_object_or_404(access.visible_to(request.user, Community.objects.all()), slug=slug)


def find_room(request: HttpRequest, pk: int) -> Room:
    """The room of this address, which this person may see. Raises Http404 or PermissionDenied."""
    room = get_object_or_404(rooms_for(request.user), pk=pk)
    access.require(request.user, "room.view", room)
    return room


@require_safe
def show_rooms(request: HttpRequest, slug: str) -> HttpResponse:
    """The rooms of a community that this person may see, with how much is new in each."""
    community = _find_community(request, slug)
    context = _context(request, community, (_("Rooms"), ""))
    context |= {
        "rooms": list(rooms_of(cast(User, request.user), community)),
        "rights": access.rights(request.user, community, ["room.create"]),
    }
    return render(request, "chat/room_list.html", context)


@require_safe
def show_room(request: HttpRequest, pk: int) -> HttpResponse:
    """A room: its latest messages, or those before or after a number."""
    return render_room(request, find_room(request, pk), MessageForm())


def render_room(request: HttpRequest, room: Room, form: MessageForm, status: int = 200) -> HttpResponse:
    """The page of a room with this form for a message."""
    user = cast(User, request.user)
    before, after = number_in(request.GET.get("before")), number_in(request.GET.get("after"))
    mark = ReadMark.objects.filter(person=user, room=room).first()
    history = history_of(user, room, before=before, after=after, read=mark.seq if mark else None)
    rights = access.rights(user, room, ROOM_RIGHTS)
    context = _context(request, room.community, _rooms_crumb(room.community), (room.name, ""))
    context |= {
        "room": room,
        "named": access.named_in(room),
        "history": history,
        "is_latest": not history.has_newer,
        "unread": room.last_seq - (mark.seq if mark else 0),
        "rights": rights,
        "may_send": rights["send"] and room.archived_at is None,
        "form": form,
    }
    return render(request, "chat/room.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def new_room(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for a new room."""
    community = _find_community(request, slug)
    access.require(request.user, "room.create", community)
    actor = cast(User, request.user)
    form = RoomForm(request.POST or None, actor=actor, community=community)
    if form.is_bound and form.is_valid():
        try:
            room = create_room(
                actor=actor, community=community, details=form.details, label=form.cleaned_data["label"],
                named=form.named_people,
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The room is open."))
            return redirect(room)
    context = _context(request, community, _rooms_crumb(community), (_("New room"), "")) | {"form": form}
    return render(request, "chat/room_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change_room(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that changes a room."""
    room = find_room(request, pk)
    access.require(request.user, "room.edit", room)
    actor = cast(User, request.user)
    form = RoomForm(request.POST or None, actor=actor, community=room.community, room=room)
    if form.is_bound and form.is_valid():
        try:
            edit_room(actor=actor, room=room, details=form.details, relabelling=form.relabelling)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The room is changed."))
            return redirect(room)
    crumbs = (_rooms_crumb(room.community), (room.name, room.get_absolute_url()), (_("Change"), ""))
    context = _context(request, room.community, *crumbs) | {"form": form, "room": room}
    return render(request, "chat/room_edit.html", context, status=422 if form.errors else 200)


@require_POST
def read_room(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that this person has seen the room up to a number."""
    room = find_room(request, pk)
    mark_read(actor=cast(User, request.user), room=room, seq=number_in(request.POST.get("seq")) or 0)
    return redirect("rooms", room.community.slug)
