"""Half an hour of chat: does the server hold on to memory?

`python -m benchmarks.soak [--minutes N]` serves a site as benchmarks/chat.py does, with two hundred people in a room
who talk, type and read, while others come and go all the time. It prints the memory of the server every minute; the
last line is `RESULT` and a JSON object with the memory at the start (after a warm-up), at the end, and the growth.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time

from benchmarks.chat import LOAD_CORE, loop, memory_of, running
from benchmarks.chat_site import make_people, make_site
from benchmarks.sockets import Crowd, masked

PEOPLE, PASSERS_BY = 200, 50
LINES_A_SECOND = 20
WARM_UP = 60.0  # seconds until everything that is made once is there


async def talk(crowd: Crowd, room: int) -> None:
    """One line after another, each another person's; now and then somebody types, and somebody reads."""
    turn = 0
    while True:
        socket = crowd.sockets[turn % PEOPLE]
        await socket.says(room, f"T{time.perf_counter_ns()} regel {turn}.")
        socket.transport.write(masked({"t": "typing", "room": room}))
        socket.transport.write(masked({"t": "read", "room": room, "seq": turn}))
        turn += 1
        await asyncio.sleep(1 / LINES_A_SECOND)


async def come_and_go(port: int, cookies: list[str], room: int) -> None:
    """People who look in, hear something, and leave."""
    while True:
        passers_by = Crowd(port)
        await passers_by.come(cookies, [room] * len(cookies))
        await asyncio.sleep(1)
        passers_by.leave()
        await asyncio.sleep(1)


async def soak(port: int, pid: int, people: tuple[int, list[int], list[str]], minutes: float) -> dict[str, float]:
    """Memory in KiB at the start and at the end."""
    room, _small, cookies = people
    crowd = Crowd(port)
    await crowd.come(cookies[:PEOPLE], [room] * PEOPLE)
    work = [
        asyncio.ensure_future(talk(crowd, room)),
        asyncio.ensure_future(come_and_go(port, cookies[PEOPLE:], room)),
    ]
    await asyncio.sleep(min(WARM_UP, 20 * minutes))
    start = memory_of(pid)
    began = time.monotonic()
    while time.monotonic() - began < 60 * minutes:
        await asyncio.sleep(min(60.0, 30 * minutes))
        for task in work:
            if task.done():
                task.result()
        now = memory_of(pid)
        print(f"{(time.monotonic() - began) / 60:6.1f} min {now:10.0f} KiB  {crowd.heard:12,} lines heard", flush=True)
    end = memory_of(pid)
    for task in work:
        task.cancel()
    crowd.leave()
    return {"start_kib": start, "end_kib": end, "growth": round(end / start, 3), "heard": crowd.heard}


def main() -> None:
    """Soak, and print the memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    chosen = parser.parse_args()
    os.sched_setaffinity(0, {LOAD_CORE})
    with tempfile.TemporaryDirectory(prefix="kenniskring-soak-") as folder:
        make_site(folder)
        people = make_people(PEOPLE + PASSERS_BY)
        with running([sys.executable, "-m", "benchmarks.chat_site", "{port}", "framed"]) as (port, pid):
            figures = loop(lambda: soak(port, pid, people, chosen.minutes))
    print("RESULT", json.dumps(figures))


if __name__ == "__main__":
    main()
