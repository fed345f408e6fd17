"""The hub of this process: who listens to what, what is delivered to them, and who is put out.

Announcements are hints: the log in the database is what is delivered. Nothing is handed out before it is sure that
everybody who listens was checked under the state of the database in which it was committed, or a later one
(community/live/assurance.py): whoever was removed before it was written does not hear it, whichever process did the
removing. docs/live.md has the whole of it on one page.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Coroutine, Iterable
from typing import Any

from django.db import Error as DatabaseError

from community.live import metrics, relay, topics
from community.live.assurance import Assurance
from community.live.connections import Connection
from community.live.database import DatabaseThread
from community.live.feeds import Feed, State, Subscription
from community.live.limits import MAX_SOCKETS, RESTARTING, SMALL_PACKET
from community.live.packets import Packet
from community.live.reading import PAGE, Found, Page, look, read_news, read_page, read_state
from community.live.standing import ENDED, NO_ACCESS
from community.live.topics import Entry, Log, Topic
from community.live.watch import Watch

logger = logging.getLogger(__name__)

RETURNS_A_SECOND = 200  # sockets; as many as one process can look up the sessions of
_hubs: set["Hub"] = set()


class Hub:
    """All sockets of one event loop. It runs while there is at least one."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.name = uuid.uuid4().hex
        self.connections: set[Connection] = set()
        self.feeds: dict[str, Feed] = {}
        self.assurance = Assurance()  # of sessions and standings, by the access stamp
        self.doorman = DatabaseThread("doorman")  # sessions, and catching up
        self.courier = DatabaseThread("courier")  # deliveries
        self.memory: dict[str, Any] = {}  # what the handlers of frames keep about all sockets together
        self.threads: dict[str, DatabaseThread] = {}  # those that apps ask for by name
        self.is_writing = False  # something that a sender waits for is on its way to the database
        self.is_draining = False
        self.is_slow = False  # there are other processes, and their news comes by looking alone
        self._people: dict[int, set[Connection]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._watch = Watch(self)
        _hubs.add(self)
        self.start(self._watch.run())
        if relay.is_configured():
            self.start(relay.hear(self))

    # -- Coming and going

    def welcome(self, connection: Connection) -> bool:
        """Let a socket in; False where its person has as many as they may have."""
        theirs = self._people.setdefault(connection.holder.pk, set())
        if len(theirs) >= MAX_SOCKETS:
            return False
        theirs.add(connection)
        self.connections.add(connection)
        self.assurance.joins(connection.holder.stamp)
        if self.is_slow:
            connection.tell("pace", slow=True)
        return True

    def bid_farewell(self, connection: Connection) -> None:
        """Forget a socket that is gone; without any the hub itself ends."""
        self.connections.discard(connection)
        theirs = self._people.get(connection.holder.pk, set())
        theirs.discard(connection)
        if not theirs:
            self._people.pop(connection.holder.pk, None)
        for key in tuple(connection.subscriptions):
            self.unsubscribe(connection, key)
        for call in tuple(connection.at_end):
            call()
        self.close_if_empty()

    def close_if_empty(self) -> None:
        """End, if there is no socket."""
        if not self.connections and not self.is_draining:
            self.close()

    async def drain(self, seconds: float) -> None:
        """Before the process ends: finish what is being written, tell every socket when to come back, and close it."""
        self.is_draining = True
        deadline = self.loop.time() + seconds
        while self.is_writing and self.loop.time() < deadline:
            await asyncio.sleep(0.01)
        within = max(1, len(self.connections) // RETURNS_A_SECOND)
        for connection in tuple(self.connections):
            connection.close(RESTARTING, within=within)
        while self.connections and self.loop.time() < deadline:
            await asyncio.sleep(0.01)
        self.close()

    def close(self) -> None:
        """End the tasks and the threads; the next socket starts another hub."""
        metrics.note_hub(self)
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
        subscription = Subscription(connection, takes_part=found.takes_part, checked=found.state)
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
            for entries in _portions(page.entries):
                await connection.has_room()
                connection.write(Packet([entry.frame for entry in entries]))
            subscription.cursor, subscription.checked = page.cursor, page.state
            is_level = page.cursor >= max(page.last_seq, feed.cursor or 0)
        if feed.subscriptions.get(connection) is subscription:
            self._go_live(feed, subscription)

    async def _read_page(self, feed: Feed, log: Log, subscription: Subscription) -> Page | None:
        while True:
            place = subscription.person, subscription.cursor, subscription.checked
            try:
                return await self.doorman.run(read_page, feed, log, *place)
            except DatabaseError:
                logger.exception("Catching up %s failed.", feed.key)
                await asyncio.sleep(1)

    def _go_live(self, feed: Feed, subscription: Subscription) -> None:
        connection = subscription.connection
        subscription.live, subscription.catching_up = True, False
        self.assurance.joins(subscription.checked.stamp)
        feed.assurance.joins(subscription.checked.key)
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

    def hear_entries(self, key: str, entries: list[Entry], state: State) -> None:
        """What this process wrote and committed itself: handed out at once, where it is sure and nothing is missing."""
        feed = self.feeds.get(key)
        if feed is None:
            return
        follows = not (feed.is_delivering or feed.has_news) and feed.cursor == entries[0].seq - 1
        if follows and self._is_sure(feed, state):
            self._hand_out(feed, entries)
        else:
            feed.has_news = True
            self.deliver(feed)

    def deliver(self, feed: Feed) -> None:
        """See to it that what waits is delivered; what comes while that happens goes with the next round."""
        if feed.has_news and not feed.is_delivering:
            feed.is_delivering = True
            self.start(self._deliver(feed))
        if feed.whispers and not feed.is_whispering:
            feed.is_whispering = True
            self.start(self._deliver_whispers(feed))

    async def _deliver(self, feed: Feed) -> None:
        log = feed.topic.log
        try:
            # Where nobody is live yet, there is no cursor: they will ask for it.
            while feed.has_news and feed.subscriptions and feed.cursor is not None and log is not None:
                feed.has_news = False
                try:
                    news = await self.courier.run(read_news, feed, log, feed.cursor)
                    await self._make_sure(feed, news.state)
                except DatabaseError:
                    logger.exception("Delivering %s failed.", feed.key)
                    feed.has_news = True
                    await asyncio.sleep(1)
                    continue
                if news.entries:
                    self._hand_out(feed, news.entries)
                feed.has_news |= len(news.entries) == PAGE
        finally:
            feed.is_delivering = False

    async def _deliver_whispers(self, feed: Feed) -> None:
        try:
            while feed.whispers and feed.subscriptions:
                whispers, feed.whispers = feed.whispers, []
                try:
                    await self._make_sure(feed, await self.courier.run(read_state, feed))
                except DatabaseError:
                    logger.exception("Telling %s failed.", feed.key)
                    continue
                feed.hand_out_whispers(whispers)
        finally:
            feed.is_whispering = False

    def _is_sure(self, feed: Feed, state: State) -> bool:
        return self.assurance.holds(state.stamp) and feed.assurance.holds(state.key)

    async def _make_sure(self, feed: Feed, state: State) -> None:
        """Return when all who listen were checked under this state, or a later one; the others have been put out."""
        while feed.subscriptions and not self._is_sure(feed, state):
            seen = await self._watch.look()
            state = State(seen.stamp, seen.key(feed))

    def _hand_out(self, feed: Feed, entries: list[Entry]) -> None:
        for subscription in feed.hand_out(entries):
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

    def tell_pace(self, *, is_slow: bool) -> None:
        """Say to every socket whether news of other processes comes at once, or by looking once a second."""
        if is_slow != self.is_slow:
            self.is_slow = is_slow
            for connection in tuple(self.connections):
                connection.tell("pace", slow=is_slow)

    # -- Putting out

    def put_out(self, feed: Feed, people: set[int]) -> None:
        """Close the sockets of these people: they may not see this topic any more."""
        for subscription in tuple(feed.subscriptions.values()):
            if subscription.person in people:
                metrics.count("evicted")
                subscription.connection.close(NO_ACCESS, topic=feed.key)
                self.unsubscribe(subscription.connection, feed.key)

    def end(self, people: set[int], session_keys: set[str]) -> None:
        """Close the sockets of these people and of these sessions."""
        for connection in tuple(self.connections):
            if connection.holder.pk in people or connection.holder.session_key in session_keys:
                connection.close(ENDED)

    def look_again(self) -> None:
        """Check everybody's standing now, not at the next turn."""
        self._watch.now.set()


def current_hub() -> Hub:
    """The hub of this event loop; one is started where there is none."""
    loop = asyncio.get_running_loop()
    return next((hub for hub in _hubs if hub.loop is loop), None) or Hub()


def _portions(entries: Iterable[Entry]) -> Iterable[list[Entry]]:
    """The entries in packets that are small beside what may wait for a reader."""
    portion: list[Entry] = []
    size = 0
    for entry in entries:
        if portion and size + len(entry.frame) > SMALL_PACKET:
            yield portion
            portion, size = [], 0
        portion.append(entry)
        size += len(entry.frame)
    if portion:
        yield portion


async def drain(seconds: float) -> None:
    """Let the hub of this event loop finish and close, if there is one."""
    loop = asyncio.get_running_loop()
    for hub in [hub for hub in _hubs if hub.loop is loop]:
        await hub.drain(seconds)


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
