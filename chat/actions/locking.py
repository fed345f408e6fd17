"""Holding a room while something is added to its log, so that numbers follow the order of commits."""

from django.http import Http404

from chat.models import Room
from community import access
from community.models import User


def lock_room(*, room: Room) -> Room:
    """The room as it is now, held until the transaction ends. Raises Http404 where it is gone."""
    locked = Room.objects.select_for_update(of=("self",)).select_related("community", "audience")
    try:
        return locked.get(pk=room.pk)
    except Room.DoesNotExist:
        raise Http404 from None


def as_of_now(*, actor: User) -> User:
    """The actor with what they may do at this moment: asked within the transaction that writes."""
    try:
        fresh = User.objects.get(pk=actor.pk)
    except User.DoesNotExist:
        raise Http404 from None
    access.remember(fresh)
    return fresh
