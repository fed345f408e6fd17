"""One topic as this process delivers it: who listens, how far each of them is, and what waits to be told."""

from dataclasses import dataclass, field
from typing import Any

from community.live import metrics
from community.live.assurance import Assurance
from community.live.connections import Connection
from community.live.packets import Packet, encode
from community.live.rights import Key
from community.live.topics import Entry, Thing, Topic

PRESENT_SHOWN = 100  # above this many people, only their number is told
People = dict[int, str]


@dataclass(frozen=True)
class State:
    """Under what a right was asked: the access stamp, and what decides about the thing itself. None: not known."""

    stamp: int | None = None
    key: Key | None = None


@dataclass(eq=False)
class Subscription:
    """A socket that listens to a topic. While it catches up it is not `live`, and gets nothing but its log."""

    connection: Connection
    cursor: int = 0
    live: bool = False
    catching_up: bool = False
    takes_part: bool = False
    checked: State = field(default_factory=State)  # under what their right was asked last

    @property
    def person(self) -> int:
        """The key of the person behind the socket."""
        return self.connection.holder.pk


@dataclass(frozen=True)
class Whisper:
    """A frame that is in no log: an event, typing, presence. Lost where it cannot be delivered."""

    packet: Packet
    not_to: int | None = None  # a person
    to_participants: bool = False


@dataclass(eq=False)
class Feed:
    """The subscriptions of one topic, and how far its log was delivered here."""

    topic: Topic
    pk: int
    model: type[Thing]
    subscriptions: dict[Connection, Subscription] = field(default_factory=dict)
    cursor: int | None = None
    has_news: bool = False
    whispers: list[Whisper] = field(default_factory=list)
    is_delivering: bool = False
    is_whispering: bool = False
    assurance: Assurance = field(default_factory=Assurance)
    told_present: People = field(default_factory=dict)
    elsewhere: dict[str, tuple[People, float]] = field(default_factory=dict)  # other processes: people, until when

    @property
    def key(self) -> str:
        """The name of the topic as clients write it."""
        return f"{self.topic.kind}:{self.pk}"

    def name(self) -> dict[str, Any]:
        """How frames say which topic they are about: `room` for what has a log, else `topic`."""
        return {self.topic.kind: self.pk} if self.topic.log else {"topic": self.key}

    def people(self) -> set[int]:
        """The keys of everybody who listens."""
        return {subscription.person for subscription in self.subscriptions.values()}

    def whisper(self, frame: dict[str, Any], *, not_to: int | None = None, to_participants: bool = False) -> None:
        """Let this frame wait for the next delivery."""
        self.whispers.append(Whisper(Packet([encode(frame)]), not_to, to_participants))

    def hand_out(self, entries: list[Entry]) -> list[Subscription]:
        """Send what follows in the log to who is live. Returns who has a gap and must catch up."""
        first, last = entries[0].seq, entries[-1].seq
        packet, behind, heard = Packet([entry.frame for entry in entries]), [], 0
        for subscription in self.subscriptions.values():
            if not subscription.live or subscription.cursor >= last:
                continue
            if subscription.cursor == first - 1:
                subscription.connection.write(packet)
                heard += len(entries)
            elif subscription.cursor >= first:
                subscription.connection.write(
                    Packet([entry.frame for entry in entries if entry.seq > subscription.cursor])
                )
            else:
                behind.append(subscription)
                continue
            subscription.cursor = last
        self.cursor = last
        metrics.count("delivered", heard)
        return behind

    def hand_out_whispers(self, whispers: list[Whisper]) -> None:
        """Send these to who is live and is meant."""
        for subscription in self.subscriptions.values():
            for whisper in whispers if subscription.live else ():
                meant = subscription.takes_part or not whisper.to_participants
                if meant and subscription.person != whisper.not_to:
                    subscription.connection.write(whisper.packet)

    # -- Presence

    def present_here(self) -> People:
        """Who takes part and has this open in this process: key and name."""
        holders = [each.connection.holder for each in self.subscriptions.values() if each.takes_part]
        return {holder.pk: holder.name for holder in holders}

    def present(self, now: float) -> People:
        """Who takes part and has this open, in any process that was heard of lately."""
        people: People = {}
        self.elsewhere = {name: entry for name, entry in self.elsewhere.items() if entry[1] > now}
        for others, _until in self.elsewhere.values():
            people |= others
        return people | self.present_here()

    def presence_frame(self, joined: People, left: set[int], total: int) -> dict[str, Any]:
        """What changed in who is present; only the number of people where they are many."""
        frame = {"t": "pres", **self.name(), "count": total}
        if total > PRESENT_SHOWN:
            return frame
        return frame | {
            "join": [{"id": pk, "name": name} for pk, name in sorted(joined.items())],
            "leave": sorted(left),
        }

    def tell_presence(self, now: float) -> bool:
        """Let the change in who is present wait for delivery. Returns whether there was one."""
        present = self.present(now)
        joined = {pk: name for pk, name in present.items() if pk not in self.told_present}
        left = set(self.told_present) - set(present)
        self.told_present = present
        if joined or left:
            self.whisper(self.presence_frame(joined, left, len(present)), to_participants=True)
        return bool(joined or left)
