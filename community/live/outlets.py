"""The way out of a socket: what was framed once is written straight to the network, or else sent by ASGI.

A server that can take a framed packet says so in the scope of the socket (community/live/framing.py does, for
Uvicorn). Any other ASGI server is sent the text. Both cut off a reader who is too slow: see `Connection.write`.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from community.live import limits
from community.live.packets import Packet

EXTENSION = "kenniskring.framed"  # its value in `scope["extensions"]` is a Line
GOODBYE_SECONDS = 2.0
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Line(Protocol):
    """What a server offers that takes framed packets. All but `drained` return at once."""

    def write(self, framed: bytes) -> int:
        """Send these bytes; gives how many wait for the network now."""

    async def drained(self) -> None:
        """Wait until little of it waits."""

    def close(self, code: int, grace: float) -> None:
        """Close with this code; cut the line where the other side has not answered after `grace` seconds."""


class Outlet(Protocol):
    """How frames leave a socket."""

    def write(self, packet: Packet) -> int:
        """Send this in its turn; gives how much waits now."""

    async def has_room(self) -> None:
        """Wait until less than half of what may wait is waiting."""

    def close(self, goodbye: Packet, code: int) -> None:
        """Say goodbye and close."""

    async def serve(self, reading: Coroutine[Any, Any, None]) -> None:
        """Let `reading` run until it ends or the socket is closed."""


def outlet_for(scope: dict[str, Any], send: Send) -> Outlet:
    """The best way out that the server of this socket offers."""
    line: Line | None = (scope.get("extensions") or {}).get(EXTENSION)
    return QueuedOutlet(send) if line is None else DirectOutlet(line)


class DirectOutlet:
    """Framed packets, written to the network as they come. What waits, waits in the server's buffer."""

    def __init__(self, line: Line) -> None:
        self.has_room = line.drained
        self._line = line

    def write(self, packet: Packet) -> int:
        """Send this in its turn; gives how many bytes wait now."""
        return self._line.write(packet.framed)

    def close(self, goodbye: Packet, code: int) -> None:
        """Say goodbye and close: the server tells the reading side that it is over."""
        self._line.write(goodbye.framed)
        self._line.close(code, GOODBYE_SECONDS)

    async def serve(self, reading: Coroutine[Any, Any, None]) -> None:
        """Nothing needs to run beside the reading."""
        await reading


class QueuedOutlet:
    """Packets that wait for a task of their own, which sends them by ASGI one after another."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: deque[Packet] = deque()
        self._size = 0
        self._code: int | None = None
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def write(self, packet: Packet) -> int:
        """Send this in its turn; gives how many characters wait now."""
        self._waiting.append(packet)
        self._size += len(packet.text)
        self._news.set()
        if self._size > limits.MAX_WAITING // 2:
            self._room.clear()
        return self._size

    async def has_room(self) -> None:
        """Wait until less than half of what may wait is waiting."""
        await self._room.wait()

    def close(self, goodbye: Packet, code: int) -> None:
        """Say goodbye and close; what still waited is dropped, as it may no longer be theirs."""
        self._waiting.clear()
        self._size = 0
        self._code = code
        self._room.set()
        self.write(goodbye)

    async def serve(self, reading: Coroutine[Any, Any, None]) -> None:
        """Send beside the reading; a reader who stopped reading does not keep us."""
        tasks = asyncio.ensure_future(reading), asyncio.ensure_future(self._send_all())
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if self._code is not None:
                await asyncio.wait(tasks[1:], timeout=GOODBYE_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send_all(self) -> None:
        while True:
            while self._waiting:
                packet = self._waiting.popleft()
                self._size = max(0, self._size - len(packet.text))
                if self._size <= limits.MAX_WAITING // 2:
                    self._room.set()
                await self._send({"type": "websocket.send", "text": packet.text})
            if self._code is not None:
                await self._send({"type": "websocket.close", "code": self._code})
                return
            self._news.clear()
            await self._news.wait()
