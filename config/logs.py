"""How log lines look: for people, or one JSON object a line. Neither tells what people wrote.

PostgreSQL puts the values of a refused row into its error messages, and so into tracebacks: for errors of the database
the kind of error and the place in the code are told, and not the message.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.db import Error as DatabaseError

ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def describe(info: ErrorInfo) -> str:
    """A traceback without what a database error says about its row, or about what caused it."""
    kind, error, trace = info
    if kind is None:
        return ""
    if not _tells_rows(error):
        return "".join(traceback.format_exception(kind, error, trace)).rstrip()
    return "".join(traceback.format_tb(trace)) + kind.__name__


def _tells_rows(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, DatabaseError):
            return True
        error = error.__cause__ or error.__context__
    return False


class LineFormatter(logging.Formatter):
    """A line for people."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name of the standard library
        """The traceback after it."""
        return describe(ei)


class JsonFormatter(logging.Formatter):
    """One JSON object: time, level, logger, message, and what `extra` adds under its own name."""

    OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in self.OWN}
        if record.exc_info:
            line["error"] = describe(record.exc_info)
        return json.dumps(line, default=str)
