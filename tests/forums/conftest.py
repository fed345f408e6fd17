"""What the tests of forums share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from community.models import User
from tests.forums.sources import write_lines


@pytest.fixture
def outsiders(carla: User, dirk: User, beheer: User) -> list[User]:
    """Everybody who is in no closed community."""
    return [carla, dirk, beheer]


@pytest.fixture
def lines(tmp_path: Path) -> Callable[..., Path]:
    """A JSON Lines file of these records."""

    def write(*records: Any, name: str = "bron.jsonl") -> Path:
        return write_lines(tmp_path / name, *records)

    return write
