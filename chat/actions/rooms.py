"""What is done to a room: make it, change it, close it, relabel it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.actions.locking import lock_room
from chat.models import Message, Room
from community import access
from community.audit import record
from community.labelling import choose_audience, refuse_newcomers
from community.models import Community, Label, User
from community.signals import access_changed, content_saved

LONGEST_NAME, LONGEST_PURPOSE = 60, 250


@dataclass(frozen=True)
class RoomDetails:
    """How a room is to be: what it is called, what it is for, whether it is closed."""

    name: str
    purpose: str = ""
    is_closed: bool = False


@dataclass(frozen=True)
class Relabelling:
    """Another label for a room: the people of TLP:RED, and whether it was stated that more people may see it all."""

    label: Label
    named: frozenset[User] = frozenset()
    confirmed: bool = False


def create_room(
    *, actor: User, community: Community, details: RoomDetails, label: Label | str, named: Iterable[User] = ()
) -> Room:
    """A new room. `named`: the people of a TLP:RED room. Raises Http404, PermissionDenied or ValidationError."""
    with transaction.atomic():
        access.require(actor, "room.create", community)
        _check(details, community, None)
        label = Label(label)
        audience = choose_audience(label=label, community=community, author=actor, named=named)
        room = Room.objects.create(
            community=community, author=actor, label=label, audience=audience,
            name=details.name.strip(), purpose=details.purpose.strip(),
        )  # fmt: skip
        content_saved.send(sender=Room, instance=room)
        record("room.created", actor=actor, community=community, target=room, label=label.value)
    return room


def edit_room(*, actor: User, room: Room, details: RoomDetails, relabelling: Relabelling | None = None) -> Room:
    """Change a room; another label goes for everything that was said in it, at once.

    Raises Http404, PermissionDenied or ValidationError.
    """
    with transaction.atomic():
        room = lock_room(room=room)
        access.require(actor, "room.edit", room)
        _check(details, room.community, room)
        room.name, room.purpose = details.name.strip(), details.purpose.strip()
        if details.is_closed != (room.archived_at is not None):
            room.archived_at = timezone.now() if details.is_closed else None
            record("room.closed" if details.is_closed else "room.opened", actor=actor, community=room.community,
                   target=room)  # fmt: skip
        if relabelling is not None and relabelling.label != room.get_label():
            _relabel(actor, room, relabelling)
        room.save()
        content_saved.send(sender=Room, instance=room)
    return room


def _check(details: RoomDetails, community: Community, room: Room | None) -> None:
    name = details.name.strip()
    if not name or len(name) > LONGEST_NAME or len(details.purpose) > LONGEST_PURPOSE:
        raise ValidationError({"name": _("Give the room a name of at most 60 characters.")})
    same_name = Room.objects.filter(community=community, name=name).first()
    if same_name is not None and same_name != room:
        raise ValidationError({"name": _("There is a room with this name already.")})


def _relabel(actor: User, room: Room, relabelling: Relabelling) -> None:
    """The label is that of the room's author, whoever changes it; who changes it stays in."""
    before, label, named = room.label, relabelling.label, {actor, *relabelling.named}
    if not label.is_wider_than(before):
        refuse_newcomers(room, named)
    elif not relabelling.confirmed:
        raise ValidationError({"confirmed": _("Confirm that more people may see what was said here.")})
    try:
        room.audience = choose_audience(label=label, community=room.community, author=room.author, named=named)
    except ValidationError as error:
        raise ValidationError({"label": error.messages}) from error
    room.label = label
    Message.objects.filter(room=room).update(label=label, audience=room.audience)
    for message in Message.objects.filter(room=room).iterator():
        content_saved.send(sender=Message, instance=message)
    record("room.relabelled", actor=actor, community=room.community, target=room, before=before, after=label.value)
    transaction.on_commit(lambda: access_changed.send(sender=Room, people=[]))
