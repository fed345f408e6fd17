"""How fast one person may talk, by sockets and forms together."""

from community.live.limits import Bucket

PER_SECOND, AT_ONCE = 5, 10
KEPT = 10_000  # people
_buckets: dict[int, Bucket] = {}


def pause_needed(person: int) -> float:
    """Count one more message of this person; 0 when it may be sent, else the seconds to wait."""
    if len(_buckets) > KEPT:
        _buckets.clear()
    bucket = _buckets.setdefault(person, Bucket(PER_SECOND, AT_ONCE))
    return 0.0 if bucket.take() else max(bucket.seconds_until_next, 0.1)
