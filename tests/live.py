"""The site with its sockets, served by Uvicorn in this process, and people who hold a socket to it."""

import json
import threading
import time
from collections import deque
from contextlib import ExitStack
from typing import Any, Self

from django.conf import settings
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from community.models import User
from config.serving import Server, bind, server_config
from tests.running_site import free_port

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ORIGIN = "http://testserver"


class LiveSite:
    """The ASGI application on a port of its own, as `serve` runs it."""

    def __init__(self, ways_out: type) -> None:
        self.port = free_port()
        self.server = Server(server_config(ways_out))
        self.thread = threading.Thread(target=self.server.run, args=([bind("127.0.0.1", self.port)],), daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        deadline = time.monotonic() + 10
        while not self.server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.should_exit = True
        self.thread.join(15)

    @property
    def url(self) -> str:
        """The address of the socket."""
        return f"ws://127.0.0.1:{self.port}/ws/"


class Listener:
    """Somebody with a socket: sends frames, and hears what comes."""

    def __init__(self, site: LiveSite, cookies: str, origin: str | None = ORIGIN, **options: Any) -> None:
        headers = {"Cookie": cookies} if cookies else {}
        self._unread: deque[dict[str, Any]] = deque()
        self._stack = ExitStack()
        self.socket: ClientConnection = self._stack.enter_context(
            connect(site.url, origin=origin, additional_headers=headers, compression=None, close_timeout=1, **options)
        )
        self.heard: list[dict[str, Any]] = []

    def _next(self, seconds: float) -> dict[str, Any]:
        """The next frame; a packet may hold several."""
        if not self._unread:
            packet = json.loads(self.socket.recv(timeout=max(0.001, seconds)))
            self._unread.extend(packet if isinstance(packet, list) else [packet])
        self.heard.append(self._unread.popleft())
        return self.heard[-1]

    def sends(self, t: str, **fields: Any) -> Self:
        """Send a frame."""
        self.socket.send(json.dumps({"t": t, **fields}))
        return self

    def hears(self, t: str, seconds: float = 5, **fields: Any) -> dict[str, Any]:
        """Wait for the next frame of this kind with these fields."""
        deadline = time.monotonic() + seconds
        while True:
            frame = self._next(deadline - time.monotonic())
            if frame["t"] == t and fields.items() <= frame.items():
                return frame

    def hears_any(self, *kinds: str) -> dict[str, Any]:
        """Wait for the next frame of one of these kinds."""
        while True:
            frame = self._next(5)
            if frame["t"] in kinds:
                return frame

    def listens(self, seconds: float = 0.3) -> list[dict[str, Any]]:
        """Everything that comes in this time."""
        frames: list[dict[str, Any]] = []
        deadline = time.monotonic() + seconds
        try:
            while (left := deadline - time.monotonic()) > 0:
                frames.append(self._next(left))
        except (TimeoutError, ConnectionClosed):
            pass
        return frames

    def is_put_out(self, seconds: float = 2) -> int:
        """Wait until the socket is closed; the code. Fails where it stays open."""
        deadline = time.monotonic() + seconds
        try:
            while True:
                self._next(deadline - time.monotonic())
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else 0

    def leaves(self) -> None:
        """Close the socket."""
        self._stack.close()


def cookies_of(person: User) -> str:
    """The Cookie header of a new session of this person."""
    client = Client()
    client.force_login(person, BACKEND)
    return f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
