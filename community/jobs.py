"""Work that is done beside the pages: each app registers its jobs, and `worker` does them over and over."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """`run` does what is due and returns how much it did; it is called again at once until it returns 0."""

    name: str
    run: Callable[[], int]
    every: float  # seconds between looks when there is nothing to do


_jobs: dict[str, Job] = {}


def register_job(job: Job) -> None:
    """Let the worker do this job."""
    _jobs[job.name] = job


def run_due() -> int:
    """Do everything that is due, once; for commands and tests. Returns how much was done."""
    return sum(job.run() for job in _jobs.values())


def work(stop: threading.Event) -> None:
    """Do the jobs until `stop` is set. A job that fails is logged and tried again at its next turn."""
    turns = dict.fromkeys(_jobs, 0.0)
    while not stop.is_set():
        for name, job in _jobs.items():
            if turns[name] <= time.monotonic() and not stop.is_set():
                turns[name] = time.monotonic() + (0.0 if _attempt(job) else job.every)
        pause = min(turns.values(), default=time.monotonic() + 1) - time.monotonic()
        stop.wait(max(pause, 0.0))


def _attempt(job: Job) -> int:
    close_old_connections()
    try:
        return job.run()
    except Exception:  # one job's failure must not stop the others
        logger.exception("Job %s failed.", job.name)
        return 0
