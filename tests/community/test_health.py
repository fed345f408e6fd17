"""What machines are told about the site: whether its parts work, and the numbers of the live chat."""

import json
import logging
import os
import threading
import time

import pytest
from django.db import DatabaseError, IntegrityError

from community import health
from community.live import metrics
from config.logs import JsonFormatter, LineFormatter
from search.models import SearchOutbox
from tests import factories


@pytest.fixture
def beat(settings, tmp_path):
    """The sign of life of a worker, just given."""
    settings.WORKER_BEAT = tmp_path / "worker.beat"
    settings.WORKER_BEAT.touch()
    return settings.WORKER_BEAT


def ask(client):
    response = client.get("/healthz")
    return response.status_code, response.content.decode()


def test_a_site_that_works_says_ok(db, client, beat):
    assert ask(client) == (200, "ok\n")


def test_a_site_without_a_worker_limps_and_is_still_served(db, client, beat):
    beat.unlink()
    assert ask(client) == (200, "limping: worker\n")

    beat.touch()
    os.utime(beat, (time.time() - 60, time.time() - 60))
    assert ask(client) == (200, "limping: worker\n")


def test_an_index_that_stays_behind_is_told(db, client, beat, time_machine):
    SearchOutbox.objects.create(kind="thread", object_pk=1)
    assert ask(client)[1] == "ok\n"

    time_machine.move_to(time.time() + 400)
    os.utime(beat, (time.time(), time.time()))

    assert ask(client) == (200, "limping: index\n")


def test_a_redis_that_does_not_answer_is_told(db, client, beat, settings, caplog):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert ask(client) == (200, "limping: redis\n")


def test_a_database_that_does_not_answer_is_503_and_no_reason_is_told(client, beat, monkeypatch, caplog):
    def refuse():
        raise DatabaseError(f"password of {factories.CANARY} is wrong")

    monkeypatch.setitem(health._checks, "database", refuse)
    monkeypatch.setitem(health._checks, "index", lambda: True)

    assert ask(client) == (503, "down: database\n")


def test_a_worker_gives_signs_of_life_until_it_stops(beat):
    beat.unlink()
    stop = threading.Event()
    heart = threading.Thread(target=health.beat_until, args=[stop])
    heart.start()
    stop.set()
    heart.join(5)

    assert health.worker_lives()


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer "}, {"Authorization": "Bearer wrong"}])
def test_the_numbers_are_for_who_knows_the_token(db, client, settings, given):
    nothing_there = client.get("/communities/nergens/").status_code
    assert client.get("/metrics", headers=given).status_code == nothing_there
    settings.METRICS_TOKEN = "a-long-secret"
    assert client.get("/metrics", headers=given).status_code == nothing_there


def test_the_numbers_come_in_the_format_of_prometheus(db, client, settings):
    settings.METRICS_TOKEN = "a-long-secret"
    metrics.count("commits")
    metrics.count_close(4408)

    response = client.get("/metrics", headers={"Authorization": "Bearer a-long-secret"})

    text = response.content.decode()
    assert response.status_code == 200
    assert "# TYPE kenniskring_live_commits_total counter" in text
    assert 'code="4408"} ' in text
    assert all(line.startswith(("#", "kenniskring_live_")) for line in text.splitlines())


def record_of(error):
    try:
        raise error
    except type(error) as raised:
        info = (type(raised), raised, raised.__traceback__)
    return logging.LogRecord("chat", logging.ERROR, "x.py", 1, "It went %s.", ("wrong",), info)


@pytest.mark.parametrize("formatter", [JsonFormatter(), LineFormatter("{message}", style="{")])
def test_log_lines_hold_no_row_that_the_database_refused(formatter):
    line = formatter.format(record_of(IntegrityError(f"Failing row contains ({factories.CANARY})")))

    assert "It went wrong." in line
    assert "IntegrityError" in line
    assert factories.CANARY not in line


def test_a_log_line_for_machines_is_one_json_object():
    line = JsonFormatter().format(record_of(ValueError("no number")))

    told = json.loads(line)
    assert (told["level"], told["logger"], told["message"]) == ("ERROR", "chat", "It went wrong.")
    assert "ValueError: no number" in told["error"]
    assert "\n" not in line
