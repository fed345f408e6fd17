"""Many websockets for one core: frames are counted in the bytes as they come, and never parsed.

A load generator that decodes what it hears measures itself: a server that delivers a million frames a second would wait
for its listeners. What is sent is masked with zeros, which every server must accept and which costs nothing.
"""

import asyncio
import json
import re
import struct
import time
import uuid
from collections import deque

LINE = b'"t":"msg"'
ACK, NACK = b'"t":"ack"', b'"t":"nack"'
SENT_AT = re.compile(rb'"body":"T(\d+)')
MAX_QUIET = 3.0  # seconds without a frame after which nothing more is expected


def masked(frame: dict) -> bytes:
    """A text frame as a client sends it."""
    payload = json.dumps(frame).encode()
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack("!H", size)
    return b"\x81" + length + b"\x00\x00\x00\x00" + payload


class Socket(asyncio.Protocol):
    """One listener, who may also talk."""

    def __init__(self, crowd: "Crowd", host: str, cookie: str) -> None:
        self.crowd, self.host, self.cookie = crowd, host, cookie
        self.opened: asyncio.Future[None] = crowd.loop.create_future()
        self.answers: deque[asyncio.Future[None]] = deque()  # what was sent and is not acknowledged
        self.awaited: tuple[bytes, asyncio.Future[None]] | None = None
        self.tail = b""
        self.is_open = False
        self.heard = 0

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Ask for the socket."""
        self.transport = transport
        lines = [
            "GET /ws/ HTTP/1.1", f"Host: {self.host}", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
            f"Origin: http://{self.host}", f"Cookie: {self.cookie}", "", "",
        ]  # fmt: skip
        transport.write("\r\n".join(lines).encode())

    def data_received(self, data: bytes) -> None:
        """Count the lines in it."""
        seen = self.tail + data
        if not self.is_open:
            head, end, _rest = seen.partition(b"\r\n\r\n")
            self.tail = seen if not end else b""
            if end:
                self.is_open = b" 101 " in head.split(b"\r\n")[0]
                self.opened.set_result(None)
            return
        self.tail = seen[1 - len(LINE) :]
        if count := seen.count(LINE):
            self.heard += count
            self.crowd.hears(seen, count)
        for _ in range(seen.count(ACK) if self.answers else 0):
            self.answers.popleft().set_result(None)
        if self.awaited and self.awaited[0] in seen and not self.awaited[1].done():
            self.awaited[1].set_result(None)
        if NACK in seen:
            self.crowd.refused += 1

    def connection_lost(self, exc: Exception | None) -> None:
        """The server has gone, or has put this one out."""
        self.crowd.lost += 1
        if not self.opened.done():
            self.opened.set_result(None)

    async def hears(self, pattern: bytes) -> None:
        """Wait for bytes like these."""
        self.awaited = pattern, self.crowd.loop.create_future()
        await asyncio.wait_for(self.awaited[1], 30)

    async def says(self, room: int, body: str) -> None:
        """Send a line and wait until it is acknowledged."""
        answer: asyncio.Future[None] = self.crowd.loop.create_future()
        self.answers.append(answer)
        self.transport.write(masked({"t": "send", "room": room, "cid": str(uuid.uuid4()), "body": body}))
        await asyncio.wait_for(answer, 30)


class Crowd:
    """Everybody who listens, and what they hear."""

    def __init__(self, port: int) -> None:
        self.loop = asyncio.get_running_loop()
        self.port = port
        self.sockets: list[Socket] = []
        self.delays: list[float] | None = None
        self.heard = self.lost = self.refused = self.sent = 0
        self.last = 0.0

    def hears(self, data: bytes, count: int) -> None:
        """Somebody heard so many lines."""
        self.heard += count
        self.last = time.perf_counter()
        if self.delays is not None:
            self.delays += [self.last - int(at) / 1e9 for at in SENT_AT.findall(data)]

    async def come(self, cookies: list[str], rooms: list[int], *, at_once: int = 20) -> None:
        """Open a socket for each, each in its room; none where there is no room."""
        gate = asyncio.Semaphore(at_once)

        async def come_one(cookie: str, room: int | None) -> None:
            async with gate:
                place = "127.0.0.1", self.port
                _transport, socket = await self.loop.create_connection(
                    lambda: Socket(self, f"127.0.0.1:{self.port}", cookie), *place
                )
                await asyncio.wait_for(socket.opened, 60)
                self.sockets.append(socket)
                if room is None:
                    return
                socket.transport.write(masked({"t": "sub", "room": room, "after": -1}))
                if cookie:  # the yardsticks have no rights to check, and say nothing
                    await socket.hears(b'"t":"live"')

        await asyncio.gather(*map(come_one, cookies, rooms))
        if self.lost:
            raise RuntimeError(f"{self.lost} of {len(cookies)} sockets were refused.")

    def leave(self) -> None:
        """Close them all."""
        for socket in self.sockets:
            socket.transport.abort()

    async def talk(self, room: int, senders: int, seconds: float) -> float:
        """Deliveries per second, while so many senders have one unacknowledged line each.

        Each line is another person's, so that nobody talks faster than one person may.
        """
        turns = iter(range(10**9))
        self.heard = self.sent = 0
        started = time.perf_counter()

        async def talk_one() -> None:
            while time.perf_counter() - started < seconds:
                socket = self.sockets[next(turns) % len(self.sockets)]
                await socket.says(room, f"T{time.perf_counter_ns()} een gewone regel.")
                self.sent += 1

        await asyncio.gather(*(talk_one() for _ in range(senders)))
        await self.hear_out(len(self.sockets))
        return self.heard / (self.last - started)

    async def say_at(
        self, rooms: list[int], rate: float, seconds: float, listeners: int, body: str = ""
    ) -> list[float]:
        """Delays in milliseconds, sorted, of lines that come at this rate whatever happens."""
        self.delays, self.heard, self.sent = [], 0, 0
        started = time.perf_counter()
        answers = []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
            socket, room = self.sockets[number % len(self.sockets)], rooms[number % len(rooms)]
            text = f"T{time.perf_counter_ns()} een gewone regel.{body}"
            answers.append(asyncio.ensure_future(socket.says(room, text)))
            self.sent += 1
        await asyncio.gather(*answers)
        await self.hear_out(listeners)
        delays, self.delays = sorted(1000 * delay for delay in self.delays), None
        return delays

    async def hear_out(self, listeners: int) -> None:
        """Wait until everybody heard everything, or nothing comes any more. Raises RuntimeError for what is missing."""
        expected = self.sent * listeners
        while self.heard < expected and time.perf_counter() - self.last < MAX_QUIET:
            await asyncio.sleep(0.005)
        if self.heard < expected or self.refused:
            raise RuntimeError(f"{expected - self.heard} of {expected} lines were not heard; {self.refused} refused.")
