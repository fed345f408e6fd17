"""What is done to a message that is there: hide it, bring it back."""

from django.db import transaction
from django.utils import timezone

from chat.actions.locking import lock_room
from chat.broadcast import announce_news
from chat.models import Change, Message, ReadMark, Room
from community import access
from community.audit import record
from community.models import User
from community.signals import content_saved


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
