"""Starts the process that reads a file, waits for it no longer than is allowed, and believes nothing it says.

The process is a fresh interpreter with an empty environment: no keys, no database, no code of the site but its
readers. It has the file as its standard input, opened for reading, and nothing else.
"""

import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from community.extraction.walls import Limits

READERS = "community.extraction.readers"
CHILD = Path(__file__).with_name("child.py")
FOLDERS = [str(Path(__file__).parents[2]), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
PIECE = 64 * 1024


@dataclass
class Answer:
    """What the process said: its lines, and `end`, a word that says how it went.

    "" (read to its end), "cut" (a bound was reached), a reason that a reader gives, or what was done to it: "memory",
    "slow" (out of processor time), "late" (out of patience), "flood" (too much output), "crashed".
    """

    lines: list[dict[str, Any]] = field(default_factory=list)
    walls: list[str] = field(default_factory=list)
    end: str = "crashed"


def run_confined(content: IO[bytes], kind: str, *, reader: str = READERS, limits: Limits | None = None) -> Answer:
    """Let a confined process read this file with the module `reader`. Raises OSError where none can be started."""
    limits = limits or Limits()
    asked = {"folders": FOLDERS, "reader": reader, "kind": kind, "limits": asdict(limits), "parent": os.getpid()}
    with _as_descriptor(content) as file:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", "-S", "-B", "-X", "utf8", str(CHILD), json.dumps(asked)],
            stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/", start_new_session=True,
        )  # fmt: skip
        try:
            output, stopped = _listen(process, limits)
        finally:
            _end(process)
    return _understand(output, stopped or _cause_of_death(process.returncode))


def _as_descriptor(content: IO[bytes]) -> IO[bytes]:
    """The file as something that another process can be given: stores elsewhere have no descriptor of their own."""
    content.seek(0)
    with tempfile.NamedTemporaryFile() as copy:
        shutil.copyfileobj(content, copy, PIECE)
        copy.flush()
        return Path(copy.name).open("rb")  # for reading alone; its name goes, its bytes stay while it is open


def _listen(process: subprocess.Popen[bytes], limits: Limits) -> tuple[bytes, str]:
    """What it writes until it ends, and why it is stopped before that, if it is."""
    pipe = process.stdout
    assert pipe is not None  # noqa: S101 - it was asked for
    output, deadline = bytearray(), time.monotonic() + limits.clock
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(left):
                break
            piece = os.read(pipe.fileno(), PIECE)
            if not piece:
                return bytes(output), _wait(process, deadline)
            output += piece
            if len(output) > limits.output:
                return bytes(output), "flood"
    return bytes(output), "late"


def _wait(process: subprocess.Popen[bytes], deadline: float) -> str:
    """It closed its output; whether it ends in time too."""
    try:
        process.wait(max(deadline - time.monotonic(), 0.1))
    except subprocess.TimeoutExpired:
        return "late"
    return ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill it and all that it may have started, and let go of the pipe."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()


def _cause_of_death(code: int) -> str:
    if code == -signal.SIGXCPU:
        return "slow"
    return "crashed" if code else ""


def _understand(output: bytes, cause: str) -> Answer:
    """The complete lines of the output. A process that was stopped, or that is not understood, has no say in why."""
    answer = Answer(end=cause or "crashed")
    for line in output.split(b"\n")[:-1]:
        try:
            said = json.loads(line)
        except ValueError:
            return answer
        if not isinstance(said, dict):
            return answer
        if "walls" in said:
            answer.walls = [str(wall) for wall in said["walls"]]
        elif "end" in said:
            answer.end = cause or str(said["end"])
        else:
            answer.lines.append(said)
    return answer
