"""The Whoosh backend: the contract of base.py over a folder, one open snapshot per process and generation."""

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Set
from contextlib import AbstractContextManager
from pathlib import Path

from search.backends.base import (
    ALL,
    Document,
    Health,
    IndexUnavailableError,
    Results,
    SearchBackend,
    Status,
    Wish,
)
from search.backends.whoosh import writer
from search.backends.whoosh.answering import answer
from search.backends.whoosh.folder import IndexFolder
from search.backends.whoosh.schema import signature
from search.backends.whoosh.scoring import Scorer
from search.backends.whoosh.snapshot import Snapshot
from search.query import Query, parse

logger = logging.getLogger(__name__)

_COMMIT = re.compile(r"_MAIN_(\d+)\.toc")  # how Whoosh names what a commit leaves


class WhooshBackend(SearchBackend):
    """An index in a folder of this machine. Safe for threads: snapshots never change, only opening one takes turns."""

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
        try:
            return self._answer(asked, audiences, wish, started)
        except IndexUnavailableError:
            raise
        except Exception:  # noqa: BLE001 - Whoosh raises all kinds of errors on files that are damaged or gone
            self._forget()
        try:
            return self._answer(asked, audiences, wish, started)
        except IndexUnavailableError:
            raise
        except Exception as error:
            self._forget()
            logger.exception("The search index cannot be read.")
            raise IndexUnavailableError("The search index cannot be read.") from error

    def _answer(self, asked: Query, audiences: Set[int], wish: Wish, started: float) -> Results:
        with self._lock:
            snapshot, generation = self._current(), self._opened
        # The time that opening a new generation took is not taken from the query's.
        scorer = Scorer(snapshot, snapshot.readable(audiences), time.monotonic() + wish.seconds)
        return answer(scorer, asked, wish, generation, started)

    def _current(self) -> Snapshot:
        """The open snapshot, or a new one where the index has moved on. Hold the lock."""
        folder, generation = self._where()
        if folder is None:
            raise IndexUnavailableError("There is no search index yet.")
        if self._snapshot is None or generation != self._opened:
            if self._folder.signature(folder) != signature():
                raise IndexUnavailableError("The search index was made by an older version.")
            # A search that still uses the snapshot before keeps it, and its files, until it is done.
            self._snapshot = Snapshot(folder, self._snapshot)
            self._opened = generation
        return self._snapshot

    def _where(self) -> tuple[Path | None, str]:
        folder = self._folder.current()
        if folder is None:
            return None, ""
        return folder, f"{folder.name}:{_last_commit(folder)}"

    def _forget(self) -> None:
        with self._lock:
            self._snapshot, self._opened = None, ""

    def generation(self) -> str:
        """See the contract."""
        return self._where()[1]

    def is_before(self, generation: str) -> bool:
        """See the contract: folders are named by their time, and commits are numbered."""
        return _in_order(self.generation()) < _in_order(generation)

    def health(self) -> Health:
        """See the contract."""
        try:
            with self._lock:
                folder = self._folder.current()
                if folder is None:
                    return Health(state="missing", reason="No index was built yet.")
                if self._folder.signature(folder) not in ("", signature()):
                    return Health(state="outdated", reason="Schema or analysis changed since the index was built.")
                self._current().check()
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
        self._forget()

    # -- Writing

    def apply(self, documents: Iterable[Document] = (), removed: Iterable[str] = ()) -> int:
        """See the contract."""
        with self._folder.writing():
            folder = self._folder_to_change()
            with self._lock:
                snapshot = self._current()
            return writer.change(snapshot, folder, documents, removed)

    def settle(self) -> int:
        """See the contract: merges what commits left in many segments."""
        with self._folder.writing():
            return writer.settle(self._folder_to_change())

    def _folder_to_change(self) -> Path:
        folder = self._folder.current()
        if folder is None or self._folder.signature(folder) != signature():
            raise IndexUnavailableError("The search index must be built first.")
        return folder

    def following(self) -> AbstractContextManager[None]:
        """See the contract: all processes that share the folder count."""
        return self._folder.following()

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


def _in_order(generation: str) -> tuple[str, int]:
    """A generation, so that later ones compare as larger."""
    folder, _colon, commit = generation.partition(":")
    return folder, int(commit) if commit.lstrip("-").isdigit() else -1


def _last_commit(folder: Path) -> int:
    """The number of the last commit; -1 where there is none."""
    names = os.listdir(folder)  # noqa: PTH208 - asked at every search, and many times quicker than making paths
    return max((int(match[1]) for match in map(_COMMIT.fullmatch, names) if match), default=-1)
