"""The log files of a running site."""

import logging
from datetime import datetime
from pathlib import Path

import time_machine

from config import environment
from config.logs import DailyFileHandler, LineFormatter

MONDAY = datetime(2026, 11, 23, 12).astimezone()


def write(handler: logging.Handler, text: str) -> None:
    handler.emit(logging.LogRecord("site", logging.INFO, __file__, 1, text, None, None))


def test_there_is_a_file_a_day_that_several_processes_share_and_old_ones_go(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    one, other = (DailyFileHandler(folder, days=2) for _ in range(2))
    for handler in (one, other):
        handler.setFormatter(LineFormatter("{message}", style="{"))
    with time_machine.travel(MONDAY, tick=False) as clock:
        for handler in (one, other, one):
            write(handler, "maandag \ud800")
        assert (folder / "kenniskring-2026-11-23.log").read_text() == "maandag ?\n" * 3
        assert (folder / "kenniskring-2026-11-23.log").stat().st_mode & 0o077 == 0
        clock.shift(3 * 86_400)
        write(other, "donderdag")
    assert [path.name for path in folder.iterdir()] == ["kenniskring-2026-11-26.log"]
    for handler in (one, other):
        handler.close()


def test_a_full_disk_stops_nothing(tmp_path: Path, monkeypatch: object) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    handler = DailyFileHandler(tmp_path / "logs", days=2)
    handler.handleError = lambda record: None  # type: ignore[method-assign]
    write(handler, "x")


def test_only_a_running_site_writes_files(monkeypatch: object) -> None:
    for command, expected in (("serve", True), ("worker", True), ("migrate", False), ("", False)):
        monkeypatch.setattr(environment.sys, "argv", ["manage.py", command])  # type: ignore[attr-defined]
        assert environment.serves() is expected
