"""People in a room whose connection breaks again and again: what each of them sees, as the page would show it.

They do what static/js/live.js and chat.js do: come back after a random pause, ask for what follows the last number they
have, send again under the same key what was not acknowledged, and show a line only where it follows the one before.
"""

import asyncio
import contextlib
import json
import random
import time
import uuid

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

FIRST_PAUSE, LONGEST_PAUSE, STABLE = 0.25, 30.0, 10.0
EVERY = 0.4  # seconds between the lines of one person
AGAIN = 3.0  # seconds after which a line that got no answer is sent again
GONE = (OSError, WebSocketException, TimeoutError)


class Screen:
    """One person with the room open."""

    def __init__(self, url: str, cookie: str, room: int) -> None:
        self.url, self.cookie, self.room = url, cookie, room
        self.shown: list[tuple[int, str]] = []  # number and key of each line, in the order in which it came
        self.outbox: dict[str, float] = {}  # what is not acknowledged: key, and when it was sent last
        self.acknowledged: dict[str, int] = {}
        self.answered_at = 0.0
        self.is_live = self.is_catching_up = False
        self.socket: ClientConnection | None = None

    @property
    def cursor(self) -> int:
        """The last number that is shown."""
        return self.shown[-1][0] if self.shown else 0

    async def follow(self) -> None:
        """Stay connected, until cancelled."""
        attempts = 0
        while True:
            opened = time.monotonic()
            with contextlib.suppress(*GONE):
                await self.listen()
            self.is_live = False
            attempts = 0 if time.monotonic() - opened > STABLE else attempts + 1
            await asyncio.sleep(random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempts, 4.0)))

    async def listen(self) -> None:
        """One connection, until it breaks."""
        address = f"{self.url.replace('http', 'ws')}/ws/"
        headers = {"Cookie": self.cookie}
        async with connect(
            address, origin=self.url, additional_headers=headers, compression=None, open_timeout=5
        ) as socket:
            self.socket = socket
            await self.ask()
            async for text in socket:
                packet = json.loads(text)
                for frame in packet if isinstance(packet, list) else [packet]:
                    await self.take(frame)

    async def ask(self) -> None:
        """Ask for what follows."""
        self.is_catching_up = True
        await self.send({"t": "sub", "room": self.room, "after": self.cursor})

    async def send(self, frame: dict) -> None:
        """Send a frame, if there is a connection."""
        if self.socket is not None:
            try:
                await self.socket.send(json.dumps(frame))
            except GONE:
                self.socket = None

    async def take(self, frame: dict) -> None:
        """Do with a frame what the page does."""
        if frame["t"] == "msg" and frame["seq"] > self.cursor:
            if frame["seq"] > self.cursor + 1:
                if not self.is_catching_up:
                    await self.ask()
                return
            self.shown.append((frame["seq"], frame["cid"]))
        elif frame["t"] == "live":
            self.is_live, self.is_catching_up = True, False
            for cid in self.outbox:
                await self.say(cid)
        elif frame["t"] == "ack":
            self.outbox.pop(frame["cid"], None)
            self.acknowledged[frame["cid"]] = frame["seq"]
            self.answered_at = time.monotonic()
        elif frame["t"] == "nack":
            self.outbox[frame["cid"]] = time.monotonic() + frame.get("retry_after", 1) - AGAIN

    async def say(self, cid: str) -> None:
        """Send a line, for the first time or again."""
        self.outbox[cid] = time.monotonic()
        await self.send({"t": "send", "room": self.room, "cid": cid, "body": f"regel {cid}"})

    async def talk(self, is_over: asyncio.Event) -> None:
        """Say something now and then, until it is over and everything is acknowledged."""
        while not is_over.is_set() or self.outbox:
            await asyncio.sleep(EVERY * random.uniform(0.5, 1.5))
            late = [cid for cid, at in self.outbox.items() if time.monotonic() - at > AGAIN]
            for cid in late if self.is_live else ():
                await self.say(cid)
            if self.is_live and not is_over.is_set():
                await self.say(str(uuid.uuid4()))
