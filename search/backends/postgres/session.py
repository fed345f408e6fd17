"""One search as the database sees it: a single state, limited in time, rolled back so that nothing is left of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from django.db import OperationalError, connection
from psycopg import sql

from search.backends.postgres.tables import execute, run

SECONDS_TO_OPEN = 30  # for what no search can do without: after a start a process reads the facts of all documents
SECONDS_TO_END = 0.5  # for the texts of what was found when the time is over


class OutOfTimeError(Exception):
    """The time for a search is used up: what was found so far is given."""


class Session:
    """Statements of a search; see `searching`. Each may take as long as all had when the time was set."""

    def __init__(self) -> None:
        self._deadline = time.monotonic() + SECONDS_TO_OPEN

    def rows(self, statement: sql.Composed | LiteralString, parameters: dict[str, Any]) -> list[Any]:
        """The rows of a statement. Raises OutOfTimeError, after which the session can be used on."""
        if time.monotonic() > self._deadline:
            raise OutOfTimeError
        try:
            return execute(statement, parameters)
        except OperationalError as error:
            if not isinstance(error.__cause__, psycopg.errors.QueryCanceled):
                raise
            run(b"ROLLBACK TO SAVEPOINT searching")
            self._deadline = 0.0
            raise OutOfTimeError from error

    def end_at(self, deadline: float) -> None:
        """From now on there is time until `deadline` (time.monotonic)."""
        self._deadline = deadline
        milliseconds = max(1, int((deadline - time.monotonic()) * 1000))
        run(f"SET LOCAL statement_timeout = {milliseconds}".encode())

    def extend(self) -> None:
        """Time for the texts of what was found, also where all of it is used up."""
        last = time.monotonic() + SECONDS_TO_END
        if self._deadline < last:
            self.end_at(last)


@contextmanager
def searching() -> Iterator[Session]:
    """A session in a transaction of its own, or in a savepoint where the caller is in one; nothing is left of it.

    In a transaction of the caller each statement sees its own state: postings that the facts do not know yet are
    passed over, and those of documents that went meanwhile are too.
    """
    connection.ensure_connection()
    is_inside = connection.in_atomic_block or not connection.get_autocommit()
    begin = b"SAVEPOINT session" if is_inside else b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    end = b"ROLLBACK TO SAVEPOINT session; RELEASE SAVEPOINT session" if is_inside else b"ROLLBACK"
    # Compiling a plan (jit) takes longer than any of ours runs. A cancelled statement leads back to the last savepoint.
    settings = f"SET LOCAL jit = off; SET LOCAL statement_timeout = {SECONDS_TO_OPEN * 1000}; SAVEPOINT searching"
    run(begin + b";" + settings.encode())
    try:
        yield Session()
    finally:
        run(end)
