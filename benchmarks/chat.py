"""What the live chat carries, beside servers that keep nothing: Node's `ws` and uWebSockets.

`python -m benchmarks.chat [--quick] [--only PART…]` serves a site of its own in a temporary folder, on one core, and
listens from another. Ours commits every line to the disk before anybody hears it and knows who may hear what; theirs
send it on. All rows of a run are measured one after another on the same machine, so that their ratios mean something.
The last line is `RESULT` and a JSON object of ratios; docs/benchmarks.md explains them.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvloop

from benchmarks import rivals
from benchmarks.chat_site import make_people, make_site
from benchmarks.sockets import Crowd
from tests.running_site import ROOT, free_port

PEOPLE = 1000
OURS, PLAIN, REDIS = "ours, shared frames", "ours, ASGI send", "ours, shared frames, Redis"
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]


class Bench:
    """One run: the site's people, the commands of the servers, and what was measured."""

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self.folder = folder
        self.seconds = 4.0 if quick else 8.0
        self.rows: list[tuple[str, str, str]] = []
        self.ratios: dict[str, float] = {}
        self.rival_commands, self.missing = rivals.fetch(folder)
        self.large, self.small, self.cookies = make_people(PEOPLE)

    def note(self, what: str, server: str, text: str) -> None:
        """Keep a row of the table, and show it."""
        self.rows.append((what, server, text))
        print(f"{what:46} {server:28} {text}", flush=True)

    def commands(self) -> dict[str, list[str]]:
        """The servers that are compared."""
        site = [sys.executable, "-m", "benchmarks.chat_site"]
        ours = {OURS: [*site, "{port}", "framed"], PLAIN: [*site, "{port}", "asgi"]}
        return ours | {name: [*command, "{port}"] for name, command in self.rival_commands.items()}

    def cookies_for(self, server: str, count: int) -> list[str]:
        """The Cookie headers of so many people; the yardsticks want none."""
        return self.cookies[:count] if server.startswith("ours") else [""] * count


@contextmanager
def running(command: list[str], **environment: str) -> Iterator[tuple[int, int]]:
    """A server on its own core: its port and its process id."""
    port = free_port()
    command = ["taskset", "-c", str(SERVER_CORE), *(part.format(port=port) for part in command)]
    address = {"SITE_URL": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command, cwd=ROOT, env={**os.environ, **address, **environment}
    )
    try:
        deadline = time.monotonic() + 60
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command} did not start.")
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def loop(work: Callable[[], Awaitable[Any]]) -> Any:
    """Run this in a fast event loop."""

    async def main() -> Any:
        return await work()

    return uvloop.run(main())


def at(delays: list[float], share: float) -> float:
    """The delay that this share of the lines does not exceed."""
    return delays[min(int(len(delays) * share), len(delays) - 1)]


def in_words(delays: list[float]) -> str:
    """Median and tail."""
    return f"p50 {at(delays, 0.5):7.1f} ms  p99 {at(delays, 0.99):7.1f} ms"


def measure_throughput(bench: Bench) -> None:
    """Everybody in one room, with 8 and with 50 people talking; and how long a line takes when ten come a second."""
    rates: dict[tuple[str, int], float] = {}
    tails: dict[str, float] = {}
    for server, command in bench.commands().items():
        with running(command) as (port, _pid):

            async def work(server: str = server, port: int = port) -> None:
                crowd = Crowd(port)
                await crowd.come(bench.cookies_for(server, PEOPLE), [bench.large] * PEOPLE)
                for senders in (8, 50):
                    await crowd.talk(bench.large, senders, 1.0)
                    rates[server, senders] = await crowd.talk(bench.large, senders, bench.seconds)
                    text = f"{rates[server, senders]:12,.0f} deliveries/s"
                    bench.note(f"{PEOPLE} sockets in a room, {senders} senders", server, text)
                delays = await crowd.say_at([bench.large], 10, bench.seconds, PEOPLE)
                tails[server] = at(delays, 0.99)
                bench.note(f"{PEOPLE} sockets, 10 lines a second", server, in_words(delays))
                crowd.leave()

            loop(work)
    for rival, short in (("Node ws", "node"), ("uWebSockets", "uws")):
        if rival not in tails:
            continue
        for way, name in ((OURS, "framed"), (PLAIN, "asgi")):
            for senders in (8, 50):
                bench.ratios[f"{name}_{senders}_senders_to_{short}"] = rates[way, senders] / rates[rival, senders]
            bench.ratios[f"{name}_p99_to_{short}"] = tails[way] / tails[rival]


