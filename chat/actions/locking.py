"""Holding a room while something is added to its log, so that numbers follow the order of commits."""

from collections.abc import Iterable

from django.http import Http404

from chat.models import Room


def lock_room(*, room: Room) -> Room:
    """The room as it is now, held until the transaction ends. Raises Http404 where it is gone."""
    locked = Room.objects.select_for_update(of=("self",)).select_related("community", "audience")
    try:
        return locked.get(pk=room.pk)
    except Room.DoesNotExist:
        raise Http404 from None


def lock_rooms(*, pks: Iterable[int]) -> dict[int, Room]:
    """The same for several at once, in one order, so that two processes never wait for each other. By key."""
    rooms = Room.objects.select_for_update(of=("self",)).filter(pk__in=set(pks)).order_by("pk")
    return {room.pk: room for room in rooms}
