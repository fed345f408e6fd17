"""The hub of this process: who listens to what, what is delivered to them, and who is put out.

Announcements are hints: the log in the database is what is delivered. Before anything is handed out, one query
asks which of the listeners may see the topic now. That query starts after what is delivered was committed, so
whoever was removed before it was written is not among them, whichever process did the removing.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Coroutine
from typing import Any

from django.db import Error as DatabaseError

from community.live import relay, topics
from community.live.connections import Connection
from community.live.database import DatabaseThread
from community.live.feeds import Feed, Subscription
from community.live.limits import MAX_SOCKETS
from community.live.reading import PAGE, Found, Page, look, read_news, read_page
from community.live.standing import ENDED, NO_ACCESS
from community.live.topics import Log, Topic
from community.live.watch import Watch

logger = logging.getLogger(__name__)

_hubs: set["Hub"] = set()


class Hub:
    """All sockets of one event loop. It runs while there is at least one."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.name = uuid.uuid4().hex
        self.connections: set[Connection] = set()
        self.feeds: dict[str, Feed] = {}
        self.doorman = DatabaseThread("doorman")  # sessions, and catching up
        self.courier = DatabaseThread("courier")  # deliveries
        self.memory: dict[str, Any] = {}  # what the handlers of frames keep about all sockets together
        self.threads: dict[str, DatabaseThread] = {}  # those that apps ask for by name
        self._tasks: set[asyncio.Task[None]] = set()
        self._watch = Watch(self)
        _hubs.add(self)
        self.start(self._watch.run())
        if relay.is_configured():
            self.start(relay.hear(self))

    # -- Coming and going

    def welcome(self, connection: Connection) -> bool:
        """Let a socket in; False where its person has as many as they may have."""
        theirs = [other for other in self.connections if other.holder.pk == connection.holder.pk]
        if len(theirs) >= MAX_SOCKETS:
            return False
        self.connections.add(connection)
        return True

    def bid_farewell(self, connection: Connection) -> None:
        """Forget a socket that is gone; without any the hub itself ends."""
        self.connections.discard(connection)
        for key in tuple(connection.subscriptions):
            self.unsubscribe(connection, key)
        for call in tuple(connection.at_end):
            call()
        self.close_if_empty()

    def close_if_empty(self) -> None:
        """End, if there is no socket."""
        if not self.connections:
            self.close()

    def close(self) -> None:
        """End the tasks and the threads; the next socket starts another hub."""
        _hubs.discard(self)
        for task in self._tasks:
            task.cancel()
        for thread in (self.doorman, self.courier, *self.threads.values()):
            thread.close()

    def thread(self, name: str) -> DatabaseThread:
        """A database thread for an app, made when it is first asked for."""
        if name not in self.threads:
            self.threads[name] = DatabaseThread(name)
        return self.threads[name]

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run this beside the rest, until the hub ends."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- Subscribing

    async def subscribe(self, connection: Connection, topic: Topic, pk: int, after: int) -> bool:
        """Let a socket listen, first to what it missed. False where its person cannot see the thing."""
        key = f"{topic.kind}:{pk}"
        subscription = connection.subscriptions.get(key)
        if subscription is None:
            found = await self.doorman.run(look, topic, pk, connection.holder.pk)
            if found is None or connection.close_code is not None:
                return False
            subscription = self._join(connection, topic, pk, found)
        elif topic.log is None or subscription.catching_up:
            return True
        subscription.live, subscription.catching_up, subscription.cursor = False, True, after
        self.start(self._catch_up(self.feeds[key], subscription))
        return True

    def _join(self, connection: Connection, topic: Topic, pk: int, found: Found) -> Subscription:
        key = f"{topic.kind}:{pk}"
        if key not in self.feeds:
            self.feeds[key] = Feed(topic, pk, found.model)
        subscription = Subscription(connection, takes_part=found.takes_part)
        self.feeds[key].subscriptions[connection] = connection.subscriptions[key] = subscription
        return subscription

    def unsubscribe(self, connection: Connection, key: str) -> None:
        """Let a socket listen no longer."""
        connection.subscriptions.pop(key, None)
        feed = self.feeds.get(key)
        if feed is None:
            return
        feed.subscriptions.pop(connection, None)
        if not feed.subscriptions:
            del self.feeds[key]

    async def _catch_up(self, feed: Feed, subscription: Subscription) -> None:
        """Send what the log holds after the cursor, page by page, until it is where the others are."""
        connection, log = subscription.connection, feed.topic.log
        is_level = log is None
        while not is_level:
            await connection.has_room()
            if feed.subscriptions.get(connection) is not subscription or log is None:
                return
            page = await self._read_page(feed, log, subscription)
            if page is None:
                connection.close(NO_ACCESS, topic=feed.key)
                return
            if page.reset:
                connection.tell("reset", **feed.name(), seq=page.last_seq)
            for entry in page.entries:
                connection.push(entry.frame)
            subscription.cursor = page.cursor
            is_level = page.cursor >= max(page.last_seq, feed.cursor or 0)
        self._go_live(feed, subscription)

    async def _read_page(self, feed: Feed, log: Log, subscription: Subscription) -> Page | None:
        while True:
            try:
                return await self.doorman.run(read_page, feed, log, subscription.person, subscription.cursor)
            except DatabaseError:
                logger.exception("Catching up %s failed.", feed.key)
                await asyncio.sleep(1)

    def _go_live(self, feed: Feed, subscription: Subscription) -> None:
        connection = subscription.connection
        subscription.live, subscription.catching_up = True, False
        if feed.topic.log is None:
            connection.tell("live", **feed.name())
            return
        if feed.cursor is None:
            feed.cursor = subscription.cursor
        connection.tell("live", **feed.name(), seq=subscription.cursor)
        if subscription.takes_part:
            present = feed.present(time.monotonic())
            connection.tell(**feed.presence_frame(present, set(), len(present)))
        self.deliver(feed)

    # -- Delivering

    def hear(self, kind: str, pk: int, data: dict[str, Any]) -> None:
        """Something happened to a thing, here or in another process."""
        feed = self.feeds.get(f"{kind}:{pk}")
        if feed is None:
            return
        if feed.topic.log:
            feed.has_news = True
        else:
            feed.whisper({"t": "event", **feed.name(), "data": data})
        self.deliver(feed)

    def deliver(self, feed: Feed) -> None:
        """See to it that what waits is delivered; what comes while that happens goes with the next round."""
        if not feed.is_delivering and (feed.has_news or feed.whispers):
            feed.is_delivering = True
            self.start(self._deliver(feed))

    async def _deliver(self, feed: Feed) -> None:
        try:
            while feed.subscriptions and (feed.whispers or (feed.has_news and feed.cursor is not None)):
                await self._deliver_once(feed)
        finally:
            feed.is_delivering = False

    async def _deliver_once(self, feed: Feed) -> None:
        whispers, feed.whispers = feed.whispers, []
        after = feed.cursor if feed.has_news else None
        feed.has_news = feed.has_news and after is None  # nobody is live yet: they will ask for it
        people = feed.people()
        try:
            allowed, entries = await self.courier.run(read_news, feed, after, people)
        except DatabaseError:
            logger.exception("Delivering %s failed.", feed.key)
            feed.has_news = feed.topic.log is not None
            await asyncio.sleep(1)
            return
        self.put_out(feed, people - allowed)
        for subscription in feed.dispatch(allowed, entries, whispers):
            self._fell_behind(feed, subscription)
        if len(entries) == PAGE:
            feed.has_news = True

    def _fell_behind(self, feed: Feed, subscription: Subscription) -> None:
        subscription.live, subscription.catching_up = False, True
        self.start(self._catch_up(feed, subscription))

    def whisper(self, key: str, frame: dict[str, Any], not_to: int) -> None:
        """Tell those who take part in a topic something that is kept nowhere, here and in the other processes."""
        self.hear_whisper(key, frame, not_to)
        relay.tell_soon(self, {"whisper": [key, frame, not_to]})

    def hear_whisper(self, key: str, frame: dict[str, Any], not_to: int) -> None:
        """The same, here alone. Under pressure it is the first to be dropped."""
        feed = self.feeds.get(key)
        if feed is not None and len(feed.whispers) < PAGE:
            feed.whisper(frame, not_to=not_to, to_participants=True)
            self.deliver(feed)

    # -- Putting out

    def put_out(self, feed: Feed, people: set[int]) -> None:
        """Close the sockets of these people: they may not see this topic any more."""
        for subscription in tuple(feed.subscriptions.values()):
            if subscription.person in people:
                subscription.connection.close(NO_ACCESS, topic=feed.key)
                self.unsubscribe(subscription.connection, feed.key)

    def end(self, people: set[int], session_keys: set[str]) -> None:
        """Close the sockets of these people and of these sessions."""
        for connection in self.connections:
            if connection.holder.pk in people or connection.holder.session_key in session_keys:
                connection.close(ENDED)

    def look_again(self) -> None:
        """Check everybody's standing now, not at the next turn."""
        self._watch.now.set()


def current_hub() -> Hub:
    """The hub of this event loop; one is started where there is none."""
    loop = asyncio.get_running_loop()
    return next((hub for hub in _hubs if hub.loop is loop), None) or Hub()


def _in_every_hub(call: str, *args: Any) -> None:
    for hub in tuple(_hubs):
        try:
            hub.loop.call_soon_threadsafe(getattr(hub, call), *args)
        except RuntimeError:  # its loop ended a moment ago
            _hubs.discard(hub)


def hear_announcement(kind: str, pk: int, data: dict[str, Any]) -> None:
    """Pass an announcement, from whatever thread, to the hubs of this process and to the other processes."""
    _in_every_hub("hear", kind, pk, data)
    relay.tell_announcement(kind, pk, data)


def end_sockets(people: list[int], session_keys: list[str]) -> None:
    """Close the sockets of these people and sessions, in every process. After commit, from whatever thread."""
    _in_every_hub("end", set(people), set(session_keys))
    relay.tell({"end": [people, session_keys]})


def look_again() -> None:
    """Check at once, in every process, whether everybody may still see what they listen to. After commit."""
    _in_every_hub("look_again")
    relay.tell({"look": True})


topics.listen(hear_announcement)
