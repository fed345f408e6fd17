"""The lexicon of this site: the shipped lists with what administrators changed, the same in every process.

A change writes a new stamp to the cache, which all processes share where there are several; each search compares it,
and reads the lists anew where it is another than the one it knows.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction

from search.language import lexicon
from search.language.lexicon import Entry
from search.models import LexiconEntry

STAMP = "search:lexicon"


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as the page of administrators lists it: shipped or own; `own` is the own row, if there is one."""

    entry: Entry
    own: LexiconEntry | None = None

    @property
    def kind_name(self) -> str:
        """The name of its list, for people."""
        return str(LexiconEntry.Kind(self.entry.kind).label)

    @property
    def is_off(self) -> bool:
        """Whether queries do without it."""
        return self.own is not None and self.own.is_off


@dataclass
class _Known:
    """Which stamp the lexicon of this process goes by; None before the first look."""

    stamp: str | None = None


_known = _Known()


def listed() -> list[Listed]:
    """All entries, the own ones in the place of shipped ones with their key, in order of kind and words."""
    found = {entry.key: Listed(entry) for entry in lexicon.shipped()}
    for own in LexiconEntry.objects.all():
        entry = own.entry
        found[entry.key] = Listed(entry, own)
    return [found[key] for key in sorted(found)]


def refresh() -> None:
    """Let this process expand queries with the lists as they are now: one look in the cache, seldom more."""
    stamp = cache.get(STAMP, "")
    if stamp != _known.stamp:
        lexicon.use(lexicon.build(_entries(listed())))
        _known.stamp = stamp


def announce_change() -> None:
    """After this transaction, let all processes read the lists anew."""
    transaction.on_commit(lambda: cache.set(STAMP, secrets.token_hex(8), None))


def _entries(found: Iterable[Listed]) -> Iterable[Entry]:
    return (one.entry for one in found if not one.is_off)


def assume_shipped() -> None:
    """Take it that nothing was changed, as tests do: the first search then reads nothing."""
    lexicon.use(None)
    _known.stamp = ""
