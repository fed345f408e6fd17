"""The Whoosh backend: the contract of base.py over a folder, one open snapshot per process and generation."""

import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Set
from contextlib import suppress
from heapq import nlargest
from pathlib import Path

from search.analysis import stem
from search.backends.base import (
    ALL,
    Document,
    FacetCount,
    Filters,
    Health,
    Hit,
    IndexUnavailableError,
    Results,
    SearchBackend,
    Status,
    Wish,
)
from search.backends.whoosh import writer
from search.backends.whoosh.folder import IndexFolder
from search.backends.whoosh.schema import Facts, signature
from search.backends.whoosh.scoring import Scorer, Scores
from search.backends.whoosh.snapshot import Snapshot
from search.expansion import Plan, plan
from search.query import Query, parse
from search.ranking import WEIGHTS
from search.snippets import Marker, excerpt, mark

logger = logging.getLogger(__name__)

MAX_LIFTED = 60  # so many of the best are looked at closely
MAX_FACET_VALUES = 50
MAX_LIMIT = 1000
_COMMIT = re.compile(r"_MAIN_(\d+)\.toc")  # how Whoosh names what a commit leaves


class WhooshBackend(SearchBackend):
    """An index in a folder of this machine. Safe for threads; searches of one process take turns."""

    def __init__(self, root: Path | str) -> None:
        self._folder = IndexFolder(Path(root))
        self._lock = threading.RLock()
        self._snapshot: Snapshot | None = None
        self._opened = ""

    # -- Reading

    def search(self, query: Query | str, audiences: Set[int], wish: Wish = ALL) -> Results:
        """See the contract. What fails because a commit took a file away is tried once more on the new generation."""
        asked = parse(query) if isinstance(query, str) else query
        started = time.monotonic()
        if not audiences or (asked.is_empty and not wish.filters.narrows):
            return Results(generation=self.generation())
        with self._lock:
            for is_last in (False, True):
                try:
                    snapshot = self._current()
                    readable = snapshot.readable(audiences)
                    scorer = Scorer(snapshot, readable, started + wish.seconds)
                    return _answer(scorer, asked, wish, (self._opened, started))
                except IndexUnavailableError:
                    raise
                except Exception as error:
                    # Whoosh raises all kinds of errors on files that are damaged or gone.
                    self._forget()
                    if is_last:
                        logger.exception("The search index cannot be read.")
                        raise IndexUnavailableError("The search index cannot be read.") from error
        raise AssertionError

    def _current(self) -> Snapshot:
        """The open snapshot, or a new one where the index has moved on."""
        folder, generation = self._where()
        if folder is None:
            raise IndexUnavailableError("There is no search index yet.")
        if self._snapshot is None or generation != self._opened:
            if self._folder.signature(folder) != signature():
                raise IndexUnavailableError("The search index was made by an older version.")
            before = self._snapshot
            self._snapshot = Snapshot(folder, before.segments if before else {})
            self._opened = generation
            if before:
                before.close()
        return self._snapshot

    def _where(self) -> tuple[Path | None, str]:
        folder = self._folder.current()
        if folder is None:
            return None, ""
        return folder, f"{folder.name}:{_last_commit(folder)}"

    def _forget(self) -> None:
        snapshot, self._snapshot, self._opened = self._snapshot, None, ""
        if snapshot:
            with suppress(Exception):
                snapshot.close()

    def generation(self) -> str:
        """See the contract."""
        return self._where()[1]

    def health(self) -> Health:
        """See the contract."""
        try:
            with self._lock:
                folder = self._folder.current()
                if folder is None:
                    return Health(state="missing", reason="No index was built yet.")
                if self._folder.signature(folder) not in ("", signature()):
                    return Health(state="outdated", reason="Schema or analysis changed since the index was built.")
                self._current().documents()
                return Health(state="ok")
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the files, the answer is that it is wrong
            self._forget()
            return Health(state="broken", reason=f"{type(error).__name__}: {error}")

    def status(self) -> Status:
        """See the contract."""
        health = self.health()
        with self._lock:
            documents = self._snapshot.documents() if health.is_ok and self._snapshot else 0
        try:
            return Status(
                health=health,
                documents=documents,
                generation=self.generation(),
                size_bytes=self._folder.size(),
            )
        except OSError as error:
            return Status(health=Health(state="broken", reason=str(error)), documents=0, generation="", size_bytes=0)

    def close(self) -> None:
        """See the contract."""
        with self._lock:
            self._forget()

    # -- Writing

    def apply(self, documents: Iterable[Document] = (), removed: Iterable[str] = ()) -> int:
        """See the contract."""
        with self._folder.writing():
            folder = self._folder.current()
            if folder is None or self._folder.signature(folder) != signature():
                raise IndexUnavailableError("The search index must be built first.")
            return writer.change(folder, documents, removed)

    def rebuild(self, documents: Iterable[Document], *, progress: Callable[[int], None] | None = None) -> int:
        """See the contract. The index that was searched until now stays until the next rebuild, for its readers."""
        with self._folder.writing():
            before = self._folder.current()
            self._folder.tidy(keep={before} if before else set())
            folder = self._folder.new()
            count = writer.create(folder, documents, progress)
            self._folder.describe(folder, signature())
            self._folder.swap(folder)
            return count


