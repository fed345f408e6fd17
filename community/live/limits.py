"""How much one socket and one person may ask of the site."""

import time

MAX_FRAME = 65_536  # characters
MAX_WAITING = 256 * 1024  # characters that wait for a slow reader, before the socket is closed
SMALL_PACKET = 64 * 1024  # characters of a log that are put together for one who catches up
MAX_SUBSCRIPTIONS = 100
MAX_SOCKETS = 10  # per person
MAX_BAD_FRAMES = 5
FRAMES_PER_SECOND, FRAMES_AT_ONCE = 20, 150  # at once: a tab that comes back subscribes to all it had

MAX_NUMBER, MAX_DIGITS = 2**53, 16  # what JavaScript can count to

BAD_FRAME, TOO_SLOW, TOO_MUCH, RESTARTING, TOO_BIG, GONE = 4400, 4408, 4429, 4503, 1009, 1001


class Bucket:
    """A token bucket: `take` says whether one more is allowed now."""

    def __init__(self, per_second: float, at_once: float) -> None:
        self.per_second, self.at_once = per_second, at_once
        self.tokens, self.filled_at = at_once, time.monotonic()

    def take(self) -> bool:
        """Use one token, if there is one."""
        now = time.monotonic()
        self.tokens = min(self.at_once, self.tokens + (now - self.filled_at) * self.per_second)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    @property
    def seconds_until_next(self) -> float:
        """How long until a token is there."""
        return max(0.0, (1 - self.tokens) / self.per_second)
