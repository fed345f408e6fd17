"""Uvicorn's websocket protocol with one thing more: it takes packets that are framed already.

ASGI has a server frame the same text again for each socket. In a room of a thousand that is most of the work. This
protocol puts a Line (community/live/outlets.py) into the scope of each socket, which writes bytes to the transport.
It goes past ASGI's back-pressure: `write` says how much waits, and who uses it closes a reader who lets too much wait.
It rests on the inside of Uvicorn's class, so its version is pinned in the lock file, and the tests of the sockets run
both ways out (tests/live.py).
"""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.http11 import Request

from community.live.outlets import EXTENSION


class FramedLine:
    """The transport of one socket."""

    def __init__(self, protocol: "FramingProtocol") -> None:
        self._protocol = protocol
        self._transport = protocol.transport

    def write(self, framed: bytes) -> int:
        """Send these bytes; gives how many wait for the network now."""
        transport = self._transport
        if self._protocol.close_sent or transport.is_closing():
            return 0
        transport.write(framed)
        return transport.get_write_buffer_size()

    async def drained(self) -> None:
        """Wait until the transport takes more."""
        await self._protocol.writable.wait()

    def close(self, code: int, grace: float) -> None:
        """Close with this code; cut the line where the other side has not answered after `grace` seconds."""
        protocol = self._protocol
        if protocol.close_sent or self._transport.is_closing():
            return
        protocol.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        try:
            protocol.conn.send_close(code)
        except InvalidState:  # the other side is closing already
            return
        self._transport.write(b"".join(protocol.conn.data_to_send()))
        protocol.close_sent = True
        protocol.writable.set()
        if protocol.read_paused:  # the answer to the close must be read
            protocol.read_paused = False
            self._transport.resume_reading()
        protocol.close_timer = protocol.loop.call_later(grace, self._transport.abort)


class FramingProtocol(WebSocketsSansIOProtocol):
    """A socket whose scope offers a line for framed packets."""

    def handle_connect(self, event: Request) -> None:
        """Offer the line; the application starts after this returns."""
        super().handle_connect(event)
        scope: dict[str, Any] | None = getattr(self, "scope", None)  # there is none where the handshake failed
        if scope is not None:
            scope["extensions"][EXTENSION] = FramedLine(self)
