"""From process to process, where REDIS_URL is set: one channel of hints. What is lost there, the watch finds."""

import asyncio
import hashlib
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
import redis
import redis.asyncio
from django.conf import settings

if TYPE_CHECKING:
    from community.live.hub import Hub

logger = logging.getLogger(__name__)

PROCESS = uuid.uuid4().hex
SECONDS = 1.0  # to wait for Redis, and before connecting again
AWAY_SECONDS = 3.0
PRESENCE_LASTS = 15.0

_away_until: defaultdict[str, float] = defaultdict(float)  # per address of Redis


def is_configured() -> bool:
    """Whether this site has several processes that tell each other."""
    return bool(settings.REDIS_URL)


def channel() -> str:
    """The channel of this site: several sites may share one Redis."""
    site = f"{settings.TRUSTED_ORIGINS[0]} {settings.DATABASES['default']['NAME']}"
    return f"kenniskring:{hashlib.sha256(site.encode()).hexdigest()[:16]}"


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)


def answers() -> bool:
    """Whether Redis answers, where this site has one."""
    return not is_configured() or bool(_client(settings.REDIS_URL).ping())


def tell(news: dict[str, Any]) -> None:
    """Tell the other processes, from any thread but the event loop's. A Redis that is away costs a warning.

    It is left alone for some seconds then: who saves a page must not wait for it each time.
    """
    if not is_configured() or time.monotonic() < _away_until[settings.REDIS_URL]:
        return
    try:
        _client(settings.REDIS_URL).publish(channel(), orjson.dumps({"from": PROCESS, **news}))
    except redis.RedisError as error:
        _away_until[settings.REDIS_URL] = time.monotonic() + AWAY_SECONDS
        logger.warning("Could not tell the other processes: %s", error)


def tell_announcement(kind: str, pk: int, data: dict[str, Any]) -> None:
    """Pass an announcement on."""
    tell({"announce": [[kind, pk, data]]})


def tell_soon(hub: "Hub", news: dict[str, Any]) -> None:
    """Tell the other processes, from the event loop."""
    if is_configured():
        hub.start(hub.thread("relay").run(tell, news))


def leave_numbers(numbers: bytes, seconds: float) -> None:
    """Leave the numbers of this process where the others find them, for some seconds."""
    try:
        _client(settings.REDIS_URL).set(f"{channel()}:numbers:{PROCESS}", numbers, px=int(seconds * 1000))
    except redis.RedisError as error:
        logger.warning("Could not leave the numbers of this process: %s", error)


def numbers_left() -> dict[str, bytes]:
    """What the processes left, by process. Raises RedisError."""
    if not is_configured():
        return {}
    client = _client(settings.REDIS_URL)
    names: list[Any] = list(client.scan_iter(f"{channel()}:numbers:*", count=1000))
    values: list[Any] = list(client.mget(names)) if names else []
    return {bytes(name).decode().rpartition(":")[2]: left for name, left in zip(names, values, strict=True) if left}


async def hear(hub: "Hub") -> None:
    """Pass on to the hub what other processes tell, for as long as the hub runs.

    While it cannot be heard, the hub's look once a second brings everything a little later, and the pages say so.
    """
    while True:
        try:
            async with redis.asyncio.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as subscription:
                await subscription.subscribe(channel())
                async for message in subscription.listen():
                    if message["type"] == "subscribe":
                        _away_until.clear()
                        hub.tell_pace(is_slow=False)
                        hub.look_again()  # for what was told while nobody listened
                    elif message["type"] == "message":
                        pass_on(hub, orjson.loads(message["data"]))
        except (redis.RedisError, OSError) as error:
            logger.warning("Not connected to the other processes: %s", error)
        hub.tell_pace(is_slow=True)
        await asyncio.sleep(SECONDS)


def pass_on(hub: "Hub", news: dict[str, Any]) -> None:
    """Do with the news of another process what is done with our own."""
    if news.pop("from", PROCESS) != PROCESS:
        for kind, what in news.items():
            _HEARERS[kind](hub, what)


def _hear_announcements(hub: "Hub", announcements: list[Any]) -> None:
    for kind, pk, data in announcements:
        hub.hear(kind, pk, data)


def _hear_presence(hub: "Hub", present: Any) -> None:
    name, feeds = present
    for key, people in feeds.items():
        if feed := hub.feeds.get(key):
            feed.elsewhere[name] = (dict(map(tuple, people)), time.monotonic() + PRESENCE_LASTS)


_HEARERS: dict[str, Callable[["Hub", Any], None]] = {
    "announce": _hear_announcements,
    "whisper": lambda hub, whisper: hub.hear_whisper(*whisper),
    "present": _hear_presence,
    "end": lambda hub, who: hub.end(set(who[0]), set(who[1])),
    "look": lambda hub, _yes: hub.look_again(),
}
