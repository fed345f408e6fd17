"""How the site is served: what several processes need, what a restart tells the sockets, and pages on few threads."""

import asyncio
import threading
import uuid

import pytest
from asgiref.sync import sync_to_async
from django.core.management import CommandError, call_command

from chat.models import Message
from community.live import limits
from config.pages import BoundedPages
from config.serving import bind
from tests import factories


@pytest.mark.parametrize(
    ("engine", "redis", "words"),
    [
        ("django.db.backends.sqlite3", "redis://127.0.0.1/0", "DATABASE_URL"),
        ("django.db.backends.postgresql", "", "REDIS_URL"),
    ],
)
def test_several_processes_need_postgresql_and_redis(settings, monkeypatch, engine, redis, words):
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", engine)
    settings.REDIS_URL = redis

    with pytest.raises(CommandError, match=words):
        call_command("serve", "--workers", "2")


def test_a_port_that_is_taken_is_told_in_words():
    with bind("127.0.0.1", 0) as taken:
        taken.listen()
        with pytest.raises(CommandError, match="Cannot listen"):
            call_command("serve", "--no-worker", "--port", str(taken.getsockname()[1]))


def test_a_restart_finishes_what_was_sent_and_tells_when_to_come_back(anna, ciso, live_site, open_socket):
    room = factories.make_room(ciso, anna)
    listener = open_socket(anna).sends("sub", room=room.pk, after=-1)
    listener.hears("live")

    cid = str(uuid.uuid4())
    listener.sends("send", room=room.pk, cid=cid, body="Nog net.")
    live_site.server.should_exit = True

    assert listener.is_put_out(seconds=5) == limits.RESTARTING
    bye = listener.heard[-1]
    assert (bye["t"], bye["code"], bye["within"]) == ("bye", 4503, 1)
    # Acknowledged and kept, or neither: then it is sent again.
    assert any(frame["t"] == "ack" for frame in listener.heard) == Message.objects.filter(cid=cid).exists()


async def test_no_more_pages_are_made_at_once_than_there_are_threads():
    names, at_once, now = set(), [], 0
    lock, gate = threading.Lock(), threading.Barrier(2, timeout=5)

    def work():
        nonlocal now
        with lock:
            now += 1
            names.add(threading.current_thread().name)
            at_once.append(now)
        gate.wait()  # passes only where two are at work together
        with lock:
            now -= 1

    async def page(_scope, _receive, _send):
        await sync_to_async(work)()

    pages = BoundedPages(page, threads=2)

    await asyncio.gather(*(pages({}, None, None) for _ in range(8)))

    assert max(at_once) == 2
    assert len(names) == 2
