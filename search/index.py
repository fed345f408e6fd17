"""The index of this site: the one backend object of the process, and the lock of who follows the database into it."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from search.backends.base import SearchBackend, WriterBusyError
from search.backends.whoosh import WhooshBackend


def backend() -> SearchBackend:
    """The index in the folder that the settings name, kept open."""
    return _open(Path(settings.SEARCH_INDEX_DIR))


@lru_cache(maxsize=4)
def _open(folder: Path) -> SearchBackend:
    return WhooshBackend(folder)


@contextmanager
def following(patience: float = 0.0) -> Iterator[None]:
    """Be the only one who reads the database for the index and writes it there: an older state never goes over a newer.

    Waits `patience` seconds for another; raises WriterBusyError after that.
    """
    folder = Path(settings.SEARCH_INDEX_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + patience
    with (folder / "indexer.lock").open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise WriterBusyError("Another process is following the database into the search index.") from None
                time.sleep(0.1)
        yield