def measure_rooms(bench: Bench) -> None:
    """Fifty rooms of twenty people, a hundred lines a second."""
    with running(bench.commands()[OURS]) as (port, _pid):

        async def work() -> None:
            crowd = Crowd(port)
            await crowd.come(bench.cookies[:PEOPLE], [bench.small[number % 50] for number in range(PEOPLE)])
            delays = await crowd.say_at(bench.small, 100, bench.seconds, 20)
            bench.note(
                "50 rooms of 20, 100 lines a second",
                OURS,
                f"p50 {at(delays, 0.5):7.1f} ms  p99 {at(delays, 0.99):7.1f} ms",
            )
            bench.ratios["rooms_p99_ms"] = at(delays, 0.99)
            crowd.leave()

        loop(work)


def measure_redis(bench: Bench) -> None:
    """The same large room in one process that tells others by Redis, beside Node."""
    url = os.environ.get("BENCH_REDIS_URL", "redis://127.0.0.1:6379/7")
    place = url.split("/")[2].rpartition("@")[2]
    if not _listens(int(place.partition(":")[2] or 6379)):
        bench.missing[REDIS] = "no Redis answers on this machine"
        return
    rates = {}
    servers = {REDIS: bench.commands()[OURS], "Node ws": bench.commands().get("Node ws")}
    for server, command in servers.items():
        if command is None:
            continue
        with running(command, REDIS_URL=url) as (port, _pid):

            async def work(server: str = server, port: int = port) -> None:
                crowd = Crowd(port)
                await crowd.come(bench.cookies_for(server, PEOPLE), [bench.large] * PEOPLE)
                await crowd.talk(bench.large, 8, 1.0)
                rates[server] = await crowd.talk(bench.large, 8, bench.seconds)
                bench.note(f"{PEOPLE} sockets in a room, 8 senders (2)", server, f"{rates[server]:12,.0f} deliveries/s")
                crowd.leave()

            loop(work)
    if "Node ws" in rates:
        bench.ratios["redis_to_node"] = rates[REDIS] / rates["Node ws"]


def measure_memory(bench: Bench) -> None:
    """What a socket costs that does nothing, and one that follows a room."""
    with running(bench.commands()[OURS]) as (port, pid):

        async def work() -> None:
            warm = Crowd(port)
            await warm.come(bench.cookies[-20:], [bench.large] * 20)
            before = memory_of(pid)
            for what, room in (("an idle socket", None), ("a socket that follows a room", bench.large)):
                crowd = Crowd(port)
                await crowd.come(bench.cookies[: PEOPLE - 50], [room] * (PEOPLE - 50))
                await asyncio.sleep(1)
                after = memory_of(pid)
                each = (after - before) / (PEOPLE - 50)
                bench.note(f"memory of {what}", OURS, f"{each:12.1f} KiB")
                bench.ratios.setdefault("idle_socket_kib", each)
                before = after
            warm.leave()

        loop(work)


