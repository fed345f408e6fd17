"""What the worker does for the index at each turn: a build that was asked for, else what changed; and it says so."""

import time
from dataclasses import dataclass

from django.utils import timezone

from search.backends.base import WriterBusyError
from search.indexer import drain, rebuild
from search.models import IndexBuild, IndexerTurn

SAY_EVERY = 15.0  # seconds between two times that it says that it is there, with nothing to do


@dataclass
class _Said:
    """When this process said so last."""

    at: float = -SAY_EVERY


_said = _Said()


def take_turn() -> int:
    """Do what there is to do; how much was done. The job of the worker."""
    if IndexBuild.objects.filter(started_at=None, ended_at=None).exists():
        return _build()
    done = drain()
    if done or time.monotonic() - _said.at >= SAY_EVERY:
        _say(done)
    return done


def _build() -> int:
    try:
        return max(1, rebuild(patience=0))
    except WriterBusyError:
        return 0  # somebody builds one by hand, which is as good


def _say(done: int) -> None:
    _said.at = time.monotonic()
    now = timezone.now()
    values = {"looked_at": now} | ({"drained_at": now, "drained": done} if done else {})
    IndexerTurn.objects.update_or_create(pk=IndexerTurn.ONE, defaults=values)
