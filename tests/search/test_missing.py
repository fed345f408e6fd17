"""What is missing: counted without names, shown from five people on, picked up or taken off the list."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import PermissionDenied

from search.actions.asking import note_opened, note_question, pick_up_wish, remove_wish
from search.charts import shares_by_week
from search.gaps import KEPT, Week, gather_wishes, weeks
from search.models import Question, Wish
from search.wording import pseudonym, wording, wording_of
from tests import factories
from tests.factories import CANARY
from tests.search.test_kept_searches import sealed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 10, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def crowd(db: None) -> list[Any]:
    """Six people with names that are no words."""
    return [factories.make_person(f"Xq{letter} Zy{letter}") for letter in "abcdef"]


def ask(people: list[Any], text: str, *, is_found: bool = False) -> None:
    for person in people:
        note_question(actor=person, query=f"q={text.replace(' ', '+')}", is_found=is_found)


def wishes() -> list[tuple[str, int]]:
    gather_wishes()
    return [(wish.words, wish.askers) for wish in Wish.objects.all()]


def test_a_question_is_a_wish_from_five_people_on(crowd: list[Any]) -> None:
    ask(crowd[:4], "drones bij een kazerne")
    for _ in range(3):
        ask(crowd[:1], "drones bij een kazerne")
    assert wishes() == []
    ask(crowd[4:5], "kazernes: drones")
    assert wishes() == [("drones kazerne", 5)]


def test_one_person_in_five_months_is_one_person(crowd: list[Any], clock: Any) -> None:
    for _month in range(6):
        ask(crowd[:1], "drones kazerne")
        clock.shift(timedelta(days=28))
    assert Question.objects.count() > 4
    assert wishes() == []


def test_pseudonyms_of_two_months_have_nothing_in_common(crowd: list[Any]) -> None:
    one, other = pseudonym(crowd[0], date(2026, 5, 1)), pseudonym(crowd[0], date(2026, 6, 1))
    assert one != other
    assert pseudonym(crowd[0], date(2026, 5, 1)) == one
    assert pseudonym(crowd[1], date(2026, 5, 1)) != one


def test_results_of_which_nothing_is_opened_count_after_an_hour(crowd: list[Any], clock: Any) -> None:
    ask(crowd, "drones kazerne", is_found=True)
    assert wishes() == []
    clock.shift(timedelta(hours=2))
    assert wishes() == [("drones kazerne", 6)]
    assert Wish.objects.get().nothing_found == 0
    for person in crowd[:2]:
        note_opened(actor=person, query="q=drones+kazerne")
    assert wishes() == []


def test_a_question_goes_after_half_a_year_and_its_wish_with_it(crowd: list[Any], clock: Any) -> None:
    ask(crowd, "drones kazerne")
    assert len(wishes()) == 1
    clock.shift(KEPT + timedelta(days=1))
    assert wishes() == []
    assert not Question.objects.exists()


@pytest.mark.parametrize("text", [
    "zaak 123456782", "bel 06-12345678", "06 1234 5678", "jan@gemeente.nl", "NL91 ABNA 0417 1643 00",
    "nl91abna0417164300", "geboren 01-02-1980", "1234 AB", "1234ab", "kenteken 12-ab-34", "gx-123-b", "+31 20 123 4567",
    "dossier 2026/123456", "1 2 3 4 5 6 7 8 2",
])  # fmt: skip
def test_what_looks_personal_is_never_counted(text: str, crowd: list[Any]) -> None:
    ask(crowd, f"{text} zedenzaak")
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    "text", ["artikel 273f", "art 13b opiumwet", "begroting 2026", "corona-aanpak", "top 600", "4 mei"]
)
def test_what_only_looks_a_little_like_it_is_counted(text: str) -> None:
    assert wording(text, ()) is not None


def test_names_of_people_on_the_site_are_left_out(crowd: list[Any]) -> None:
    factories.make_person("Noor van der Zwaluw-Meerkoet")
    cache.clear()
    ask(crowd, "noor zwaluw drones van kazerne meerkoet")
    ask(crowd, "Noor Zwaluw")
    assert {question.words for question in Question.objects.all()} == {"drones kazerne"}


def test_the_name_of_somebody_new_never_becomes_a_wish(crowd: list[Any]) -> None:
    ask(crowd, "zwaluw drones")
    assert len(wishes()) == 1
    factories.make_person("Noor Zwaluw")
    assert wishes() == []


@pytest.mark.parametrize("query", [
    "q=drones&in=room:1", "q=drones&in=thread:1", "q=drones&kind=practice", "q=drones&community=1", "q=drones+-kazerne",
    "q=auteur:drones", "q=kring:ciso+drones", "q=community:ciso", "q=van+de+het", "q=%22%22", "q=", "",
    "q=a+b+c+d+e+f+g+h+i+j+k", f"q={'x' * 70}+{'y' * 70}", "x=drones",
])  # fmt: skip
def test_what_is_narrowed_empty_or_a_whole_story_is_not_counted(query: str) -> None:
    assert wording_of(query) is None


def test_the_page_of_results_counts_once_it_was_seen(index: Any, browse: Any, anna: Any) -> None:
    client = browse(anna)
    seen = sealed(client, "drones kazerne")
    assert not Question.objects.exists()
    client.post("/search/visits/", {"seen": seen})
    question = Question.objects.get()
    assert (question.words, question.is_found, question.is_opened) == ("drones kazerne", False, False)
    assert anna.name.split()[0].lower() not in question.asker
    client.post("/search/visits/", {"seen": seen, "opened": "1"})
    question.refresh_from_db()
    assert question.is_opened
    assert question.is_found


def test_that_something_was_opened_may_be_told_first(crowd: list[Any]) -> None:
    note_opened(actor=crowd[0], query="q=drones")
    note_question(actor=crowd[0], query="q=drones", is_found=True)
    assert Question.objects.get().is_opened


def test_the_list_leads_to_a_draft_with_that_title(browse: Any, crowd: list[Any], ciso: Any, anna: Any) -> None:
    ask(crowd, "drones kazerne")
    gather_wishes()
    client = browse(anna)
    page = client.get("/wishes/").content.decode()
    link = re.search(r'href="(/communities/ciso/practices/new/[^"]*)"', page)[1]
    assert 'value="Drones kazerne"' in client.get(link).content.decode()
    assert "zorg" not in re.findall(r"/communities/([a-z]+)/practices/new/", page)


def test_a_title_from_the_address_is_cut_and_escaped(browse: Any, ciso: Any, anna: Any) -> None:
    page = browse(anna).get("/communities/ciso/practices/new/", {"title": "<b>" + "x" * 999}).content.decode()
    assert f'value="&lt;b&gt;{"x" * 247}"' in page
    assert "<b>xxx" not in page


def test_a_wish_is_picked_up_by_one_and_left_to_others_again(
    browse: Any, crowd: list[Any], anna: Any, bram: Any
) -> None:
    ask(crowd, "drones kazerne")
    gather_wishes()
    wish = Wish.objects.get()
    assert browse(anna).post(f"/wishes/{wish.pk}/pickup/").status_code == 302
    browse(crowd[0]).post(f"/wishes/{wish.pk}/pickup/")
    wish.refresh_from_db()
    assert wish.picked_up_by == anna
    assert anna.name in browse(crowd[0]).get("/wishes/").content.decode()
    assert browse(crowd[0]).post(f"/wishes/{wish.pk}/release/").status_code == 403
    gather_wishes()
    wish.refresh_from_db()
    assert wish.picked_up_by == anna
    assert browse(anna).post(f"/wishes/{wish.pk}/release/").status_code == 302
    wish.refresh_from_db()
    assert wish.picked_up_by is None
    pick_up_wish(actor=anna, wish=wish)
    assert browse(bram).post(f"/wishes/{wish.pk}/release/").status_code == 302


def test_who_is_in_charge_takes_a_wish_off_the_list_for_good(
    browse: Any, crowd: list[Any], anna: Any, bram: Any, beheer: Any
) -> None:
    ask(crowd, "drones kazerne")
    gather_wishes()
    wish = Wish.objects.get()
    with pytest.raises(PermissionDenied):
        remove_wish(actor=anna, wish=wish)
    assert browse(anna).post(f"/wishes/{wish.pk}/removal/").status_code == 403
    assert "/removal/" not in browse(anna).get("/wishes/").content.decode()
    assert "/removal/" in browse(beheer).get("/wishes/").content.decode()
    assert browse(bram).post(f"/wishes/{wish.pk}/removal/").status_code == 302
    gather_wishes()
    for person in (anna, bram, beheer):
        assert "drones" not in browse(person).get("/wishes/").content.decode()
    assert browse(anna).post(f"/wishes/{wish.pk}/pickup/").status_code == 404


def test_few_askers_and_their_words_are_shown_nowhere(browse: Any, crowd: list[Any], anna: Any, beheer: Any) -> None:
    ask(crowd[:4], CANARY)
    gather_wishes()
    for path in ("/wishes/", "/search/report/", "/search/", "/go/?q=kan"):
        assert CANARY not in browse(beheer).get(path).content.decode()


def test_the_report_shows_the_share_per_week(browse: Any, crowd: list[Any], beheer: Any, anna: Any, clock: Any) -> None:
    ask(crowd[:1], "begroting")
    clock.shift(timedelta(days=7))
    ask(crowd, "drones kazerne")
    ask(crowd[:2], "huisverbod", is_found=True)
    clock.shift(timedelta(hours=2))
    gather_wishes()
    assert [(week.questions, week.nothing_found, week.nothing_opened) for week in weeks()] == [(1, 1, 0), (8, 6, 2)]
    response = browse(beheer).get("/search/report/")
    page = response.content.decode()
    assert [bar.percentage for bar in response.context["chart"]] == [100, 75]
    assert 'role="img"' in page
    assert "drones kazerne" in page
    assert "huisverbod" not in page
    assert browse(anna).get("/search/report/").status_code == 403


def test_a_chart_stays_within_its_axes() -> None:
    many = [Week(date(2026, 1, 5) + timedelta(weeks=at), 4, at % 5, 0) for at in range(40)]
    bars = shares_by_week(many)
    assert len(bars) == 27
    assert all(bar.x >= 0 and bar.x + bar.width <= 640 and bar.y >= 0 and bar.y + bar.height <= 160.1 for bar in bars)
    assert shares_by_week([]) == []
    assert Week(date(2026, 1, 5), 0, 0, 0).share == 0


def test_empty_lists_say_so(browse: Any, anna: Any, beheer: Any) -> None:
    assert b'class="empty"' in browse(anna).get("/wishes/").content
    assert b'class="empty"' in browse(beheer).get("/search/report/").content


def test_the_list_asks_as_much_for_one_wish_as_for_three(
    browse: Any, crowd: list[Any], anna: Any, django_assert_num_queries: Any
) -> None:
    client = browse(anna)
    client.get("/wishes/")
    for text in ("drones", "kazerne", "begroting"):
        ask(crowd, text)
        gather_wishes()
        with django_assert_num_queries(6):
            client.get("/wishes/")
