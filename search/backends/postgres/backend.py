"""The PostgreSQL backend: the contract of base.py over tables of the site's database, shared by all its machines."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import AbstractContextManager, contextmanager

from django.db import Error, transaction

from search.backends.base import (
    ALL,
    Document,
    Health,
    IndexUnavailableError,
    Results,
    SearchBackend,
    Status,
    Wish,
    WriterBusyError,
)
from search.backends.postgres import facts, locks, tables
from search.backends.postgres.answering import Answering
from search.backends.postgres.building import Builder
from search.backends.postgres.changing import change
from search.backends.postgres.facts import Facts
from search.backends.postgres.session import OutOfTimeError, Session, searching
from search.backends.postgres.tables import Tables
from search.models import SearchIndex
from search.query import Query, parse

logger = logging.getLogger(__name__)


class PostgresBackend(SearchBackend):
    """The index of this name in the database of the site. Safe for threads, which search side by side."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._writer = threading.Lock()
        self._facts: Facts | None = None

    # -- Reading

    def search(self, query: Query | str, audiences: Set[int], wish: Wish = ALL) -> Results:
        """See the contract. A transaction of the caller is left as it was."""
        asked = parse(query) if isinstance(query, str) else query
        started = time.monotonic()
        if not audiences or (asked.is_empty and not wish.filters.narrows):
            return Results(generation=self.generation())
        try:
            with searching() as session:
                index = self._usable()
                known = self._read_facts(session, index)
                session.end_at(started + wish.seconds)
                return Answering(session, index, known, audiences).results(asked, wish, started)
        except (Error, OutOfTimeError) as error:
            logger.exception("The search index cannot be read.")
            raise IndexUnavailableError("The search index cannot be read.") from error

    def _usable(self) -> SearchIndex:
        """The index to search or to change. Raises IndexUnavailableError."""
        index = tables.current(self._name)
        if index is None:
            raise IndexUnavailableError("There is no search index yet.")
        if index.signature != tables.signature():
            raise IndexUnavailableError("The search index was made by an older version.")
        return index

    def _read_facts(self, session: Session, index: SearchIndex) -> Facts:
        """The facts of this generation. One thread reads what is new, and the others wait for it."""
        with self._lock:
            found = self._facts = facts.read(session, index, self._facts)
        return found

    def generation(self) -> str:
        """See the contract."""
        try:
            index = tables.current(self._name)
        except Error:
            return ""
        return f"{index.pk}:{index.generation}" if index else ""

    def health(self) -> Health:
        """See the contract."""
        try:
            with transaction.atomic():
                return _health(tables.current(self._name))
        except Error as error:
            return _broken(error)

    def status(self) -> Status:
        """See the contract."""
        try:
            with transaction.atomic():
                index = tables.current(self._name)
                health = _health(index)
                documents = tables.documents(index.pk) if index and health.is_ok else 0
                size = tables.size(index.pk) if index else 0
        except Error as error:
            return Status(health=_broken(error), documents=0, generation="", size_bytes=0)
        generation = f"{index.pk}:{index.generation}" if index else ""
        return Status(health=health, documents=documents, generation=generation, size_bytes=size)

    def close(self) -> None:
        """See the contract. The connection is the site's own, and stays."""
        with self._lock:
            self._facts = None

    # -- Writing

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A transaction of the only writer. Within one connection PostgreSQL would grant its lock twice."""
        if not self._writer.acquire(blocking=False):
            raise WriterBusyError("This process is writing the search index.")
        try:
            with transaction.atomic():
                locks.hold_writing(self._name)
                yield
        finally:
            self._writer.release()

    def apply(self, documents: Iterable[Document] = (), removed: Iterable[str] = ()) -> int:
        """See the contract."""
        gone = set(removed)
        with self._writing():
            index = self._usable()
            latest = {document.key: document for document in documents if document.key not in gone}
            if not latest and not gone:
                return 0
            generation = tables.next_generation()
            change(Tables(index.pk), generation, latest, gone)
            SearchIndex.objects.filter(pk=index.pk).update(generation=generation)
        return len(latest) + len(gone)

    def rebuild(self, documents: Iterable[Document], *, progress: Callable[[int], None] | None = None) -> int:
        """See the contract. The index that was searched until now stays until the next rebuild, for its readers."""
        with self._writing():
            generation = tables.next_generation()
            built = SearchIndex.objects.create(name=self._name, signature=tables.signature(), generation=generation)
            made = Tables(built.pk)
            made.create()
            count = Builder(made, generation).fill(documents, progress)
            self._swap(built)
        return count

    def _swap(self, built: SearchIndex) -> None:
        ours = SearchIndex.objects.filter(name=self._name)
        ours.exclude(pk=built.pk).filter(is_current=False).delete()
        tables.drop_leftovers()
        ours.filter(is_current=True).update(is_current=False)
        ours.filter(pk=built.pk).update(is_current=True)

    def following(self) -> AbstractContextManager[None]:
        """See the contract: all processes that share the database count."""
        return locks.following(self._name)


def _health(index: SearchIndex | None) -> Health:
    """How an index stands. Raises a database error where a table is missing."""
    if index is None:
        return Health(state="missing", reason="No index was built yet.")
    if index.signature != tables.signature():
        return Health(state="outdated", reason="Tables or analysis changed since the index was built.")
    tables.execute(Tables(index.pk).sql("SELECT FROM {document}, {posting}, {value} LIMIT 0"))
    return Health(state="ok")


def _broken(error: Error) -> Health:
    return Health(state="broken", reason=f"{type(error).__name__}: {error}")
