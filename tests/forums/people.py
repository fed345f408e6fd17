"""Words that the tests of threads share."""

import uuid
from typing import Any

from community.models import Community, User
from forums.actions.writing import Contribution
from forums.models import Thread
from tests import factories


def says(body: str = "Wie weet dit?", **fields: Any) -> Contribution:
    """A text that is sent in."""
    return Contribution(body=body, **fields)


def form(body: str = "Wie weet dit?", **fields: Any) -> dict[str, Any]:
    """What a form for writing sends."""
    return {"body": body, "idempotency_key": str(uuid.uuid4()), **fields}


def make_secret_thread(ciso: Community, bram: User) -> Thread:
    """A TLP:AMBER thread of the closed community with a word that nobody outside may ever read."""
    return factories.make_thread(
        ciso, bram, title=f"Titel {factories.CANARY}", body=f"Tekst {factories.CANARY}", posts=2
    )
