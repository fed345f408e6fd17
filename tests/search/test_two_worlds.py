"""Two databases that differ only in what carla may not see answer her alike, to the byte: nothing tells of the rest."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from chat.models import Room
from community.models import Community, Label, Openness
from community.signals import content_saved
from forums.models import Practice, Thread
from search import pace
from search.indexer import drain, rebuild
from search.models import SearchOutbox
from tests import factories

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SECRETS = ("kanariepiet", "roodborstje", "volière", "stootvogelrapport", "zilverreiger")
# Words of hers; the secret words whole, begun, inflected, mistyped, joined and taken apart; and what mixes the two.
QUERIES = (
    *SECRETS, "mus", "merel", "mussen", "mus merel", "merel mus zingt", "veiligheid", "veiligheidsplan", "geweld",
    "partnergeweld", "partner geweld", "huisverbod", "huisvrebod", "huis verbod", "tijdelijk huisverbod", "buurtteam",
    "kanari", "kanarie*", "kan*", "kanariepieten", "kanariepit", "kanareipiet", "knaariepiet", "kanarie piet",
    "roodbortsje", "rood borstje", "borstje", "roodborst", "volieres", "voliere", "voilère", "stootvogel", "vogel",
    "vogelrapport", "stootvogel rapport", "rapport", "stootvogelraport", "zilverriger", "zilver*", "reiger", "reigers",
    "mus kanariepiet", "kanareipiet mus", "merel -kanariepiet", "merel -kan*", '"kanariepiet zingt"', '"mus zingt"',
    '"rood borstje"', '-"kanariepiet zingt" zingt', "titel:kanariepiet", "titel:mus", "auteur:kanariepiet",
    "auteur:vogelaar", "tag:kanariepiet", "tag:vogels", "veilig*", "veiligheids", "veilighied", "mussennest", "musje",
    "mus zingt buurtteam huisverbod", "de van het", "zingt", "huis*", "plan", "plannen", "woning*", "TLP:RED",
)  # fmt: skip
CHOICES: tuple[dict[str, str], ...] = ({}, {"sort": "date"}, {"kind": "thread"}, {"page": "2"})


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch: pytest.MonkeyPatch) -> Any:
    """All is asked at the same time, as often as it takes."""
    monkeypatch.setattr(pace, "SEARCHES_A_MINUTE", 10**9)
    with time_machine.travel(NOW, tick=False):
        yield


def write_what_she_sees(ciso: Community, zorg: Community, bram: Any, carla: Any) -> None:
    """The part that both worlds have."""
    texts = [
        "De mus zingt in de tuin.", "Een merel en een mus.", "Partnergeweld en het tijdelijk huisverbod.",
        "Het veiligheidsplan van het buurtteam.", "Merel zingt, mus zingt, niemand fluit.", "Huizen en plannen.",
    ]  # fmt: skip
    for at, text in enumerate(texts):
        dated = {"published_at": NOW - timedelta(days=30 * at)}
        factories.make_practice(zorg, carla, title=text[:30], problem=f"{text} " * (at + 1), **dated)
        thread = factories.make_thread(zorg, carla, title=text[10:40], body=text, posts=2)
        factories.make_post(thread, carla, body=f"Antwoord: {text.lower()}")
        factories.make_thread(ciso, bram, label=Label.GREEN, title=f"Open: {text}", body=text * 3)
    room = factories.make_room(zorg, carla, name="Koffiekamer")
    for text in texts * 4:
        factories.make_message(room, carla, text)


def write_what_she_does_not_see(ciso: Community, zorg: Community, mensenhandel: Community) -> list[Any]:
    """The part that only one world has: in closed and hidden communities, and not for her in her own."""
    people = [factories.make_person(f"{name} Vogelaar") for name in ("Kanariepiet", "Roodborstje")]
    hidden = factories.make_community("Volière", slug="voliere", openness=Openness.HIDDEN)
    for place in (ciso, zorg, hidden, mensenhandel):
        for person in people:
            factories.make_member(person, place)
    made: list[Any] = []
    secret = "Kanariepiet zingt in de volière: stootvogelrapport over de zilverreiger, rood borstje, veiligheidsmus."
    for number in range(12):
        place, label, person = [
            (ciso, Label.AMBER, people[0]), (hidden, Label.AMBER, people[1]), (mensenhandel, Label.AMBER, people[0]),
            (zorg, Label.RED, people[1]), (ciso, Label.RED, people[0]), (hidden, Label.RED, people[1]),
        ][number % 6]  # fmt: skip
        words = (
            f"{secret} huisverbodje mussennesten merelgeweld kan{'abcdefghijkl'[number]}sel veiligheid{'s' * 3}{number}"
        )
        thread = factories.make_thread(place, person, label=label, title=f"Kanariepiet {number} mus", body=words * 3)
        room = factories.make_room(place, person, label=label, name=f"Roodborstje {number}")
        made += [thread, *thread.posts.all(), factories.make_post(thread, person, body=words * 20)]
        made += [factories.make_practice(place, person, label=label, title=f"Zilverreiger {number} huisverbod",
                                         problem=words * 9)]  # fmt: skip
        made += [room, factories.make_message(room, person, words)]
    return made


def answers(client: Client, carla: Any, tmp_path: Path) -> dict[str, str]:
    """Everything that she is told, by what she asked."""
    told: dict[str, str] = {}
    for at, query in enumerate(QUERIES):
        for choice in CHOICES if at % 6 == 0 else CHOICES[:1]:
            response = client.get("/search/", {"q": query, **choice})
            assert response.status_code == 200
            told[f"page {query} {choice}"] = without_tokens(response.content.decode())
        out = StringIO()
        call_command("search", query, f"--as={carla.email}", json=True, limit=200, stdout=out)
        told[f"command {query}"] = out.getvalue()
    asked = tmp_path / "queries.jsonl"
    asked.write_text("\n".join(json.dumps({"query_id": query, "query": query}) for query in QUERIES))
    out = StringIO()
    call_command("search", f"--as={carla.email}", f"--queries={asked}", stdout=out)
    told["file"] = out.getvalue()
    return told


def without_tokens(page: str) -> str:
    """A page without what differs from one request to the next by design."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
    return re.sub(r'nonce="[^"]+"', "", page)


