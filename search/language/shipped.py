"""The lists of words that come with the site: plain text files beside this module, written for it."""

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def lines_of(name: str) -> tuple[str, ...]:
    """The lines of a list that say something: no remarks (#), no empty ones."""
    lines = (line.partition("#")[0].strip() for line in (FOLDER / name).read_text(encoding="utf-8").splitlines())
    return tuple(filter(None, lines))


def digest(name: str) -> str:
    """Names what a list says."""
    return hashlib.sha256("\n".join(lines_of(name)).encode()).hexdigest()
