"""What the hub asks of the database, in its threads: may this person listen, what did they miss, what is new."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from community import access
from community.live import rights
from community.live.feeds import Feed
from community.live.standing import Standing, living_sessions, standings
from community.live.topics import Entry, Log, Thing, Topic
from community.models import User

PAGE = 200  # entries that are read at once
FAR_BEHIND = 1000  # entries; who misses more is told to fetch the page anew
TAIL = 50


@dataclass(frozen=True)
class Found:
    """A thing that somebody may listen to."""

    model: type[Thing]
    takes_part: bool


@dataclass(frozen=True)
class Page:
    """Part of a log, for one person. `cursor` is how far they are after it."""

    cursor: int
    last_seq: int
    entries: list[Entry] = field(default_factory=list)
    reset: bool = False


def _find(topic: Topic, pk: int, person: int) -> tuple[User, Thing] | None:
    user = User.objects.filter(pk=person).first()
    if user is None:
        return None
    access.remember(user)
    thing = topic.find(user, pk)
    return (user, thing) if thing is not None and user.is_professional else None


def look(topic: Topic, pk: int, person: int) -> Found | None:
    """The thing, if this person may listen to it now."""
    found = _find(topic, pk, person)
    if found is None:
        return None
    user, thing = found
    return Found(type(thing), topic.log is not None and topic.log.takes_part(user, thing))


def read_page(feed: Feed, log: Log, person: int, after: int) -> Page | None:
    """What follows `after` (-1: the tail), or None where the person may not see it.

    The right is asked after the entries were read: what was written after a removal is never among them.
    """
    thing = rights.load(feed.model, [feed.pk]).get(feed.pk)
    last_seq = log.last_seq(thing) if thing else 0
    is_far = after > last_seq or last_seq - after > FAR_BEHIND
    entries = [] if after < 0 or is_far else log.read(feed.pk, after, PAGE)
    if _find(feed.topic, feed.pk, person) is None:
        return None
    if after < 0:
        return Page(cursor=max(last_seq - TAIL, 0), last_seq=last_seq)
    if is_far:
        return Page(cursor=last_seq, last_seq=last_seq, reset=True)
    read_to = entries[-1].seq if entries else after
    return Page(max(read_to, last_seq) if len(entries) < PAGE else read_to, last_seq, entries)


def read_news(feed: Feed, after: int | None, people: Iterable[int]) -> tuple[set[int], list[Entry]]:
    """Who of these people may see the topic, and what follows `after` in its log; the right is asked last."""
    entries = feed.topic.log.read(feed.pk, after, PAGE) if feed.topic.log and after is not None else []
    thing = rights.load(feed.model, [feed.pk]).get(feed.pk)
    return rights.who_see(thing, people), entries


@dataclass(frozen=True)
class Outlook:
    """How everybody stands now: living sessions, standings, and per topic who sees it and its last number."""

    sessions: set[str]
    standings: dict[int, Standing]
    allowed: dict[str, set[int]]
    last_seqs: dict[str, int]


def look_around(sessions: set[str], people: set[int], feeds: list[tuple[Feed, set[int]]]) -> Outlook:
    """Ask all of it: three queries, one per kind of topic, and one per audience that is listened to."""
    allowed: dict[str, set[int]] = {}
    last_seqs: dict[str, int] = {}
    models = {feed.topic.kind: feed.model for feed, _listeners in feeds}
    for kind, model in models.items():
        listeners = {feed.pk: theirs for feed, theirs in feeds if feed.topic.kind == kind}
        log = next(feed.topic.log for feed, _theirs in feeds if feed.topic.kind == kind)
        things = rights.load(model, listeners)
        seen = rights.who_see_each(things, listeners)
        allowed |= {f"{kind}:{pk}": seen.get(pk, set()) for pk in listeners}
        last_seqs |= {f"{kind}:{pk}": log.last_seq(thing) for pk, thing in things.items() if log}
    return Outlook(living_sessions(sessions), standings(people), allowed, last_seqs)
