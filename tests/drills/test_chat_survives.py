"""kill -9 of the server under twenty people in a room, with one in twenty broadcasts lost: what each screen shows.

Nothing that was acknowledged is missing, nothing is there twice, everything is in order on every screen, and two
seconds after the last answer all of them show the same. `KENNISKRING_KILLS` says how often it is killed: four times by
default, twenty by `make drills-full`.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from tests.drills.screens import Screen
from tests.running_site import ROOT, RunningSite, postgresql_for_a_drill

pytestmark = pytest.mark.drill

KILLS = int(os.environ.get("KENNISKRING_KILLS", "4"))
PEOPLE = 20
CONVERGES_WITHIN = 2.0
SOONEST, LATEST = 2.0, 4.0  # seconds between kills


def people_of(site: RunningSite) -> tuple[int, list[str]]:
    """A room, and the Cookie headers of its people."""
    program = f"import json; from benchmarks.chat_site import make_people; print(json.dumps(make_people({PEOPLE})))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=site.environment, capture_output=True, text=True, check=True
    )
    room, _small, cookies = json.loads(done.stdout.splitlines()[-1])
    return room, cookies


async def drill(
    site: RunningSite, room: int, cookies: list[str], kill: Callable[[], None]
) -> tuple[list[Screen], float]:
    """Let them talk while the server is killed; their screens, and how long after the last answer they were level."""
    screens = [Screen(site.url, cookie, room) for cookie in cookies]
    is_over = asyncio.Event()
    following = [asyncio.ensure_future(screen.follow()) for screen in screens]
    talking = [asyncio.ensure_future(screen.talk(is_over)) for screen in screens]
    for _ in range(KILLS):
        await asyncio.sleep(random.uniform(SOONEST, LATEST))
        await asyncio.to_thread(kill)
    await asyncio.sleep(SOONEST)
    is_over.set()
    await asyncio.wait_for(asyncio.gather(*talking), 90)
    last_answer = max(screen.answered_at for screen in screens)
    last = max(seq for screen in screens for seq in screen.acknowledged.values())
    while min(screen.cursor for screen in screens) < last and time.monotonic() < last_answer + 30:
        await asyncio.sleep(0.01)
    level_after = time.monotonic() - last_answer
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    return screens, level_after


def check(screens: list[Screen], level_after: float, site: RunningSite, room: int) -> None:
    """Nothing lost, nothing doubled, nothing out of order, and level in time."""
    program = (
        "import json; from chat.models import Message;"
        f"print(json.dumps(list(map(list, Message.objects.filter(room={room}).order_by('seq')"
        ".values_list('seq', 'body')))))"
    )
    kept = json.loads(site.manage("shell", "-v", "0", "-c", program).strip().splitlines()[-1])
    acknowledged = {cid: seq for screen in screens for cid, seq in screen.acknowledged.items()}
    assert len(acknowledged) >= PEOPLE * KILLS, "too little was said for the drill to mean anything"
    assert [seq for seq, _body in kept] == list(range(1, len(kept) + 1)), "the numbers have a hole or a double"
    places = {body.removeprefix("regel "): seq for seq, body in kept}
    assert len(places) == len(kept), "a line is kept twice"
    assert acknowledged.items() <= places.items(), "an acknowledged line is missing, or has another number"
    everything = [(seq, body.removeprefix("regel ")) for seq, body in kept]
    for screen in screens:
        assert screen.shown == everything, "a screen misses a line, shows one twice, or shows them in another order"
    assert level_after < CONVERGES_WITHIN, f"the screens were level {level_after:.1f} s after the last answer"


def test_every_screen_is_right_after_kills_on_sqlite(tmp_path: Path):
    site = RunningSite(tmp_path, DJANGO_SETTINGS_MODULE="tests.drills.settings")
    site.manage("migrate", "-v", "0")
    room, cookies = people_of(site)
    site.start()

    def kill() -> None:
        site.kill()
        site.start()

    try:
        screens, level_after = asyncio.run(drill(site, room, cookies, kill))
        check(screens, level_after, site, room)
    finally:
        site.stop()


@pytest.fixture
def postgresql() -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    with postgresql_for_a_drill() as url:
        yield url


@pytest.fixture
def redis_url() -> str:
    """The address of Redis, where CI_REDIS_URL or REDIS_URL names one."""
    url = os.environ.get("KENNISKRING_TEST_REDIS") or os.environ.get("CI_REDIS_URL", "")
    if not url:
        pytest.skip("No Redis: neither REDIS_URL nor CI_REDIS_URL names one.")
    return url


def web_processes(site: RunningSite) -> list[int]:
    """The web processes that `serve --workers` runs."""
    parent = site.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
    return [pid for pid, command in commands.items() if b"--no-worker" in command]


def test_every_screen_is_right_after_kills_on_several_processes(tmp_path: Path, postgresql: str, redis_url: str):
    site = RunningSite(
        tmp_path, DJANGO_SETTINGS_MODULE="tests.drills.settings", DATABASE_URL=postgresql, REDIS_URL=redis_url
    )
    site.manage("migrate", "-v", "0")
    room, cookies = people_of(site)
    site.start("--workers", "2")

    def kill() -> None:
        victims = web_processes(site)
        if victims:
            os.kill(random.choice(victims), signal.SIGKILL)
        with redis.Redis.from_url(redis_url) as client:
            client.client_kill_filter(_type="pubsub")

    try:
        screens, level_after = asyncio.run(drill(site, room, cookies, kill))
        check(screens, level_after, site, room)
    finally:
        site.stop()
