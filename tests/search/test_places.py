"""The quick switcher: places by a part of their name or its initials, and only those that one may know of."""

import re
from typing import Any

import pytest
from django.utils import timezone

from chat.models import ReadMark
from community.models import Label
from forums.models import ReadPosition
from search import pace
from search.places import EACH, places_for
from tests import factories
from tests.factories import CANARY

pytestmark = pytest.mark.django_db


def names(person: Any, text: str) -> list[str]:
    return [place.name for place in places_for(person, text)]


def test_every_kind_is_found_by_a_part_of_its_name_and_leads_to_its_page(
    browse: Any, ciso: Any, anna: Any, bram: Any
) -> None:
    things = [
        factories.make_community("Vogelkring"),
        factories.make_room(ciso, bram, name="Vogelkamer"),
        factories.make_thread(ciso, bram, title="Over vogels"),
        factories.make_practice(ciso, bram, title="Vogels vangen"),
        factories.make_person("Vera Vogel"),
    ]
    found = places_for(anna, "vogel")
    assert [place.url for place in found] == [thing.get_absolute_url() for thing in things]
    assert [place.kind for place in found] == ["community", "room", "thread", "practice", "person"]
    client = browse(anna)
    assert all(client.get(place.url).status_code == 200 for place in found)


@pytest.mark.parametrize("text", ["adv", "av", "ADV", "anna vri", "vries an"])
def test_people_are_found_by_initials_and_by_words_in_any_order(text: str, carla: Any, anna: Any) -> None:
    assert names(carla, text) == ["Anna de Vries"]


@pytest.mark.parametrize(
    ("text", "found"), [("cn", True), ("zev", True), ("zv", True), ("zx", False), ("xn", False), ("n", True)]
)
def test_communities_are_found_by_initials(text: str, found: bool, ciso: Any, zorg: Any, dirk: Any) -> None:
    assert bool(names(dirk, text)) is found


@pytest.mark.parametrize("label", [Label.AMBER, Label.AMBER_STRICT, Label.RED])
@pytest.mark.parametrize("text", [CANARY, "kanarie", "k", "kd", "%", "_", ".*", "(", "\\", ""])
def test_what_one_may_not_see_is_no_place_to_go(label: str, text: str, ciso: Any, bram: Any, carla: Any) -> None:
    content: dict[str, Any] = {"label": label, "named": [bram]}
    room = factories.make_room(ciso, bram, name=f"{CANARY} dak", **content)
    thread = factories.make_thread(ciso, bram, title=f"{CANARY} dak", **content)
    factories.make_practice(ciso, bram, title=f"{CANARY} dak", **content)
    # Somebody who was let out again has read marks left.
    ReadMark.objects.create(person=carla, room=room, seq=0)
    ReadPosition.objects.create(person=carla, thread=thread, number=1)
    assert not any(CANARY in name for name in names(carla, text))
    if text == CANARY:
        assert len(names(bram, text)) == 3


def test_a_hidden_community_is_found_by_its_members_and_administrators(
    mensenhandel: Any, bram: Any, anna: Any, beheer: Any
) -> None:
    assert names(bram, "mensenhandel") == names(beheer, "mensenhandel") == [mensenhandel.name]
    assert names(anna, "mensenhandel") == []


def test_drafts_hidden_things_and_closed_accounts_are_no_places(ciso: Any, anna: Any, bram: Any) -> None:
    factories.make_practice(ciso, bram, title="Vogels", published=False)
    factories.make_thread(ciso, bram, title="Vogels", hidden_at=timezone.now())
    factories.make_person("Vera Vogels", is_active=False)
    assert names(anna, "vogels") == []
    assert names(bram, "vogels") == ["Vogels", "Vogels"]  # who facilitates sees them


def test_ones_own_comes_first_and_then_what_was_used_last(ciso: Any, zorg: Any, anna: Any, carla: Any) -> None:
    other = factories.make_thread(zorg, carla, title="Vogels elders", label=Label.GREEN)
    first, second = (factories.make_thread(ciso, anna, title=f"Vogels {number}") for number in (1, 2))
    assert names(anna, "vogels") == [second.title, first.title, other.title]
    ReadPosition.objects.create(person=anna, thread=first, number=1)
    assert names(anna, "vogels") == [first.title, second.title, other.title]


def test_before_anything_is_typed_there_stands_what_one_used(ciso: Any, zorg: Any, anna: Any, bram: Any) -> None:
    room = factories.make_room(ciso, bram)
    thread = factories.make_thread(ciso, bram)
    factories.make_thread(ciso, bram, title="Nooit gelezen")
    ReadMark.objects.create(person=anna, room=room, seq=0)
    ReadPosition.objects.create(person=anna, thread=thread, number=1)
    assert names(anna, "") == names(anna, "  ") == [ciso.name, room.name, thread.title]


def test_of_each_kind_there_are_a_few(ciso: Any, anna: Any) -> None:
    for number in range(EACH + 2):
        factories.make_thread(ciso, anna, title=f"Vogels {number}")
    assert len(names(anna, "vogels")) == EACH


def test_one_query_finds_all_kinds_however_many_there_are(
    browse: Any, ciso: Any, anna: Any, bram: Any, django_assert_num_queries: Any
) -> None:
    client = browse(anna)
    client.get("/go/", {"q": "vogel"})
    for _ in (1, 3):
        factories.make_room(ciso, bram, name=f"Vogelkamer {_}")
        factories.make_thread(ciso, bram, title="Over vogels")
        for address, queries in (("/go/", 6), ("/go/suggestions/", 5)):
            with django_assert_num_queries(queries):
                assert client.get(address, {"q": "vogel"}).status_code == 200


def test_the_page_and_the_fragment_show_the_same(browse: Any, ciso: Any, anna: Any, bram: Any) -> None:
    factories.make_thread(ciso, bram, title="Vogels <b>")
    for address in ("/go/", "/go/suggestions/"):
        page = browse(anna).get(address, {"q": "vogels"}).content.decode()
        assert "Vogels &lt;b&gt;" in page
        assert "TLP:AMBER" in page
        assert ciso.name in page
    assert 'role="option"' in page


def test_where_nothing_is_called_so_one_is_led_to_searching(browse: Any, anna: Any) -> None:
    for address in ("/go/", "/go/suggestions/"):
        page = browse(anna).get(address, {"q": "a & b"}).content.decode()
        assert "/search/?q=a%20%26%20b" in page


def test_text_of_any_length_is_answered(browse: Any, anna: Any) -> None:
    assert browse(anna).get("/go/", {"q": "a " * 3000 + "\x00"}).status_code == 200


def test_somebody_who_looks_up_names_very_fast_must_wait(
    browse: Any, anna: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "LOOK_UPS_A_MINUTE", 2)
    client = browse(anna)
    assert [client.get("/go/suggestions/", {"q": "b"}).status_code for _ in range(3)] == [200, 200, 429]


def test_the_header_has_a_button_that_works_without_a_script(browse: Any, anna: Any, visitor: Any) -> None:
    page = browse(anna).get("/").content.decode()
    button = re.search(r"<a[^>]*data-switcher[^>]*>", page)
    assert button
    assert 'href="/go/"' in button[0]
    assert 'aria-keyshortcuts="Control+K Meta+K"' in button[0]
    assert "<dialog" in page
    assert "data-switcher" not in browse(visitor).get("/labels/").content.decode()
