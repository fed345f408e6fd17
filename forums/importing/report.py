"""What an import says while it runs and when it is done."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TextIO

BAR = 30
EVERY = 0.2  # seconds between two states of a bar
EVERY_LINE = 5.0  # seconds between two lines where the output is no terminal


@dataclass
class Report:
    """Counts of what became of the records, and a line for each that was skipped or changed on the way."""

    out: TextIO
    counts: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)
    shown: float = 0.0

    def tell(self, outcome: str) -> None:
        """Count one record: new, updated, unchanged or skipped."""
        self.counts[outcome] += 1

    def skip(self, place: str, reason: str) -> None:
        """Name a record that was not taken over."""
        self.tell("skipped")
        self._write(f"{place}: skipped: {reason}")

    def note(self, place: str, text: str) -> None:
        """Name what was left out of a record that was taken over."""
        self._write(f"{place}: {text}")

    def show(self, done: float) -> None:
        """The progress, now and then: a bar on a terminal, a line elsewhere."""
        now = time.monotonic()
        is_terminal = self.out.isatty()
        if now - max(self.shown, self.started) < (EVERY if is_terminal else EVERY_LINE):
            return
        self.shown = now
        if is_terminal:
            filled = round(done * BAR)
            self.out.write(f"\r\x1b[K[{'#' * filled}{'.' * (BAR - filled)}] {self._state(done)}")
            self.out.flush()
        else:
            self._write(self._state(done))

    def _state(self, done: float) -> str:
        elapsed = time.monotonic() - self.started
        left = elapsed / done - elapsed if done else 0.0
        rate = self.counts.total() / elapsed if elapsed else 0.0
        return f"{done:4.0%}  {self.counts.total()} records  {rate:.0f}/s  {left:.0f} s left"

    def _write(self, line: str) -> None:
        clear = "\r\x1b[K" if self.out.isatty() else ""
        # A record's own words must not steer the terminal.
        self.out.write(clear + "".join(sign if sign.isprintable() else "?" for sign in line) + "\n")

    def summary(self) -> str:
        """One line: how many of each, and how long it took."""
        kinds = ("new", "updated", "unchanged", "skipped")
        return f"{', '.join(f'{self.counts[kind]} {kind}' for kind in kinds)} in {self.elapsed:.1f} s."

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started