def compare(one: dict[str, str], other: dict[str, str]) -> None:
    """The same, and what is told of what she asked holds nothing that she did not type herself."""
    different = [asked for asked in one if one[asked] != other[asked]]
    assert not different
    for asked, told in one.items():
        for secret in SECRETS:
            if asked.startswith("command") and secret not in asked:
                assert secret not in told.lower()


@pytest.fixture
def world(
    index: Callable[[], None], browse: Any, ciso: Any, zorg: Any, mensenhandel: Any, bram: Any, carla: Any,
    tmp_path: Path,
) -> Callable[[], dict[str, str]]:  # fmt: skip
    """Ask everything in the world as it is now, where her part is written already."""
    write_what_she_sees(ciso, zorg, bram, carla)
    client = browse(carla)
    return lambda: answers(client, carla, tmp_path)


def test_what_is_added_out_of_her_sight_changes_no_answer(
    world: Callable[[], dict[str, str]], ciso: Any, zorg: Any, mensenhandel: Any
) -> None:
    rebuild()
    before = world()
    assert '"total": 0' in before["command kanariepiet"]
    assert '"total": 0' not in before["command mus"]
    made = write_what_she_does_not_see(ciso, zorg, mensenhandel)
    for thing in made:
        content_saved.send(sender=type(thing), instance=thing)
    assert SearchOutbox.objects.exists()
    compare(before, world())  # not yet in the index
    while drain():
        pass
    compare(before, world())  # put in beside hers
    rebuild()
    compare(before, world())  # read together with hers


def test_what_was_there_before_hers_and_went_away_changes_no_answer(
    index: Callable[[], None], browse: Any, ciso: Any, zorg: Any, mensenhandel: Any, bram: Any, carla: Any,
    tmp_path: Path,
) -> None:  # fmt: skip
    made = write_what_she_does_not_see(ciso, zorg, mensenhandel)
    write_what_she_sees(ciso, zorg, bram, carla)
    rebuild()
    client = browse(carla)
    with_secrets = answers(client, carla, tmp_path)
    for kind in (Thread, Room, Practice):
        kind.objects.filter(pk__in=[thing.pk for thing in made if isinstance(thing, kind)]).update(hidden_at=NOW)
    for thing in made:
        content_saved.send(sender=type(thing), instance=thing)
    while drain():
        pass
    compare(with_secrets, answers(client, carla, tmp_path))
    rebuild()
    compare(with_secrets, answers(client, carla, tmp_path))
