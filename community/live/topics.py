"""What a page can listen to: each app registers its kinds of topic here when the site starts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from community.models import Community, Content, User

# What can be listened to: its audience is asked of the policy at every delivery.
Thing = Content | Community


class BadFrameError(Exception):
    """A frame of a client that is not as the protocol says."""


@dataclass(frozen=True)
class Entry:
    """One thing that happened, in the order of its log: its number, and the frame that tells it."""

    seq: int
    frame: str


@dataclass(frozen=True)
class Log:
    """What makes a topic resumable: numbers without gaps, given in the transaction that wrote the entry.

    `last_seq(thing)` is the number given last; `read(pk, after, limit)` gives the entries that follow `after`,
    in order and without gaps; `takes_part(user, thing)` says who is shown to the others as present.
    """

    last_seq: Callable[[Any], int]
    read: Callable[[int, int, int], list[Entry]]
    takes_part: Callable[[User, Any], bool]


@dataclass(frozen=True)
class Topic:
    """A kind of thing that pages listen to. `find(user, pk)` gives it where the user may see it, else None."""

    kind: str
    find: Callable[[User, int], Thing | None]
    log: Log | None = None


Listener = Callable[[str, int, dict[str, Any]], None]
FrameHandler = Callable[[Any, dict[str, Any]], Awaitable[None]]
topics: dict[str, Topic] = {}
frame_handlers: dict[str, FrameHandler] = {}
_listeners: list[Listener] = []


def register_topic(topic: Topic) -> None:
    """Let pages listen to things of this kind."""
    topics[topic.kind] = topic


def register_frame(name: str, handler: FrameHandler) -> None:
    """Let `handler(connection, frame)` answer the frames of this name that clients send."""
    frame_handlers[name] = handler


def listen(listener: Listener) -> None:
    """Have every announcement of this process; the hub does, when it starts."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce(kind: str, pk: int, data: dict[str, Any]) -> None:
    """Tell whoever listens to this thing what happened. Call it after commit; `data` carries no content."""
    for listener in tuple(_listeners):
        listener(kind, pk, data)
