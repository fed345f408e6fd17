"""The walls around the process that reads files bite: each is run into on purpose."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from community.extraction import walls
from community.extraction.launcher import Answer, run_confined
from community.extraction.walls import Limits

READER = "tests.community.misbehaving"
SMALL = Limits(memory=200_000_000, processor=2, clock=120.0, output=1_000_000)


def misbehave(how: str, limits: Limits = SMALL) -> Answer:
    return run_confined(io.BytesIO(b"inhoud"), how, reader=READER, limits=limits)


def children() -> list[int]:
    """The processes of this test that are still there."""
    return [int(number) for number in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def test_from_inside_there_is_nothing_to_be_had(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "geheim")
    with open(__file__) as _another:  # noqa: PTH123 - a file that the process must not inherit
        answer = misbehave("tell")
    tells = answer.lines[0]["tells"]
    assert tells["environment"].keys() <= {"LC_CTYPE"}
    assert tells["site"] == []
    assert tells["files"] == [0, 1, 2]
    assert tells["uid"] != 0
    assert answer.end == ""
    assert "limits" in answer.walls


@pytest.mark.parametrize("how", ["allocate", "allocate_from_the_kernel"])
def test_memory_is_limited(how):
    answer = misbehave(how)
    assert answer.end == "memory"
    assert answer.lines == [{"part": ["", "voor"]}]


@pytest.mark.parametrize("how", ["spin", "spin_politely"])
def test_processor_time_is_limited_also_for_who_ignores_the_warning(how):
    used = os.times().children_user
    answer = misbehave(how)
    assert answer.end in ("slow", "crashed")  # the first warning, or the end of all patience
    assert answer.lines == [{"part": ["", "voor"]}]
    assert os.times().children_user - used < 6


@pytest.mark.parametrize("how", ["sleep", "be_silent"])
def test_the_clock_is_limited_also_for_who_uses_nothing(how):
    before = children()
    start = time.monotonic()
    answer = misbehave(how, Limits(memory=200_000_000, processor=10, clock=2.0))
    assert answer.end == "late"
    assert answer.lines == [{"part": ["", "voor"]}]
    assert time.monotonic() - start < 60
    assert children() == before


def test_output_is_limited():
    answer = misbehave("flood")
    assert answer.end == "flood"
    assert len(answer.lines) < 20


@pytest.mark.parametrize(
    "how",
    [
        "fork", "start_a_thread", "run_a_program", "read_a_file", "write_a_file", "write_to_the_input", "connect",
        "connect_locally", "kill_the_parent", "raise_the_limits",
    ],
)  # fmt: skip
def test_nothing_else_is_allowed(how):
    answer = misbehave(how)
    if how in ("connect_locally", "kill_the_parent", "read_a_file", "run_a_program") and "calls" not in answer.walls:
        pytest.skip("Only the filter on system calls refuses this, and this machine has none.")
    if how == "start_a_thread":  # Python makes an exception of its own of it
        assert answer.end == "damaged"
    else:
        assert answer.end == ""
        refusals = {"PermissionError", "BlockingIOError", "OSError", "ValueError"}
        assert answer.lines[1]["refused"] in refusals
    assert not list(Path("/tmp").glob("left-behind-*"))  # noqa: S108


def test_a_crash_and_a_lie_are_not_believed():
    assert misbehave("crash").end == "crashed"
    assert misbehave("mumble").end == "crashed"
    lie = misbehave("lie")
    assert lie.end == "crashed"
    assert lie.lines == [{"part": ["", "voor"]}, {"part": ["", "voor"]}]


WITHOUT = """
import sys; sys.path.append({root!r})
import os, socket
from community.extraction import walls
walls.{wall} = lambda _libc: False
print(walls.build(walls.Limits(), os.getppid()), flush=True)
def write():
    path = f"/tmp/written-{{os.getpid()}}"
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        os.write(file, b"x")
    finally:
        os.close(file)
        os.unlink(path)
def open_many():
    [open(os.devnull) for _ in range(20)]
def connect():
    socket.socket().connect(("127.0.0.1", 9))
for misdeed in (os.fork, write, open_many, connect):
    try:
        misdeed()
    except OSError as error:
        print(misdeed.__name__, error.strerror)
"""


def walls_without(wall: str) -> dict[str, str]:
    """Which walls stand without this one, and how each misdeed fails then."""
    program = WITHOUT.format(root=str(Path(walls.__file__).parents[2]), wall=wall)
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    standing, *refusals = done.stdout.splitlines()
    return {"standing": standing, **dict(line.split(" ", 1) for line in refusals)}


def test_without_the_filter_on_system_calls_the_limits_bite_by_themselves():
    found = walls_without("_filter_calls")
    assert "limits" in found["standing"]
    assert "calls" not in found["standing"]
    assert found["fork"] == "Resource temporarily unavailable"
    assert found["write"] == "File too large"
    assert found["open_many"] == "Too many open files"
    if "network" in found["standing"]:
        assert found["connect"] == "Network is unreachable"


def test_without_a_network_of_its_own_the_filter_refuses_by_itself():
    found = walls_without("_leave_network")
    assert "network" not in found["standing"]
    if "calls" not in found["standing"]:
        pytest.skip("This machine has no filter on system calls.")
    for misdeed in ("fork", "open_many", "connect"):
        assert found[misdeed] == "Operation not permitted"


def test_a_process_dies_with_who_asked_for_it(tmp_path):
    program = "\n".join((
        f"import sys; sys.path.insert(0, {str(Path(walls.__file__).parents[2])!r})",
        "import io",
        "from community.extraction.launcher import run_confined",
        f"run_confined(io.BytesIO(b'x'), 'sleep', reader={READER!r})",
    ))  # fmt: skip
    asker = subprocess.Popen([sys.executable, "-c", program])
    listing = Path(f"/proc/{asker.pid}/task/{asker.pid}/children")
    deadline = time.monotonic() + 60
    while not (found := listing.read_text().split()) and time.monotonic() < deadline:
        time.sleep(0.05)
    status = Path(f"/proc/{found[0]}/status")
    while "Seccomp:\t0" in status.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    asker.send_signal(signal.SIGKILL)
    asker.wait()
    while status.exists() and "State:\tZ" not in status.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not status.exists() or "State:\tZ" in status.read_text()
