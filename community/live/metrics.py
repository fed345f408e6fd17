"""What the sockets of this process did, in numbers: never who, never what."""

from collections import Counter

counts: Counter[str] = Counter()
closes: Counter[int] = Counter()
last: dict[str, float] = {}


def count(name: str, number: int = 1) -> None:
    """Add to a counter."""
    counts[name] += number


def note(name: str, value: float) -> None:
    """Keep the latest value of something that goes up and down."""
    last[name] = value


def count_close(code: int) -> None:
    """A socket was closed by us, with this code."""
    closes[code] += 1
