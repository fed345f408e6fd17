"""Is everybody who is connected still in, and did anything come from elsewhere?

Once a second a glance: the access stamp, and the last numbers of what is listened to. Only where the stamp says that
somebody's rights shrank, or every thirty seconds as a net, everybody is looked at. Signals make this faster within a
process; this makes it certain, whatever the cause: another process, a command, a row changed by hand.
"""

import asyncio
import contextlib
import logging
import time
from typing import TYPE_CHECKING

from django.db import Error as DatabaseError

from community.live import metrics, relay
from community.live.reading import Glance, Outlook, glance, look_around
from community.live.standing import ENDED, Holder

if TYPE_CHECKING:
    from community.live.hub import Hub

logger = logging.getLogger(__name__)

SECONDS = 1.0
NET_SECONDS = 30.0  # between looks at everybody that nothing asked for
PRESENCE_SECONDS = 5.0  # how often a process tells the others who it has


class Watch:
    """The looks of one hub."""

    def __init__(self, hub: "Hub") -> None:
        self.hub = hub
        self.now = asyncio.Event()
        self._seen = Glance(None, {}, {})
        self._begun = 0
        self._looking = asyncio.Lock()
        self._looked_at = 0.0
        self._told_at = 0.0

    async def run(self) -> None:
        """Glance every second, and look at once where `now` is set."""
        while True:
            started = time.monotonic()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.now.wait(), SECONDS)
            is_asked = self.now.is_set()
            self.now.clear()
            lag = time.monotonic() - started - SECONDS
            if not is_asked:
                metrics.note("loop_lag_seconds", max(lag, 0.0))
            started = time.monotonic()
            try:
                if is_asked or started - self._looked_at > NET_SECONDS:
                    await self.look()
                else:
                    await self._glance()
            except DatabaseError:
                logger.exception("Could not check who is connected.")
            metrics.note("look_seconds", time.monotonic() - started)
            self._tell_presence()
            metrics.note_hub(self.hub)
            metrics.share(self.hub)

    async def _glance(self) -> None:
        hub = self.hub
        feeds = tuple(hub.feeds.values())
        seen = await hub.courier.run(glance, feeds)
        is_sure = hub.assurance.holds(seen.stamp) and all(feed.assurance.holds(seen.key(feed)) for feed in feeds)
        if is_sure:
            self._catch_news(seen)
        elif hub.connections:
            await self.look()

    async def look(self) -> Glance:
        """Look at everybody, and put out who may not stay. Returns what was seen, no earlier than this was called."""
        asked_at = self._begun
        async with self._looking:
            if self._begun == asked_at:  # else somebody began one after we asked: it will do
                self._begun += 1
                await self._look()
        return self._seen

    async def _look(self) -> None:
        hub = self.hub
        self._looked_at = time.monotonic()
        connections = tuple(hub.connections)
        feeds = [(feed, feed.people()) for feed in hub.feeds.values()]
        for assurance in (hub.assurance, *(feed.assurance for feed, _people in feeds)):
            assurance.look_begins()
        outlook = await hub.courier.run(
            look_around,
            {connection.holder.session_key for connection in connections},
            {connection.holder.pk for connection in connections},
            feeds,
        )
        for connection in connections:
            if (code := _end_of(connection.holder, outlook)) is not None:
                metrics.count("evicted")
                connection.close(code)
        for feed, people in feeds:
            hub.put_out(feed, people - outlook.allowed[feed.key])
            feed.assurance.look_ended(outlook.glance.key(feed))
        hub.assurance.look_ended(outlook.glance.stamp)
        metrics.count("looks")
        self._seen = outlook.glance
        self._catch_news(outlook.glance)

    def _catch_news(self, seen: Glance) -> None:
        """What another process wrote, and no announcement told of."""
        for key, last_seq in seen.last_seqs.items():
            feed = self.hub.feeds.get(key)
            if feed is not None and feed.cursor is not None and last_seq > feed.cursor:
                if not feed.is_delivering:
                    metrics.count("found_by_looking")
                feed.has_news = True
                self.hub.deliver(feed)

    def _tell_presence(self) -> None:
        now = time.monotonic()
        with_log = [feed for feed in self.hub.feeds.values() if feed.topic.log]
        changed = [feed for feed in with_log if feed.tell_presence(now)]
        for feed in changed:
            self.hub.deliver(feed)
        if changed or now - self._told_at > PRESENCE_SECONDS:
            self._told_at = now
            people = {feed.key: list(feed.present_here().items()) for feed in with_log}
            relay.tell_soon(self.hub, {"present": [self.hub.name, people]})


def _end_of(holder: Holder, outlook: Outlook) -> int | None:
    """The code to close a socket with, where its holder may not keep it."""
    if holder.session_key not in outlook.sessions:
        return ENDED
    return holder.standing.end_of(outlook.standings.get(holder.pk))