def memory_of(pid: int) -> float:
    """Resident memory in KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return float(status.split("VmRSS:")[1].split()[0])


def measure_pages(bench: Bench) -> None:
    """Two hundred listeners, twenty lines a second: alone, with pages from the same process, and from another one."""
    people = 200
    path = f"/threads/{(bench.folder / 'thread').read_text()}/"
    tails = {}
    for pages in ("no pages", "pages in the same process", "pages in a process of their own"):
        with running(bench.commands()[OURS]) as (port, _pid), running(bench.commands()[OURS]) as (other, _other):
            source = {"no pages": 0, "pages in the same process": port}.get(pages, other)

            async def work(pages: str = pages, port: int = port, source: int = source) -> None:
                crowd = Crowd(port)
                await crowd.come(bench.cookies[:people], [bench.large] * people)
                readers = [Reader(source, path, cookie) for cookie in bench.cookies[-8:]] if source else []
                tasks = [asyncio.ensure_future(reader.read()) for reader in readers]
                await asyncio.sleep(1)
                delays = await crowd.say_at([bench.large], 20, bench.seconds, people)
                for task in tasks:
                    task.cancel()
                rate = sum(reader.pages for reader in readers) / (bench.seconds + 1)
                tails[pages] = at(delays, 0.99)
                text = f"{in_words(delays)}  {rate:5.0f} pages/s"
                bench.note(f"200 sockets, 20 lines a second, {pages}", OURS, text)
                crowd.leave()

            loop(work)
    alone = tails.pop("no pages")
    bench.ratios["same_process_p99_to_idle"] = tails["pages in the same process"] / alone
    bench.ratios["apart_p99_to_idle"] = tails["pages in a process of their own"] / alone


class Reader:
    """Somebody who fetches one page after another."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        self.port, self.pages = port, 0
        lines = [f"GET {path} HTTP/1.0", f"Host: 127.0.0.1:{port}", f"Cookie: {cookie}", "", ""]
        self.request = "\r\n".join(lines).encode()

    async def read(self) -> None:
        """Fetch pages until cancelled."""
        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(self.request)
            page = await reader.read()
            writer.close()
            if b" 200 " not in page[:20]:
                raise RuntimeError(f"The page answered {page[:60]!r}.")
            self.pages += 1


def measure_stalled(bench: Bench) -> None:
    """Twenty listeners and one who stops reading, with lines of several KiB: what do the others notice?"""
    tails = {}
    for stalled in (0, 1):
        with running(bench.commands()[OURS]) as (port, _pid):

            async def work(stalled: int = stalled, port: int = port) -> None:
                crowd, idler = Crowd(port), Crowd(port)
                await crowd.come(bench.cookies[:20], [bench.large] * 20)
                await idler.come(bench.cookies[20 : 20 + stalled], [bench.large] * stalled)
                for each in idler.sockets:
                    each.transport.pause_reading()
                delays = await crowd.say_at([bench.large], 50, bench.seconds, 20, " woord" * 900)
                tails[stalled] = at(delays, 0.99)
                bench.note(f"20 sockets, 50 large lines a second, {stalled} stalled", OURS, in_words(delays))
                crowd.leave()
                idler.leave()

            loop(work)
    bench.ratios["stalled_p99_to_none"] = tails[1] / tails[0]


MEASURES: dict[str, Callable[[Bench], None]] = {
    "throughput": measure_throughput,
    "rooms": measure_rooms,
    "redis": measure_redis,
    "memory": measure_memory,
    "pages": measure_pages,
    "stalled": measure_stalled,
}


def main() -> None:
    """Measure all parts, or those that were asked for, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="half the time for each row")
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES))
    chosen = parser.parse_args()
    os.sched_setaffinity(0, {LOAD_CORE})
    with tempfile.TemporaryDirectory(prefix="kenniskring-bench-") as folder:
        make_site(folder)
        bench = Bench(Path(folder), quick=chosen.quick)
        for part in chosen.only:
            MEASURES[part](bench)
    for name, reason in bench.missing.items():
        print(f"Not measured: {name}, because {reason}.")
    print("RESULT", json.dumps({name: round(value, 3) for name, value in bench.ratios.items()}))


if __name__ == "__main__":
    main()
