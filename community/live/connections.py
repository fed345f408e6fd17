"""One open socket: who is behind it, what it listens to, and how frames reach it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from community.live import limits, metrics
from community.live.outlets import Outlet
from community.live.packets import Packet, encode
from community.live.standing import Holder

if TYPE_CHECKING:
    from community.live.feeds import Subscription
    from community.live.hub import Hub


class Connection:
    """A socket that was let in. All of it is called in the event loop, and nothing but `has_room` waits."""

    def __init__(self, hub: "Hub", holder: Holder, outlet: Outlet) -> None:
        self.hub, self.holder, self.outlet = hub, holder, outlet
        self.subscriptions: dict[str, Subscription] = {}
        self.frames = limits.Bucket(limits.FRAMES_PER_SECOND, limits.FRAMES_AT_ONCE)
        self.bad_frames = 0
        self.memory: dict[str, Any] = {}  # what the handlers of frames keep about this socket
        self.at_end: list[Callable[[], None]] = []  # called when the socket is gone
        self.close_code: int | None = None

    def write(self, packet: Packet) -> None:
        """Send this in its turn; a reader who is too slow is closed, and resumes when it comes back."""
        if self.close_code is None and self.outlet.write(packet) > limits.MAX_WAITING:
            self.close(limits.TOO_SLOW)

    def tell(self, t: str, **fields: Any) -> None:
        """Send a frame that is for this socket alone."""
        self.write(Packet([encode({"t": t, **fields})]))

    async def has_room(self) -> None:
        """Wait until less than half of what may wait is waiting, so that catching up closes nobody."""
        await self.outlet.has_room()

    def close(self, code: int, **fields: Any) -> None:
        """Say goodbye and close."""
        if self.close_code is not None:
            return
        self.close_code = code
        metrics.count_close(code)
        self.outlet.close(Packet([encode({"t": "bye", "code": code, **fields})]), code)
