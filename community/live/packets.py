"""Frames as they travel: encoded once, and put together once, however many sockets they go to."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import orjson
from websockets.frames import Frame, Opcode


def encode(frame: dict[str, Any]) -> str:
    """One frame of the protocol as JSON."""
    return orjson.dumps(frame).decode()


class Packet:
    """Frames that are sent in one go: a JSON object where it is one, else an array of them."""

    def __init__(self, frames: Sequence[str]) -> None:
        self.text = frames[0] if len(frames) == 1 else f"[{','.join(frames)}]"

    @cached_property
    def framed(self) -> bytes:
        """The whole websocket frame, header and payload."""
        return Frame(Opcode.TEXT, self.text.encode()).serialize(mask=False)