def _last_commit(folder: Path) -> int:
    """The number of the last commit; -1 where there is none."""
    names = [path.name for path in folder.iterdir()]
    return max((int(match[1]) for match in map(_COMMIT.fullmatch, names) if match), default=-1)


def _answer(scorer: Scorer, asked: Query, wish: Wish, opened: tuple[str, float]) -> Results:
    """The results of a query over the documents that the scorer may see."""
    planned = plan(asked, scorer)
    found = _found(scorer, asked, planned)
    kept, facets = _narrow(scorer.snapshot.facts, found, wish.filters, wish.facets)
    marker = _marker(planned)
    return Results(
        hits=tuple(_hit(scorer, number, score, marker) for number, score in _sorted(scorer, kept, planned, wish)),
        total=len(kept),
        facets=facets,
        corrections=planned.corrections,
        is_partial=scorer.is_partial,
        generation=opened[0],
        took_ms=(time.monotonic() - opened[1]) * 1000,
    )


def _sorted(scorer: Scorer, kept: Scores, planned: Plan, wish: Wish) -> list[tuple[int, float]]:
    """The asked slice, in the asked order, with scores."""
    offset = max(0, wish.offset)
    end = offset + max(0, min(wish.limit, MAX_LIMIT))
    if wish.order == "newest":
        facts = scorer.snapshot.facts
        newest = nlargest(end, kept, key=lambda number: (facts[number].written, number))
        return [(number, kept[number]) for number in newest[offset:]]
    best = nlargest(max(MAX_LIFTED, end), kept.items(), key=lambda item: (item[1], -item[0]))
    lifted = scorer.lift(kept, [number for number, _score in best[:MAX_LIFTED]], planned)
    order = sorted(lifted, key=lambda number: (-lifted[number], number))
    order += [number for number, _score in best if number not in lifted]
    return [(number, lifted.get(number, kept[number])) for number in order[offset:end]]


def _found(scorer: Scorer, asked: Query, planned: Plan) -> Scores:
    """Scores of the documents that meet enough of the query, contain its phrases, and nothing it excludes."""
    must = [scorer.containing(term) for term in asked.terms if not hasattr(term, "text")]
    must_not = [scorer.containing(term) for term in asked.without]
    scores, shares = scorer.score(planned) if asked.terms else (dict.fromkeys(scorer.readable, 1.0), {})
    return scorer.stand(
        {
            number: score
            for number, score in scores.items()
            if shares.get(number, 1.0) >= WEIGHTS.least_coverage
            and all(number in numbers for numbers in must)
            and not any(number in numbers for numbers in must_not)
        },
        time.time(),
    )


def _narrow(
    facts: list[Facts], found: Scores, filters: Filters, facets: Iterable[str]
) -> tuple[Scores, dict[str, tuple[FacetCount, ...]]]:
    """What the filters keep, and per facet how many the other filters keep."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in facets}
    kept: Scores = {}
    for number, score in found.items():
        fact = facts[number]
        refused = _refused_by(fact, filters)
        if not refused:
            kept[number] = score
        for name, counter in counts.items():
            if not refused or refused == {name}:
                counter.update(fact.values.get(name, ()))
    return kept, {
        name: tuple(FacetCount(value, number) for value, number in counter.most_common(MAX_FACET_VALUES))
        for name, counter in counts.items()
    }


def _refused_by(fact: Facts, filters: Filters) -> set[str]:
    """The names of the choices that the document is outside of; "" where it is excluded whatever else is chosen."""
    refused = set()
    if filters.since and not (fact.written and fact.written >= filters.since.timestamp()):
        refused.add("")
    if filters.until and not (fact.written and fact.written < filters.until.timestamp()):
        refused.add("")
    for name, choice in filters.choices.items():
        values = fact.values.get(name, ())
        if choice.never.intersection(values):
            refused.add("")
        if choice.only and not choice.only.intersection(values):
            refused.add(name)
    return refused


def _marker(planned: Plan) -> Marker:
    """Marks what made documents match: the forms of the concepts; inflected forms of typed words by their stems."""
    forms = [form for concept in planned.concepts for form in concept.forms]
    stems = {stem(concept.word) for concept in planned.typed if not concept.is_stop_word}
    prefixes = [concept.word for concept in planned.concepts if concept.is_prefix]
    return Marker(
        (word for form in forms for word in form.words), stems.union(*(form.stems for form in forms)), prefixes
    )


def _hit(scorer: Scorer, number: int, score: float, marker: Marker) -> Hit:
    fact = scorer.snapshot.facts[number]
    title, body = scorer.snapshot.texts(number)
    return Hit(
        key=fact.key,
        kind=fact.kind,
        pk=fact.key.partition(":")[2],
        score=score,
        title=mark(title, marker.matches(title)),
        snippet=excerpt(body, marker),
    )
