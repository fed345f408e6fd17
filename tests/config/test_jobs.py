"""The worker does its jobs, again and again, whatever one of them does."""

import os
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command

from community import jobs
from config.serving import follow_parent

pytestmark = pytest.mark.django_db


@pytest.fixture
def only() -> Iterator[Callable[[jobs.Job], None]]:
    """No job but those that the test registers."""
    kept = dict(jobs._jobs)
    jobs._jobs.clear()
    yield jobs.register_job
    jobs._jobs.clear()
    jobs._jobs.update(kept)


def work_until(condition: Callable[[], bool]) -> None:
    stop = threading.Event()
    worker = threading.Thread(target=jobs.work, args=(stop,))
    worker.start()
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    worker.join(timeout=5)
    assert condition()


def test_once_does_what_is_due_and_stops(only):
    work = [3, 2, 0]
    only(jobs.Job("count", lambda: work.pop(0), every=1))

    call_command("worker", "--once")

    assert work == []


def test_a_job_with_more_to_do_is_called_again_at_once(only):
    left = list(range(50, -1, -1))
    only(jobs.Job("count", lambda: left.pop(0) if left else 0, every=60))

    work_until(lambda: not left)


def test_a_job_that_fails_is_logged_and_tried_again_and_stops_no_other(only, caplog):
    calls: list[str] = []

    def fail() -> int:
        calls.append("fail")
        raise RuntimeError("broken")

    def succeed() -> int:
        calls.append("succeed")
        return 0

    only(jobs.Job("fails", fail, every=0.01))
    only(jobs.Job("succeeds", succeed, every=0.01))

    work_until(lambda: calls.count("fail") > 2 and calls.count("succeed") > 2)

    assert "Job fails failed." in caplog.text


def test_a_worker_stops_when_its_parent_is_gone():
    stop = threading.Event()

    follow_parent(os.getppid() + 1, stop.set)

    assert stop.wait(5)


def test_a_slow_job_keeps_no_other_waiting_and_is_not_waited_for_long(only, monkeypatch):
    monkeypatch.setattr(jobs, "PATIENCE", 0.1)
    let_go, calls = threading.Event(), []

    def take_long() -> int:
        let_go.wait(10)
        return 0

    def count() -> int:
        calls.append(let_go.is_set())
        return 0

    only(jobs.Job("long", take_long, every=0.01, is_slow=True))
    only(jobs.Job("short", count, every=0.01))

    work_until(lambda: len(calls) > 3)

    assert not any(calls)
    let_go.set()
