"""How log lines look, for people or one JSON object a line, and the files they go to. Nothing tells what people wrote.

PostgreSQL puts the values of a refused row into its error messages, and so into tracebacks: for errors of the database
the kind of error and the place in the code are told, and not the message.
"""

import json
import logging
import os
import traceback
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
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


class DailyFileHandler(logging.Handler):
    """A file a day in a folder, kept for some days. Several processes may share it: each line is one append."""

    NAME = "kenniskring-{:%Y-%m-%d}.log"

    def __init__(self, folder: Path, days: int) -> None:
        super().__init__()
        self.folder, self.days = folder, days
        self._day: date | None = None
        self._file = -1

    def emit(self, record: logging.LogRecord) -> None:
        """Append the line to the file of its day."""
        try:
            self._open(datetime.fromtimestamp(record.created).astimezone().date())
            os.write(self._file, f"{self.format(record)}\n".encode(errors="replace"))
        except Exception:  # noqa: BLE001 - as the standard library's handlers: a full disk stops no request
            self.handleError(record)

    def _open(self, day: date) -> None:
        if day == self._day:
            return
        self._release()
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / self.NAME.format(day)
        self._file, self._day = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), day
        oldest = self.NAME.format(day - timedelta(days=self.days))
        for old in self.folder.glob("kenniskring-*.log"):
            if old.name < oldest:
                old.unlink(missing_ok=True)

    def _release(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file, self._day = -1, None

    def close(self) -> None:
        """Let go of the file."""
        self._release()
        super().close()
