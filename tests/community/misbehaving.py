"""Programs that behave badly on purpose, behind the walls of the readers: what happens instead is the proof."""

import ctypes
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

PACKAGES = ()
kept: list[Any] = []


def allocate() -> None:
    """Take 16 MB after another."""
    while True:
        kept.append(bytearray(16_000_000))


def allocate_from_the_kernel() -> None:
    """Ask for memory past Python's own accounts."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    if not libc.malloc(ctypes.c_size_t(10**9)):
        raise MemoryError


def spin() -> None:
    """Count for ever, and refuse to hear that the time is up."""
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while True:
        pass


def spin_politely() -> None:
    """Count for ever."""
    while True:
        pass


def sleep() -> None:
    """Wait for ever, using nothing."""
    while True:
        time.sleep(60)


def be_silent() -> None:
    """Close the output, as if it were done, and stay."""
    os.close(1)
    sleep()


def flood() -> None:
    """Talk for ever."""
    line = b'{"part": ["", "' + b"x" * 60_000 + b'"]}\n'
    while True:
        os.write(1, line)


def crash() -> None:
    """Break the interpreter itself."""
    ctypes.string_at(0)


def lie() -> None:
    """Say what is no answer."""
    os.write(1, b'{"part": ["", "voor"]}\n[1, 2]\n{"part": ["", "na"]}\n{"end": ""}\n')
    os._exit(0)


def mumble() -> None:
    """Say what is no JSON."""
    os.write(1, b"\xff\xfe\n")
    os._exit(0)


def fork() -> None:
    """Start a process that is the same."""
    os.fork()


def start_a_thread() -> None:
    """Start a thread, which is a process to the system."""
    threading.Thread(target=time.sleep, args=(60,)).start()


def run_a_program() -> None:
    """Become a shell."""
    os.execv("/bin/sh", ["sh"])  # noqa: S606


def read_a_file() -> None:
    """Read what everybody on the machine may read."""
    Path("/etc/passwd").read_text()


def write_a_file() -> None:
    """Leave something behind."""
    Path(f"/tmp/left-behind-{os.getpid()}").write_text("x")  # noqa: S108


def write_to_the_input() -> None:
    """Change the file that is being read."""
    os.write(0, b"x")


def connect() -> None:
    """Call home."""
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).connect(("127.0.0.1", 9))


def connect_locally() -> None:
    """Call a program on the same machine."""
    socket.socketpair()


def kill_the_parent() -> None:
    """End who asked."""
    os.kill(os.getppid(), 0)


def raise_the_limits() -> None:
    """Take the walls down."""
    resource.setrlimit(resource.RLIMIT_NPROC, (10, 10))


def tell() -> Iterator[dict[str, Any]]:
    """What can be seen from inside: user, environment, open files, loaded settings."""
    site = [name for name in sys.modules if name.partition(".")[0] in ("django", "config", "forums", "chat", "search")]
    descriptors = []
    for number in range(64):
        try:
            os.fstat(number)
            descriptors.append(number)
        except OSError:
            continue
    yield {"tells": {"uid": os.getuid(), "environment": dict(os.environ), "files": descriptors, "site": site}}


def read(kind: str, _content: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Say something that counts, then misbehave; an exception of the system is told, so that the test can see it."""
    if kind == "tell":
        yield from tell()
        yield {"end": ""}
        return
    yield {"part": ["", "voor"]}
    misdeed: Callable[[], None] = globals()[kind]
    try:
        misdeed()
    except (OSError, ValueError) as error:
        yield {"refused": type(error).__name__}
        yield {"end": ""}
        return
    yield {"end": "it was allowed"}
