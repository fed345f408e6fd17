"""Once a second: is everybody who is connected still in, and did anything come from elsewhere?

Signals make this faster within a process. This look makes it certain, whatever the cause: another process, a
command, a row changed by hand.
"""

import asyncio
import contextlib
import logging
import time
from typing import TYPE_CHECKING

from django.db import Error as DatabaseError

from community.live import relay
from community.live.reading import Outlook, look_around
from community.live.standing import ENDED

if TYPE_CHECKING:
    from community.live.hub import Hub

logger = logging.getLogger(__name__)

SECONDS = 1.0
PRESENCE_SECONDS = 5.0  # how often a process tells the others who it has


class Watch:
    """The look of one hub."""

    def __init__(self, hub: "Hub") -> None:
        self.hub = hub
        self.now = asyncio.Event()
        self._told_at = 0.0

    async def run(self) -> None:
        """Look every second, and at once where `now` is set."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.now.wait(), SECONDS)
            self.now.clear()
            try:
                await self._look()
            except DatabaseError:
                logger.exception("Could not check who is connected.")
            self._tell_presence()

    async def _look(self) -> None:
        hub = self.hub
        connections = tuple(hub.connections)
        feeds = [(feed, feed.people()) for feed in hub.feeds.values()]
        outlook = await hub.courier.run(
            look_around,
            {connection.holder.session_key for connection in connections},
            {connection.holder.pk for connection in connections},
            feeds,
        )
        for connection in connections:
            holder = connection.holder
            code = holder.standing.end_of(outlook.standings.get(holder.pk))
            if holder.session_key not in outlook.sessions:
                code = ENDED
            if code is not None:
                connection.close(code)
        for feed, people in feeds:
            hub.put_out(feed, people - outlook.allowed[feed.key])
        self._catch_news(outlook)

    def _catch_news(self, outlook: Outlook) -> None:
        """What another process wrote, and no announcement told of."""
        for key, last_seq in outlook.last_seqs.items():
            feed = self.hub.feeds.get(key)
            if feed is not None and feed.cursor is not None and last_seq > feed.cursor:
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
