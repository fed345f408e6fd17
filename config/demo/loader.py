"""Loads the demo alliance in one transaction; what is there already is left as its users made it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from config.demo import content, people, texts


@transaction.atomic
def load(now: datetime | None = None) -> dict[str, int]:
    """Make what is missing, with times relative to now. Gives how many of each kind were made."""
    now = now or timezone.now()
    cast = people.load_alliance(texts.alliance(), now)
    written = texts.practices()
    practices = content.load_practices(cast, written, now)
    threads = content.load_threads(cast, texts.threads(), written, now)
    rooms = content.load_rooms(cast, texts.rooms(), now)
    return {
        "people": len(cast.new_people),
        "communities": len(cast.new_communities),
        "practices": len(practices),
        "threads": len(threads),
        "posts": sum(thread.last_number for thread in threads),
        "rooms": len(rooms),
        "messages": sum(room.last_seq for room in rooms),
    }
