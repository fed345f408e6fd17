"""What is done to a message: send it, hide it, bring it back."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.actions.locking import as_of_now, lock_room
from chat.broadcast import announce_news
from chat.models import Change, Message, ReadMark, Room
from chat.rendering import clean_body, render_line
from community import access
from community.audit import record
from community.markdown import RENDERER_VERSION
from community.models import User
from community.signals import content_saved


def send_message(*, actor: User, room: Room, body: str, cid: UUID) -> Message:
    """A new line in the room, with the next number; the same `cid` sent again gives the line that is there.

    Raises Http404, PermissionDenied or ValidationError.
    """
    body = clean_body(body)
    html = render_line(body)
    with transaction.atomic():
        room = lock_room(room=room)
        actor = as_of_now(actor=actor)
        access.require(actor, "room.send", room)
        sent = Message.objects.filter(room=room, author=actor, cid=cid).first()
        if sent is not None:
            return sent
        if room.archived_at is not None:
            raise ValidationError(_("This room is closed."))
        message = Message.objects.create(
            room=room, seq=_next_seq(room), cid=cid, community=room.community, author=actor, label=room.label,
            audience=room.audience, body=body, html=html, renderer=RENDERER_VERSION,
        )  # fmt: skip
        # Who had read everything has read their own line too.
        ReadMark.objects.filter(person=actor, room=room, seq=message.seq - 1).update(seq=message.seq)
        content_saved.send(sender=Message, instance=message)
        announce_news(room)
    return message


def hide_message(*, actor: User, message: Message, hidden: bool = True) -> Message:
    """Hide a message from all but the facilitators, or bring it back. Raises Http404 or PermissionDenied."""
    with transaction.atomic():
        room = lock_room(room=message.room)
        message = Message.objects.select_related("room", "community", "author").get(pk=message.pk)
        access.require(actor, "message.hide", message)
        if (message.hidden_at is not None) == hidden:
            return message
        message.hidden_at = timezone.now() if hidden else None
        message.save(update_fields=["hidden_at"])
        change = Change.objects.create(room=room, seq=_next_seq(room), message=message, hides=hidden)
        # A change is nothing to read: it makes a room unread for nobody who had read it all.
        ReadMark.objects.filter(room=room, seq=change.seq - 1).update(seq=change.seq)
        content_saved.send(sender=Message, instance=message)
        action = "message.hidden" if hidden else "message.shown"
        record(action, actor=actor, community=room.community, person=message.author, target=message)
        announce_news(room)
    return message


def _next_seq(room: Room) -> int:
    room.last_seq += 1
    room.save(update_fields=["last_seq"])
    return room.last_seq
