"""How far somebody has read: it only goes up."""

from django.db import transaction

from chat.models import ReadMark, Room
from community import access
from community.models import User


def mark_read(*, actor: User, room: Room, seq: int) -> int:
    """Note that everything up to `seq` was seen; returns how far the person is. Raises Http404 or PermissionDenied."""
    with transaction.atomic():
        access.require(actor, "room.view", room)
        seq = max(0, min(seq, room.last_seq))
        mark, _is_new = ReadMark.objects.get_or_create(person=actor, room=room, defaults={"seq": seq})
        if mark.seq >= seq:
            return mark.seq
        # The condition holds against two tabs that tell at the same moment.
        ReadMark.objects.filter(pk=mark.pk, seq__lt=seq).update(seq=seq)
        return seq
