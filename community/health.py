"""Whether the parts of the site work: what /healthz says, in one word each and without a reason.

The database is what a site cannot do without; without the others it goes on, and says that it limps.
"""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection

logger = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
DEAD_AFTER = 30.0
Check = Callable[[], bool]


def database_answers() -> bool:
    """Whether the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def worker_lives() -> bool:
    """Whether a worker said lately that it is there: it touches a file beside the index, which it shares anyway."""
    try:
        return time.time() - settings.WORKER_BEAT.stat().st_mtime < DEAD_AFTER
    except OSError:
        return False


def beat_until(stop: threading.Event) -> None:
    """Say that a worker is there, every few seconds until `stop` is set."""
    while True:
        settings.WORKER_BEAT.touch()
        if stop.wait(BEAT_SECONDS):
            return


_checks: dict[str, Check] = {"database": database_answers, "worker": worker_lives}


def register_check(name: str, works: Check) -> None:
    """Let /healthz say whether this works. `works` may raise, which means that it does not."""
    _checks[name] = works


def broken() -> list[str]:
    """The names of what does not work now."""
    return [name for name, works in _checks.items() if not _works(name, works)]


def _works(name: str, works: Check) -> bool:
    try:
        return works()
    except Exception:  # whatever goes wrong in looking is what /healthz is for
        logger.exception("The check of %s failed.", name)
        return False
