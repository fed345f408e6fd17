"""The index of this site: the one backend object of the process, chosen by the settings, and who follows into it."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from search.backends.base import SearchBackend, WriterBusyError

BACKENDS = ("whoosh", "postgres")


def backend() -> SearchBackend:
    """The index that the settings name, kept open."""
    return _opened(settings.SEARCH_BACKEND, Path(settings.SEARCH_INDEX_DIR))


def open_backend(name: str, place: Path | str) -> SearchBackend:
    """A backend by its name in BACKENDS. `place` is Whoosh's folder; its last part names the index in PostgreSQL."""
    if name == "postgres":
        from search.backends.postgres import PostgresBackend

        return PostgresBackend(Path(place).name)
    from search.backends.whoosh import WhooshBackend

    return WhooshBackend(place)


_opened = lru_cache(maxsize=4)(open_backend)


@contextmanager
def following(patience: float = 0.0) -> Iterator[None]:
    """Be the only one who reads the database for the index and writes it there: an older state never goes over a newer.

    Waits `patience` seconds for another; raises WriterBusyError after that.
    """
    until = time.monotonic() + patience
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(backend().following())
                break
            except WriterBusyError:
                if time.monotonic() >= until:
                    raise
                time.sleep(0.1)
        yield
