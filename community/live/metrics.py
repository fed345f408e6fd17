"""What the sockets of a process did, in numbers: never who, never what. Read by /metrics, in Prometheus' text format.

Where several processes serve one port, each leaves its numbers in Redis, so that whichever is asked knows them all.
"""

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import orjson
import redis

from community.live import relay

if TYPE_CHECKING:
    from community.live.hub import Hub

SHARE_SECONDS = 5.0
FORGET_SECONDS = 30.0

counts: Counter[str] = Counter()
closes: Counter[str] = Counter()
gauges: dict[str, float] = {}
_shared_at = 0.0

HELP = {
    "sockets": "Open sockets.",
    "people": "People with a socket.",
    "topics": "Topics that somebody listens to.",
    "batch_size": "Messages in the latest transaction.",
    "commit_seconds": "How long the latest transaction took.",
    "look_seconds": "How long the latest look at who is connected took.",
    "loop_lag_seconds": "How late the event loop was the last time.",
    "commits_total": "Transactions of the chat writer.",
    "messages_total": "Messages that were committed.",
    "delivered_total": "Messages that were handed to a socket.",
    "evicted_total": "Sockets whose person may listen no longer.",
    "looks_total": "Looks at everybody who is connected.",
    "found_by_looking_total": "Times that news was found by looking, because no announcement told of it.",
    "closed_total": "Sockets closed by the site, by close code.",
}


def count(name: str, number: int = 1) -> None:
    """Add to a counter."""
    counts[name] += number


def note(name: str, value: float) -> None:
    """Keep the latest value of something that goes up and down."""
    gauges[name] = value


def count_close(code: int) -> None:
    """A socket was closed by us, with this code."""
    closes[str(code)] += 1


def note_hub(hub: "Hub") -> None:
    """Keep how many are here."""
    note("sockets", len(hub.connections))
    note("people", len({connection.holder.pk for connection in hub.connections}))
    note("topics", len(hub.feeds))


def numbers() -> dict[str, Any]:
    """The numbers of this process."""
    totals = {f"{name}_total": number for name, number in counts.items()}
    return {"gauges": dict(gauges), "totals": totals, "closes": dict(closes)}


def share(hub: "Hub") -> None:
    """Leave the numbers for the other processes, every few seconds."""
    global _shared_at  # noqa: PLW0603 - one clock per process
    if relay.is_configured() and time.monotonic() - _shared_at > SHARE_SECONDS:
        _shared_at = time.monotonic()
        hub.start(hub.thread("relay").run(relay.leave_numbers, orjson.dumps(numbers()), FORGET_SECONDS))


def exposition() -> str:
    """The numbers of all processes, one sample a line, with the process as a label."""
    processes = {relay.PROCESS: numbers()}
    try:
        found = relay.numbers_left()
    except redis.RedisError:
        found = {}
    processes |= {name: orjson.loads(text) for name, text in found.items() if name != relay.PROCESS}
    lines = []
    for name, text in HELP.items():
        lines += [f"# HELP kenniskring_live_{name} {text}"]
        lines += [f"# TYPE kenniskring_live_{name} {'counter' if name.endswith('_total') else 'gauge'}"]
        for process, theirs in sorted(processes.items()):
            lines += [
                f"kenniskring_live_{name}{{{labels}}} {value}" for labels, value in _samples(name, process[:8], theirs)
            ]
    return "\n".join([*lines, ""])


def _samples(name: str, process: str, theirs: dict[str, Any]) -> list[tuple[str, float]]:
    if name == "closed_total":
        return [(f'process="{process}",code="{code}"', number) for code, number in sorted(theirs["closes"].items())]
    kind = "totals" if name.endswith("_total") else "gauges"
    return [(f'process="{process}"', theirs[kind].get(name, 0))]
