"""What the hub asks of the database, in its threads: may this person listen, what did they miss, what is new."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from community import access
from community.live import rights
from community.live.feeds import Feed, State
from community.live.rights import Key
from community.live.standing import Standing, living_sessions, standings
from community.live.topics import Entry, Log, Thing, Topic
from community.models import AccessStamp, User

PAGE = 200  # entries that are read at once
FAR_BEHIND = 1000  # entries; who misses more is told to fetch the page anew
TAIL = 50


@dataclass(frozen=True)
class Found:
    """A thing that somebody may listen to."""

    model: type[Thing]
    takes_part: bool
    state: State


@dataclass(frozen=True)
class Page:
    """Part of a log, for one person. `cursor` is how far they are after it."""

    cursor: int
    last_seq: int
    state: State
    entries: list[Entry] = field(default_factory=list)
    reset: bool = False


@dataclass(frozen=True)
class News:
    """What follows in a log, and the state of the database in which it was read, or a later one."""

    entries: list[Entry]
    state: State


def _find(topic: Topic, pk: int, person: int) -> tuple[User, Thing] | None:
    user = User.objects.filter(pk=person).first()
    if user is None:
        return None
    access.remember(user)
    thing = topic.find(user, pk)
    return (user, thing) if thing is not None and user.is_professional else None


def look(topic: Topic, pk: int, person: int) -> Found | None:
    """The thing, if this person may listen to it now."""
    stamp = AccessStamp.read()  # first: what is asked after it holds under it, or under a later one
    found = _find(topic, pk, person)
    if found is None:
        return None
    user, thing = found
    takes_part = topic.log is not None and topic.log.takes_part(user, thing)
    return Found(type(thing), takes_part, State(stamp, rights.key_of(thing)))


def read_state(feed: Feed) -> State:
    """The state of a topic now. Two queries."""
    stamp = AccessStamp.read()
    return State(stamp, rights.key_of(rights.load(feed.model, [feed.pk]).get(feed.pk)))


def read_page(feed: Feed, log: Log, person: int, after: int, checked: State) -> Page | None:
    """What follows `after` (-1: the tail), or None where the person may not see it.

    The right is asked after the entries were read: what was written after a removal is never among them. It was
    asked already where nothing changed since the person was `checked`.
    """
    thing = rights.load(feed.model, [feed.pk]).get(feed.pk)
    last_seq = log.last_seq(thing) if thing else 0
    if after < 0:
        after = max(last_seq - TAIL, 0)
    is_far = after > last_seq or last_seq - after > FAR_BEHIND
    entries = [] if is_far else log.read(feed.pk, after, PAGE)
    state = read_state(feed)
    is_unchanged = None not in (state.stamp, state.key) and state == checked
    if not is_unchanged and _find(feed.topic, feed.pk, person) is None:
        return None
    if is_far:
        return Page(last_seq, last_seq, state, reset=True)
    read_to = entries[-1].seq if entries else after
    return Page(max(read_to, last_seq) if len(entries) < PAGE else read_to, last_seq, state, entries)


def read_news(feed: Feed, log: Log, after: int) -> News:
    """What follows `after` in the log of a topic, whoever listens; the state is read last."""
    entries = log.read(feed.pk, after, PAGE)
    return News(entries, read_state(feed))


@dataclass(frozen=True)
class Glance:
    """What is looked at every second: the access stamp, and of each topic its key and its last number."""

    stamp: int | None
    things: dict[str, Thing]
    last_seqs: dict[str, int]

    def key(self, feed: Feed) -> Key | None:
        """What decides about this topic now."""
        return rights.key_of(self.things.get(feed.key))


def glance(feeds: Iterable[Feed]) -> Glance:
    """One query for the stamp, and one per kind of topic."""
    stamp = AccessStamp.read()
    things: dict[str, Thing] = {}
    last_seqs: dict[str, int] = {}
    kinds: dict[str, list[Feed]] = {}
    for feed in feeds:
        kinds.setdefault(feed.topic.kind, []).append(feed)
    for kind, alike in kinds.items():
        found = rights.load(alike[0].model, [feed.pk for feed in alike])
        things |= {f"{kind}:{pk}": thing for pk, thing in found.items()}
        if log := alike[0].topic.log:
            last_seqs |= {f"{kind}:{pk}": log.last_seq(thing) for pk, thing in found.items()}
    return Glance(stamp, things, last_seqs)


@dataclass(frozen=True)
class Outlook:
    """How everybody stands now: a glance, living sessions, standings, and per topic who of its listeners sees it."""

    glance: Glance
    sessions: set[str]
    standings: dict[int, Standing]
    allowed: dict[str, set[int]]


def look_around(sessions: set[str], people: set[int], feeds: list[tuple[Feed, set[int]]]) -> Outlook:
    """Ask all of it: what a glance asks, three queries, and one per audience that is listened to."""
    seen = glance(feed for feed, _listeners in feeds)
    listeners = {feed.key: theirs for feed, theirs in feeds}
    allowed = rights.who_see_each(seen.things, listeners)
    return Outlook(
        glance=seen,
        sessions=living_sessions(sessions),
        standings=standings(people),
        allowed={key: allowed.get(key, set()) for key in listeners},
    )
