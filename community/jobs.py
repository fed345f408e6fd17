"""Work that is done beside the pages: each app registers its jobs, and `worker` does them over and over."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import close_old_connections, connections

logger = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds that a slow job has to end in; what it had begun is done again after the next start


@dataclass(frozen=True)
class Job:
    """`run` does what is due and returns how much it did; it is called again at once until it returns 0.

    A slow job has a thread of its own, so that no other waits for it; it may be cut off when the worker stops.
    """

    name: str
    run: Callable[[], int]
    every: float  # seconds between looks when there is nothing to do
    is_slow: bool = False


_jobs: dict[str, Job] = {}


def register_job(job: Job) -> None:
    """Let the worker do this job."""
    _jobs[job.name] = job


def run_due() -> int:
    """Do everything that is due, once; for commands and tests. Returns how much was done."""
    return sum(job.run() for job in _jobs.values())


def work(stop: threading.Event) -> None:
    """Do the jobs until `stop` is set. A job that fails is logged and tried again at its next turn."""
    slow = [
        threading.Thread(target=_take_turns, args=([job], stop), daemon=True, name=f"job {job.name}")
        for job in _jobs.values()
        if job.is_slow
    ]
    for thread in slow:
        thread.start()
    _take_turns([job for job in _jobs.values() if not job.is_slow], stop)
    for thread in slow:
        thread.join(PATIENCE)


def _take_turns(jobs: Sequence[Job], stop: threading.Event) -> None:
    turns = dict.fromkeys((job.name for job in jobs), 0.0)
    while not stop.is_set():
        for job in jobs:
            if turns[job.name] <= time.monotonic() and not stop.is_set():
                turns[job.name] = time.monotonic() + (0.0 if _attempt(job) else job.every)
        pause = min(turns.values(), default=time.monotonic() + 1) - time.monotonic()
        stop.wait(max(pause, 0.0))
    connections.close_all()


def _attempt(job: Job) -> int:
    close_old_connections()
    try:
        return job.run()
    except Exception:  # one job's failure must not stop the others
        logger.exception("Job %s failed.", job.name)
        return 0
