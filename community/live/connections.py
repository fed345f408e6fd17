"""One open socket: who is behind it, what it listens to, and the frames that wait to be sent."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import orjson

from community.live import limits
from community.live.standing import Holder

if TYPE_CHECKING:
    from community.live.feeds import Subscription
    from community.live.hub import Hub

Send = Callable[[dict[str, Any]], Awaitable[None]]


def encode(frame: dict[str, Any]) -> str:
    """A frame as it travels; made once, however many sockets it goes to."""
    return orjson.dumps(frame).decode()


class Connection:
    """A socket that was let in. Everything but `run_writer` is called in the event loop and never waits."""

    def __init__(self, hub: "Hub", holder: Holder, send: Send) -> None:
        self.hub, self.holder = hub, holder
        self._send = send
        self.subscriptions: dict[str, Subscription] = {}
        self.frames = limits.Bucket(limits.FRAMES_PER_SECOND, limits.FRAMES_AT_ONCE)
        self.bad_frames = 0
        self.memory: dict[str, Any] = {}  # what the handlers of frames keep about this socket
        self.at_end: list[Callable[[], None]] = []  # called when the socket is gone
        self.close_code: int | None = None
        self._waiting: deque[str] = deque()
        self._waiting_size = 0
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def push(self, frame: str) -> None:
        """Send a frame in its turn; a reader who is too slow is closed, and resumes when it comes back."""
        if self.close_code is not None:
            return
        self._waiting.append(frame)
        self._waiting_size += len(frame)
        self._news.set()
        if self._waiting_size > limits.MAX_WAITING:
            self.close(limits.TOO_SLOW)
        elif self._waiting_size > limits.MAX_WAITING // 2:
            self._room.clear()

    def tell(self, t: str, **fields: Any) -> None:
        """Send a frame that is for this socket alone."""
        self.push(encode({"t": t, **fields}))

    async def has_room(self) -> None:
        """Wait until less than half of what may wait is waiting, so that catching up closes nobody."""
        await self._room.wait()

    def close(self, code: int, **fields: Any) -> None:
        """Say goodbye and close; what still waited is dropped, as it may no longer be theirs."""
        if self.close_code is not None:
            return
        self._waiting.clear()
        self._waiting.append(encode({"t": "bye", "code": code, **fields}))
        self._waiting_size = 0
        self.close_code = code
        self._room.set()
        self._news.set()

    async def run_writer(self) -> None:
        """Send what waits, one frame after another, until the socket is closed."""
        while True:
            while self._waiting:
                frame = self._waiting.popleft()
                self._waiting_size = max(0, self._waiting_size - len(frame))
                if self._waiting_size <= limits.MAX_WAITING // 2:
                    self._room.set()
                await self._send({"type": "websocket.send", "text": frame})
            if self.close_code is not None:
                await self._send({"type": "websocket.close", "code": self.close_code})
                return
            self._news.clear()
            await self._news.wait()
