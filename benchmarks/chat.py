"""How much the live chat carries: everybody in one room hears everybody, and each line is kept before it is heard.

Run with `python -m benchmarks.chat [--people N] [--senders N] [--seconds N]`: it serves a site of its own in a
temporary folder, opens a socket for each person, and lets the senders talk as fast as one person may. The same load
then goes through a bare server that keeps nothing and knows no rights: the yardstick of the same run. The last line is
`RESULT` and a JSON object: deliveries and delays of the site as ratios of the bare server's.
"""

import argparse
import asyncio
import json
import logging
import os
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, broadcast, serve

from tests.running_site import RunningSite, free_port

ROOM_NAME = "Meting"
LINES_A_SECOND = 4  # of one sender; the site allows five
MAX_QUIET = 3.0  # seconds without a frame after which nothing more is expected


def make_people(count: int) -> tuple[int, list[str]]:
    """A room with this many members, on the site of KENNISKRING_DATA: its id, and the Cookie header of each."""
    import django

    django.setup()
    logging.getLogger("websockets").setLevel(logging.WARNING)
    from django.db import transaction

    from tests import factories
    from tests.live import cookies_of

    with transaction.atomic():
        community = factories.make_community("Meting", slug="meting")
        people = [factories.make_person(f"M{number} Meting") for number in range(count)]
        for person in people:
            factories.make_member(person, community)
        room = factories.make_room(community, people[0], name=ROOM_NAME)
        return room.pk, [cookies_of(person) for person in people]


class Load:
    """People with a socket each, some of whom talk; counts what each of them hears, and after how long."""

    def __init__(self, url: str, room: int, seconds: float) -> None:
        self.url, self.room, self.seconds = url, room, seconds
        self.sent: dict[str, float] = {}
        self.acked: list[float] = []
        self.heard: list[float] = []
        self.last = 0.0

    async def run(self, people: list[dict[str, str]], senders: int, origin: str | None) -> dict[str, float]:
        """Let them talk; deliveries per second, and delays in milliseconds."""
        options = {"compression": None, "origin": origin, "max_queue": None, "ping_interval": None}
        sockets = [await connect(self.url, additional_headers=headers, **options) for headers in people]
        for socket in sockets:
            await socket.send(json.dumps({"t": "sub", "room": self.room, "after": -1}))
        listeners = [asyncio.create_task(self.listen(socket)) for socket in sockets]
        await asyncio.sleep(1.5)
        started = self.last = time.perf_counter()
        await asyncio.gather(*(self.talk(socket, number) for number, socket in enumerate(sockets[:senders])))
        while time.perf_counter() - self.last < MAX_QUIET:
            await asyncio.sleep(0.1)
        for task in listeners:
            task.cancel()
        for socket in sockets:
            await socket.close()
        delays = sorted(self.heard)
        return {
            "deliveries_a_second": len(delays) / (self.last - started),
            "heard": len(delays) / (len(self.sent) * len(sockets)),
            "p50_ms": 1000 * statistics.median(delays),
            "p95_ms": 1000 * delays[int(len(delays) * 0.95)],
            "ack_p95_ms": 1000 * sorted(self.acked)[int(len(self.acked) * 0.95)] if self.acked else 0.0,
        }

    async def listen(self, socket: ClientConnection) -> None:
        """Note what comes."""
        async for text in socket:
            frame = json.loads(text)
            if frame["t"] not in ("msg", "ack"):
                continue
            self.last = time.perf_counter()
            if (at := self.sent.get(frame["cid"])) is not None:
                (self.heard if frame["t"] == "msg" else self.acked).append(self.last - at)

    async def talk(self, socket: ClientConnection, number: int) -> None:
        """Send lines at the pace of somebody in a hurry, for the seconds of this load."""
        await asyncio.sleep(number / 10 % 1 / LINES_A_SECOND)
        for line in range(int(self.seconds * LINES_A_SECOND)):
            cid = str(uuid.uuid4())
            self.sent[cid] = time.perf_counter()
            frame = {"t": "send", "room": self.room, "cid": cid, "body": f"Regel {line} van {number}."}
            await socket.send(json.dumps(frame))
            await asyncio.sleep(1 / LINES_A_SECOND)


async def measure_bare(people: int, senders: int, seconds: float) -> dict[str, float]:
    """The same load on a server that sends every line to everybody, and does nothing else."""
    everybody: set[ServerConnection] = set()

    async def meet(socket: ServerConnection) -> None:
        everybody.add(socket)
        async for text in socket:
            frame = json.loads(text)
            if frame["t"] == "send":
                broadcast(everybody, json.dumps({**frame, "t": "msg"}))
        everybody.discard(socket)

    port = free_port()
    async with serve(meet, "127.0.0.1", port, compression=None):
        return await Load(f"ws://127.0.0.1:{port}/", 1, seconds).run([{}] * people, senders, None)


def main() -> None:
    """Measure the site and the bare server, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--senders", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=15)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kenniskring-bench-") as folder:
        os.environ.update(KENNISKRING_DATA=folder, DEBUG="1", DJANGO_SETTINGS_MODULE="config.settings")
        site = RunningSite(Path(folder))
        site.manage("migrate", "--verbosity=0")
        room, cookies = make_people(chosen.people)
        site.start()
        load = Load(f"ws://127.0.0.1:{site.port}/ws/", room, chosen.seconds)
        headers = [{"Cookie": cookie} for cookie in cookies]
        ours = asyncio.run(load.run(headers, chosen.senders, site.url))
        site.stop()
    bare = asyncio.run(measure_bare(chosen.people, chosen.senders, chosen.seconds))
    for name, value in ours.items():
        print(f"{name:22} {value:10.2f}   bare server {bare[name]:10.2f}")
    ratios = {name: round(ours[name] / bare[name], 3) for name in ("deliveries_a_second", "p50_ms", "p95_ms")}
    print("RESULT", json.dumps({"heard": round(ours["heard"], 4), **ratios}))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
