"""When things happened in the demo alliance: relative to now, in working hours, the same spread every time."""

from datetime import datetime, timedelta
from zlib import crc32

from django.utils import timezone

SATURDAY = 5


def chance(seed: str, below: int) -> int:
    """A number from 0 up to (not with) `below` that the seed decides."""
    return crc32(seed.encode()) % below


def working_moment(seed: str, day: datetime) -> datetime:
    """A moment between eight and six on that day, or on the Friday before it when it is a weekend."""
    local = timezone.localtime(day)
    local -= timedelta(days=max(local.weekday() - SATURDAY + 1, 0))
    return local.replace(hour=8 + chance(f"{seed} hour", 10), minute=chance(f"{seed} minute", 60), second=7)


def spread(seed: str, count: int, *, days_ago: float, lasted: float, now: datetime) -> list[datetime]:
    """The moments of `count` posts, in order: from `days_ago` until `lasted` days later, none in the future."""
    start = now - timedelta(days=days_ago)
    step = timedelta(days=min(lasted, days_ago)) / max(count - 1, 1)
    moments = sorted(working_moment(f"{seed} {number}", start + number * step) for number in range(count))
    return [min(moment, now - timedelta(minutes=9 * (count - at))) for at, moment in enumerate(moments)]


def talk(seed: str, count: int, *, days_ago: float, now: datetime) -> list[datetime]:
    """The moments of `count` lines of chat: a start in working hours and some minutes between lines."""
    pauses = [timedelta(seconds=20 + chance(f"{seed} {number}", 220)) for number in range(count)]
    latest = now - timedelta(minutes=4 * count + 5)
    at = min(working_moment(seed, now - timedelta(days=days_ago)), latest)
    moments = []
    for pause in pauses:
        at += pause
        moments.append(at)
    return moments
