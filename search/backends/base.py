"""The contract of a search backend: what goes in, what is asked, what comes out.

The reader's rights are the audiences of every search. They are never part of the query text, and no audiences means
nothing found.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from django.utils import timezone

from search.query import Query

# What results are counted by, and may be narrowed to; each value is a string.
FACETS = ("kind", "theme", "community", "organisation", "year", "label", "status", "has")
# What they may be narrowed to without being counted: the thread or room that something is part of.
NARROWED = (*FACETS, "whole")
Order = Literal["best", "newest"]


class IndexUnavailableError(Exception):
    """The index is missing, outdated or broken: say so honestly, and rebuild it."""


class WriterBusyError(Exception):
    """Another process is writing: try again later, nothing was written."""


PAGE_END = "\f"  # in the body of a document that has numbered pages


class Segment(NamedTuple):
    """A stretch of plain text, not escaped: `is_match` says whether the query's words caused the find here.

    `page` is the number of the page on which it begins, 0 where the text has no pages.
    """

    text: str
    is_match: bool
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One thing that can be found. Texts are plain, without markup; `key` is "kind:pk" and names it for ever.

    PAGE_END stands between the pages of a body that has any.

    `has` says what else is to be said of it, in one word each ("document": a file goes with it); `whole` is the key
    of the thread or "room:pk" that it is, or is part of.
    """

    key: str
    kind: str
    title: str
    body: str
    audience: int
    community: int
    tags: tuple[str, ...] = ()
    author: str = ""
    organisation: str = ""
    label: str = ""
    theme: str = ""
    status: str = ""
    has: tuple[str, ...] = ()
    whole: str = ""
    written_at: datetime | None = None
    quality: float = 0.0  # from -1 (retired, overdue) to 1 (reviewed, applied by many)

    def values(self) -> dict[str, tuple[str, ...]]:
        """What it counts under, per name in NARROWED; without those that say nothing of it."""
        year = str(timezone.localtime(self.written_at).year) if self.written_at else ""
        single = {
            "kind": self.kind,
            "theme": self.theme,
            "community": str(self.community),
            "organisation": self.organisation,
            "year": year,
            "label": self.label,
            "status": self.status,
            "whole": self.whole,
        }
        values = {name: (value,) for name, value in single.items() if value}
        return values | ({"has": self.has} if self.has else {})


@dataclass(frozen=True, slots=True)
class Choice:
    """Which values of one facet are wanted: any of `only` (empty: whatever it is, or nothing), none of `never`."""

    only: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()

    def keeps(self, values: Iterable[str]) -> bool:
        """Whether something with these values is wanted."""
        values = frozenset(values)
        return (not self.only or bool(self.only & values)) and not self.never & values


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the reader narrowed the results to: choices by name (see NARROWED), and when it was written.

    `since` counts itself, `until` does not; what has no date is outside both.
    """

    choices: Mapping[str, Choice] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None

    @property
    def narrows(self) -> bool:
        """Whether something is asked for by the filters alone; leaving things out is no question."""
        return bool(self.since or self.until or any(choice.only for choice in self.choices.values()))

    def only(self, name: str) -> frozenset[str]:
        """The values to which this facet is narrowed; empty where it is not."""
        return self.choices[name].only if name in self.choices else frozenset()


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many of the found things the reader would keep by choosing this value."""

    value: str
    count: int


class Correction(NamedTuple):
    """A word that hardly anything was found for, and the word that was searched for too."""

    word: str
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One found thing, with its title and an excerpt cut where the matched words stand."""

    key: str
    kind: str
    pk: str
    score: float
    title: tuple[Segment, ...]
    snippet: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The asked slice of what was found, best first; total and facets count all of it.

    `facets` has those that were asked for, each the most frequent value first, and each counted as if that facet
    itself were not narrowed to some values (what it excludes stays out). `corrections` name only words of things that
    this reader may see. `is_partial` says that the time ran out, so that there may be more.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: dict[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    is_partial: bool = False
    generation: str = ""
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """`state` is "ok", "missing" (never built), "outdated" (another analysis) or "broken"; `reason` is for people."""

    state: str
    reason: str = ""

    @property
    def is_ok(self) -> bool:
        """Whether searches are answered."""
        return self.state == "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the index stands: what `index_status` shows."""

    health: Health
    documents: int
    generation: str
    size_bytes: int


NO_FILTERS = Filters()
SEARCH_SECONDS = 0.4  # so that a hostile query ends within half a second, and others need not wait for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted of a search beside its words: which slice, in which order, counted by which facets.

    `order` "newest" sorts all that is found by date. After `seconds` the search gives what it has.
    """

    filters: Filters = NO_FILTERS
    offset: int = 0
    limit: int = 20
    order: Order = "best"
    facets: tuple[str, ...] = FACETS
    seconds: float = SEARCH_SECONDS


ALL = Wish()


class SearchBackend(ABC):
    """An index of documents that several processes read and one at a time writes."""

    @abstractmethod
    def search(self, query: Query | str, audiences: Set[int], wish: Wish = ALL) -> Results:
        """What readers with these audiences find. No audiences: nothing.

        Text is parsed first (search/query.py, never raises). A query without words finds what the filters keep, if
        they narrow anything. Raises IndexUnavailableError.
        """

    @abstractmethod
    def apply(self, documents: Iterable[Document] = (), removed: Iterable[str] = ()) -> int:
        """Put documents in (replacing their earlier form) and take keys out, in one commit; gives how many changed.

        The last document of a key counts; a key that is both put in and removed is removed. A key that is not there
        may be removed. Raises IndexUnavailableError where the index must first be built, and WriterBusyError.
        """

    def index(self, documents: Iterable[Document]) -> int:
        """Put documents in; see `apply`."""
        return self.apply(documents=documents)

    def remove(self, keys: Iterable[str]) -> int:
        """Take documents out; see `apply`."""
        return self.apply(removed=keys)

    @abstractmethod
    def rebuild(self, documents: Iterable[Document], *, progress: Callable[[int], None] | None = None) -> int:
        """Build a new index of exactly these documents beside the old one, then swap; gives how many it holds.

        Until the swap searches use the old index, and whatever interrupts the building leaves it as it was.
        `progress` is called with the number of documents so far. Raises WriterBusyError.
        """

    def settle(self) -> int:
        """Do upkeep that is best done while nothing else is to be done, once; gives how many documents it touched.

        Raises IndexUnavailableError and WriterBusyError.
        """
        return 0

    @abstractmethod
    def following(self) -> AbstractContextManager[None]:
        """Be the only one who follows the database into this index, whoever else shares it: other threads, machines.

        It is let go of when its process ends, however it ends. Raises WriterBusyError at once where another does.
        """

    @abstractmethod
    def generation(self) -> str:
        """Names the present state of the index: another after each commit or rebuild. "" where there is none."""

    def is_before(self, generation: str) -> bool:
        """Whether the index is now at an earlier state than this, as far as it can tell: an older copy was put back."""
        return False

    @abstractmethod
    def health(self) -> Health:
        """Whether the index can answer. Never raises."""

    @abstractmethod
    def status(self) -> Status:
        """Health, size and generation. Never raises."""

    @abstractmethod
    def close(self) -> None:
        """Let go of open files; the next call opens them again."""
