"""Two worlds that differ only in what carla may not see give her the same bytes at every door of this part."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chat.models import ReadMark
from community.models import Label, Openness
from search.gaps import gather_wishes
from search.indexer import rebuild
from search.offers import collect_words
from tests import factories
from tests.factories import CANARY

CHANGING = re.compile(r'nonce="[^"]*"|name="(?:csrfmiddlewaretoken|seen)" value="[^"]*"|datetime="[^"]*"')
PATHS = [
    f"/search/suggestions/?q={word}" for word in (CANARY, "kan", "kanareipiet", "zingt", "dak")
] + [
    "/search/suggestions/?q=*a*", "/go/", "/go/?q=kan", f"/go/suggestions/?q={CANARY}", "/go/suggestions/?q=kd",
    f"/search/beyond/?q={CANARY}", "/search/beyond/?q=zingt", "/wishes/", "/search/saved/", "/search/",
]  # fmt: skip


def answers(client: Client) -> dict[str, str]:
    return {path: CHANGING.sub("", client.get(path).content.decode()) for path in PATHS}


@pytest.mark.parametrize("openness", Openness)
def test_what_carla_may_not_see_changes_nothing_for_her(
    openness: str, index: Callable[[], None], browse: Any, zorg: Any, carla: Any, bram: Any
) -> None:
    factories.make_thread(zorg, carla, title="De merel zingt", label=Label.GREEN)
    ring = factories.make_community("Vogelkring", openness=openness, is_offered=True)
    factories.make_member(bram, ring, "owner")
    client = browse(carla)

    def look() -> dict[str, str]:
        rebuild()
        collect_words()
        gather_wishes()
        return answers(client)

    before = look()
    for label in (Label.AMBER, Label.AMBER_STRICT, Label.RED):
        content: dict[str, Any] = {"label": label, "named": [bram]}
        factories.make_thread(ring, bram, title=f"{CANARY} dak zingt", posts=2, **content)
        factories.make_practice(ring, bram, title=f"{CANARY} dak zingt", **content)
        room = factories.make_room(ring, bram, name=f"{CANARY} dak {label}", **content)
        factories.make_message(room, bram, f"{CANARY} zingt")
        ReadMark.objects.create(person=carla, room=room, seq=1)
    if openness != Openness.HIDDEN:
        factories.make_practice(ring, bram, title=f"{CANARY} dak", label=Label.GREEN, published=False)
        factories.make_thread(ring, bram, title=f"{CANARY} dak", label=Label.GREEN, hidden_at=timezone.now())
    after = look()

    assert [path for path in PATHS if before[path] != after[path]] == []
    assert not any(CANARY in page.replace(f"“{CANARY}”", "").replace(f"={CANARY}", "") for page in
                   (after["/go/?q=kan"], after["/search/suggestions/?q=kan"], after["/wishes/"]))  # fmt: skip
