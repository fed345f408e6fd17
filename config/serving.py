"""How the site is served: Uvicorn as we run it, and the processes that `serve` keeps running."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

import uvicorn

from community.live.hub import drain
from config.environment import BASE_DIR

PAUSE, LONGEST_PAUSE = 0.2, 60.0  # seconds before a process is started again; ever longer while it keeps failing
FAILS_AT_ONCE = 5.0  # seconds within which an end means that it could not start
DRAIN_SECONDS = 5.0


def server_config(ws: str | type[asyncio.Protocol] = "community.live.framing:FramingProtocol") -> uvicorn.Config:
    """How Uvicorn is run (reasons: docs/decisions.md, "One process for pages and sockets")."""
    return uvicorn.Config(
        "config.asgi:application",
        loop="uvloop",
        http="httptools",
        ws=ws,
        ws_max_size=65_536,
        ws_per_message_deflate=False,
        ws_ping_interval=25.0,  # proxies cut what is silent for a minute
        ws_ping_timeout=20.0,
        lifespan="off",
        proxy_headers=False,  # Django reads the proxy's headers itself, and only as many as are trusted
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=5,
        backlog=2048,
    )


class Server(uvicorn.Server):
    """Uvicorn, which first lets the sockets go: what is being written is finished, and everybody told to come back."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nothing new, drain, and end."""
        for server in self.servers:
            server.close()
        await drain(DRAIN_SECONDS)
        await super().shutdown(sockets)


def bind(host: str, port: int, *, is_shared: bool = False) -> socket.socket:
    """The socket that is listened on; where it `is_shared`, others may listen on the same port. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if is_shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


class SupervisedProcess(threading.Thread):
    """Keeps one `manage.py` command running, and starts it again when it ends by itself."""

    def __init__(self, *arguments: str) -> None:
        super().__init__(daemon=True, name=f"supervisor of {arguments[0]}")
        self.arguments = arguments
        self.stopping = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Start it, wait for it, and start it again, ever more slowly while it fails at once."""
        pause = PAUSE
        while not self.stopping.is_set():
            started = time.monotonic()
            command = [sys.executable, str(BASE_DIR / "manage.py"), *self.arguments, "--child-of", str(os.getpid())]
            self.process = subprocess.Popen(command)  # noqa: S603 - our own command
            self.process.wait()
            self.stopping.wait(pause)
            pause = PAUSE if time.monotonic() - started > FAILS_AT_ONCE else min(pause * 2, LONGEST_PAUSE)

    def end(self) -> None:
        """Ask it to end."""
        self.stopping.set()
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def wait(self) -> None:
        """Wait until it has ended."""
        if self.process:
            self.process.wait(timeout=15)


def supervise(processes: Sequence[SupervisedProcess], work: Callable[[], None]) -> None:
    """Keep these running while `work` runs."""
    for process in processes:
        process.start()
    try:
        work()
    finally:
        for process in processes:
            process.end()
        for process in processes:
            process.wait()


def wait_for_the_end() -> None:
    """Return at SIGTERM or Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(3600):
        pass


def follow_parent(parent: int, then: Callable[[], None]) -> None:
    """Call `then` when the parent is gone: a `serve` that is killed takes its processes with it."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        then()

    threading.Thread(target=look, daemon=True, name="follows parent").start()
