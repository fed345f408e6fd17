"""Who may write, among all machines: advisory locks, which fall away with the transaction or connection of a holder."""

import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from django.db import connection

from search.backends.base import WriterBusyError
from search.backends.postgres.tables import execute

WRITING, FOLLOWING = 1_000_001, 1_000_002


def lock_key(name: str) -> int:
    """The number that stands for the name of an index; PostgreSQL takes signed numbers of four bytes."""
    return zlib.crc32(name.encode()) - (1 << 31)


def hold_writing(name: str) -> None:
    """Be the only writer until this transaction ends. Raises WriterBusyError at once if another is."""
    got = execute(
        "SELECT pg_try_advisory_xact_lock(%(kind)s::int, %(name)s::int)", {"kind": WRITING, "name": lock_key(name)}
    )
    if not got[0][0]:
        raise WriterBusyError("Another process is writing the search index.")


@contextmanager
def following(name: str) -> Iterator[None]:
    """Be the only one who follows the database into this index. Raises WriterBusyError at once if another does.

    On a connection of its own: a lock on that of the thread would outlive a transaction that failed.
    """
    with closing(psycopg.connect(**connection.get_connection_params(), autocommit=True)) as own:
        got = own.execute("SELECT pg_try_advisory_lock(%s::int, %s::int)", [FOLLOWING, lock_key(name)]).fetchone()
        if not got or not got[0]:
            raise WriterBusyError("Another process is following the database into the search index.")
        yield
