"""Two web processes on one port: everybody hears everybody, is seen by everybody, and is put out by either.

Redis only makes it faster. While it is gone the pages say so, and what one process wrote is found by the other.
"""

import json
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
import redis
from websockets.sync.client import ClientConnection, connect

from tests.drills.test_chat_survives import people_of
from tests.running_site import RunningSite, free_port, postgresql_for_a_drill

pytestmark = pytest.mark.drill

LISTENERS = 12  # enough that both processes have some


class Redis:
    """A Redis of our own, to be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = ["redis-server", "--port", str(self.port), "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        with redis.Redis.from_url(self.url) as client:
            wait_until(lambda: answers(client), 10)

    def stop(self) -> None:
        """Stop it, as a crash would."""
        self.process.kill()
        self.process.wait()


def answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


class Listener:
    """A socket in the room, and what came."""

    def __init__(self, stack: ExitStack, site: RunningSite, cookie: str, room: int) -> None:
        address, headers = f"{site.url.replace('http', 'ws')}/ws/", {"Cookie": cookie}
        self.socket: ClientConnection = stack.enter_context(
            connect(address, origin=site.url, additional_headers=headers, compression=None, close_timeout=1)
        )
        self.heard: list[dict] = []
        self.send(t="sub", room=room, after=-1)
        self.hears(lambda frame: frame["t"] == "live", 10)

    def send(self, **frame: object) -> None:
        self.socket.send(json.dumps(frame))

    def hears(self, condition: Callable[[dict], bool], seconds: float) -> dict:
        """The first frame like this, of those that came and of those to come."""
        deadline = time.monotonic() + seconds
        seen = 0
        while True:
            for frame in self.heard[seen:]:
                if condition(frame):
                    return frame
            seen = len(self.heard)
            packet = json.loads(self.socket.recv(timeout=max(0.001, deadline - time.monotonic())))
            self.heard += packet if isinstance(packet, list) else [packet]


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[Redis]:
    if shutil.which("redis-server") is None:
        pytest.skip("No Redis: there is no redis-server here.")
    server = Redis(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def site(tmp_path: Path, own_redis: Redis) -> Iterator[RunningSite]:
    with postgresql_for_a_drill() as url:
        site = RunningSite(tmp_path, DATABASE_URL=url, REDIS_URL=own_redis.url, METRICS_TOKEN="drill")
        site.manage("migrate", "-v", "0")
        yield site
        site.stop()


def metrics(site: RunningSite) -> list[float]:
    """How many sockets each process has, by whichever process answers."""
    request = Request(f"{site.url}/metrics", headers={"Authorization": "Bearer drill"})
    with urlopen(request, timeout=5) as response:
        lines = response.read().decode().splitlines()
    return [float(line.split()[-1]) for line in lines if line.startswith("kenniskring_live_sockets{")]


def says(listener: Listener, room: int) -> str:
    cid = str(uuid.uuid4())
    listener.send(t="send", room=room, cid=cid, body="Hoort iedereen dit?")
    listener.hears(lambda frame: frame.get("cid") == cid and frame["t"] == "ack", 5)
    return cid


def all_hear(listeners: list[Listener], cid: str, seconds: float) -> None:
    for listener in listeners:
        listener.hears(lambda frame: frame.get("cid") == cid and frame["t"] == "msg", seconds)


def test_two_processes_are_one_site_with_and_without_redis(site: RunningSite, own_redis: Redis):
    room, cookies = people_of(site)
    site.start("--workers", "2")
    with ExitStack() as stack:
        listeners = [Listener(stack, site, cookie, room) for cookie in cookies[:LISTENERS]]
        # Where one process has all the sockets, the drill means nothing.
        wait_until(lambda: sum(found := metrics(site)) == LISTENERS and min(found) > 0, 20)
        for listener in listeners:
            listener.hears(lambda frame: frame["t"] == "pres" and frame["count"] == LISTENERS, 10)
        all_hear(listeners, says(listeners[0], room), 2)

        own_redis.stop()
        all_are_told(listeners, is_slow=True)
        all_hear(listeners, says(listeners[0], room), 3)

        own_redis.start()
        all_are_told(listeners, is_slow=False)
        all_hear(listeners, says(listeners[0], room), 2)

        remove = "from community.models import Membership; Membership.objects.all().delete()"
        site.manage("shell", "-v", "0", "-c", remove)
        for listener in listeners:
            assert listener.hears(lambda frame: frame["t"] == "bye", 2)["code"] == 4403
    count = f"from chat.models import Room; print(Room.objects.get(pk={room}).last_seq)"
    assert int(site.manage("shell", "-v", "0", "-c", count).split()[-1]) == 3


def all_are_told(listeners: list[Listener], *, is_slow: bool) -> None:
    """That news of other processes comes late, or at once again."""
    for listener in listeners:
        listener.heard.clear()
        listener.hears(lambda frame: frame["t"] == "pace" and frame["slow"] == is_slow, 10)
