"""A fault of the drills (tests/drills/settings.py): one in twenty of what the hub is told of a room is lost."""

import random
from typing import Any

from django.apps import AppConfig

LOST = 0.05


class FaultsConfig(AppConfig):
    """Lets the hub miss things, in every process that is started with the settings of the drills."""

    name = "tests.drills.faults"
    label = "faults"

    def ready(self) -> None:
        """Lose some of what is announced, and some of what the writer hands over."""
        from community.live.hub import Hub

        for name in ("hear", "hear_entries"):
            setattr(Hub, name, lossy(getattr(Hub, name)))


def lossy(hear: Any) -> Any:
    """The same method, which now and then does nothing."""

    def hear_most(*args: Any) -> None:
        if random.random() >= LOST:
            hear(*args)

    return hear_most
