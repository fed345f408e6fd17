"""The page around the results: facets, chips, the form that writes operators, errors, and searching inside a place."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from community.models import Label
from forums.models import Tag, Thread
from search.facets import SHOWN_AT_ONCE, Facet, Option
from search.indexer import rebuild
from tests import factories
from tests.factories import CANARY
from tests.search.conftest import page_of


def facets_of(response: Any) -> dict[str, Facet]:
    """The facets of a page, by name."""
    return {facet.name: facet for facet in response.context["facets"]}


def counts_of(facet: Facet) -> dict[str, int]:
    """How often each value comes."""
    return {option.name: option.count for option in (*facet.options, *facet.more)}


def option(facet: Facet, name: str) -> Option:
    """The choice of this name."""
    (found,) = (one for one in (*facet.options, *facet.more) if one.name == name)
    return found


@pytest.fixture
def some_of_each(index: Any, ciso: Any, zorg: Any, anna: Any, bram: Any, carla: Any) -> None:
    """Practices, threads, a reply and chat, of two communities, that all say the canary."""
    ciso.theme = factories.make_theme("Digitale criminaliteit")
    ciso.save()
    for number in range(3):
        practice = factories.make_practice(ciso, bram, title=f"{CANARY} {number}")
    factories.make_attachment(practice)
    thread = factories.make_thread(zorg, carla, label=Label.GREEN, title=CANARY)
    locked = factories.make_thread(ciso, anna, title=CANARY, posts=2)
    Thread.objects.filter(pk=locked.pk).update(locked_at=locked.created_at)
    factories.make_post(thread, carla, body=f"Een {CANARY}.")
    factories.make_thread(ciso, anna, title=CANARY)
    factories.make_message(factories.make_room(ciso, bram), bram, CANARY)
    rebuild()


@pytest.mark.usefixtures("some_of_each")
def test_every_facet_counts_what_a_choice_would_leave(browse: Any, anna: Any, ciso: Any, zorg: Any) -> None:
    response = browse(anna).get("/search/", {"q": CANARY})
    counted = {name: counts_of(facet) for name, facet in facets_of(response).items()}
    assert response.context["total"] == 8
    assert sum(counted.pop("year", {"this one": 8}).values()) == 8
    assert counted == {
        "kind": {"Praktijkvoorbeelden": 3, "Gesprekken": 3, "Reacties": 1, "Chat": 1},
        "theme": {ciso.theme.name: 6, zorg.theme.name: 2},
        "community": {ciso.name: 6, zorg.name: 2},
        "organisation": {"Gemeente Schiedam": 6, "Gemeente Rotterdam": 2},
        "label": {"TLP:GREEN": 5, "TLP:AMBER": 3},
        "status": {"Gepubliceerd": 3, "Onbeantwoord": 1, "Beantwoord": 1, "Gesloten": 1},
        "has": {"Document": 1},
    }


@pytest.mark.usefixtures("some_of_each")
def test_each_choice_leaves_as_many_as_it_says_and_can_be_taken_back(browse: Any, anna: Any) -> None:
    client = browse(anna)
    before = client.get("/search/", {"q": CANARY})
    for facet in facets_of(before).values():
        for one in facet.options:
            narrowed = client.get(f"/search/{one.query}")
            assert narrowed.context["total"] == one.count, one
            assert not narrowed.context["asked"].errors
            made = option(facets_of(narrowed)[facet.name], one.name)
            assert (made.chosen, made.count) == (True, one.count)
            (chip,) = narrowed.context["chips"]
            for link in (made.query, chip.query):
                assert client.get(f"/search/{link}").context["total"] == 8


@pytest.mark.usefixtures("some_of_each")
def test_several_values_of_a_facet_widen_and_other_facets_narrow(browse: Any, anna: Any, ciso: Any) -> None:
    client = browse(anna)
    first = client.get("/search/", {"q": f"{CANARY} soort:praktijk"})
    kinds = facets_of(first)["kind"]
    assert counts_of(kinds)["Gesprekken"] == 3
    both = client.get(f"/search/{option(kinds, 'Gesprekken').query}")
    assert both.context["total"] == 6
    assert both.context["asked"].text == f"{CANARY} soort:praktijk soort:gesprek"
    all_three = client.get(f"/search/{option(facets_of(both)['community'], ciso.name).query}")
    assert all_three.context["total"] == 5
    assert [(chip.title, chip.name) for chip in all_three.context["chips"]] == [
        ("Soort", "Praktijkvoorbeelden"), ("Soort", "Gesprekken"), ("Community", ciso.name),
    ]  # fmt: skip
    page = all_three.content.decode()
    assert page.count('aria-current="true"><span>') == 3
    assert client.get(f"/search/{all_three.context['without_choices']}").context["total"] == 8
    left_out = client.get("/search/", {"q": f"{CANARY} -soort:praktijk", "sort": "date"})
    assert left_out.context["chips"][0].title == "Niet: soort"
    assert "sort=date" in left_out.context["chips"][0].query


def test_a_long_facet_shows_its_first_and_folds_the_others(index: Any, browse: Any, ciso: Any, anna: Any) -> None:
    for number in range(SHOWN_AT_ONCE + 2):
        organisation = factories.make_organisation(f"Gemeente {number:02}")
        factories.make_practice(
            ciso, factories.make_person(organisation=organisation, email=f"p{number}@example.org"), title=CANARY
        )
    rebuild()
    response = browse(anna).get("/search/", {"q": CANARY})
    facet = facets_of(response)["organisation"]
    assert (len(facet.options), len(facet.more)) == (SHOWN_AT_ONCE, 2)
    page = response.content.decode()
    assert page.index('class="search-facets__more"') < page.index(facet.more[0].name, page.index("search-facets__more"))
    chosen = browse(anna).get(f"/search/{facet.more[-1].query}")
    assert facet.more[-1].name in [one.name for one in facets_of(chosen)["organisation"].options if one.chosen]


def test_choices_that_leave_nothing_over_are_named_and_can_be_removed(
    index: Any, browse: Any, ciso: Any, anna: Any
) -> None:
    factories.make_practice(ciso, anna, title=CANARY)
    rebuild()
    response = browse(anna).get("/search/", {"q": f"{CANARY} soort:chat", "in": "community:ciso"})
    page = response.content.decode()
    assert response.context["elsewhere"] == 1
    assert "Uw keuzes laten niets over" in page
    assert "Zonder deze keuzes is er 1 resultaat." in " ".join(page.split())
    for chip in response.context["chips"]:
        assert f"Zoek zonder “{chip.title}: {chip.name}”" in page
    assert browse(anna).get(f"/search/{response.context['without_choices']}").context["total"] == 1
    nothing = browse(anna).get("/search/", {"q": "nergens soort:chat type:banaan"})
    assert nothing.context["elsewhere"] == 0
    assert "Een deel van uw vraag is niet begrepen" in nothing.content.decode()


def test_what_is_not_understood_is_marked_and_explained_next_to_the_box(
    index: Any, browse: Any, ciso: Any, anna: Any
) -> None:
    factories.make_practice(ciso, anna, title=CANARY)
    rebuild()
    page = page_of(browse(anna), f"{CANARY} soort:banaan <>")
    assert re.search(r'<input id="q"[^>]*aria-describedby="q-hint q-error" aria-invalid="true"', page)
    assert 'id="q-error"' in page
    assert f'{CANARY} <mark class="search-errors__piece">soort:banaan</mark> &lt;&gt;' in page
    assert "Kies uit: praktijk, gesprek, reactie, chat, bestand." in page
    assert f"<mark>{CANARY}</mark>" in page
    assert "Fout: " in page[page.index("<title>") : page.index("</title>")]
    assert 'class="error-summary"' not in page


def test_the_form_makes_a_query_that_the_box_shows(index: Any, browse: Any, ciso: Any, anna: Any) -> None:
    wanted = factories.make_practice(ciso, anna, title=f"{CANARY} zingt")
    factories.make_thread(ciso, anna, title=f"{CANARY} zingt")
    rebuild()
    client: Client = browse(anna)
    response = client.get("/search/", {"words": CANARY, "type": "practice", "community": "ciso", "since": "2026-01-01"})
    assert [one.row.pk for one in response.context["answer"].found] == [wanted.pk]
    shown = f"{CANARY} soort:praktijk community:ciso vanaf:2026-01-01"
    page = unescape(response.content.decode())
    assert f'name="q" value="{shown}"' in page
    assert '<option value="ciso" selected>' in page
    assert 'name="type" value="practice" checked' in page
    assert client.get(f"/search/?{response.context['query']}").context["asked"].text == shown
    wrong = client.get("/search/", {"words": CANARY, "since": "ooit", "org": "nergens"})
    page = wrong.content.decode()
    assert 'class="error-summary" role="alert"' in page
    assert page.count('<li><a href="#q">') == 2
    assert '<details class="search-advanced" open>' in page
    assert wrong.context["total"] == 2


def test_a_community_a_thread_and_a_room_have_a_box_that_searches_inside(
    index: Any, browse: Any, ciso: Any, anna: Any, carla: Any
) -> None:
    thread = factories.make_thread(ciso, anna, title="Vogels", posts=2)
    reply = factories.make_post(thread, anna, body=f"Een {CANARY}.")
    room = factories.make_room(ciso, anna, name="Volière")
    message = factories.make_message(room, anna, CANARY)
    factories.make_practice(ciso, anna, title=CANARY, label=Label.GREEN)
    rebuild()
    client = browse(anna)
    for thing, key, pks in (
        (ciso, "community:ciso", 3), (thread, f"thread:{thread.pk}", reply.pk), (room, f"room:{room.pk}", message.pk),
    ):  # fmt: skip
        page = client.get(thing.get_absolute_url()).content.decode()
        assert f'<input type="hidden" name="in" value="{key}">' in page
        response = client.get("/search/", {"q": CANARY, "in": key})
        found = [one.row.pk for one in response.context["answer"].found]
        assert len(found) == pks if thing is ciso else found == [pks]
        assert response.context["chips"][0].name == str(thing)
        assert f'<input type="hidden" name="in" value="{key}">' in response.content.decode()
        assert client.get(f"/search/{response.context['everywhere']}").context["total"] == 3
    outside = browse(carla).get("/search/", {"q": CANARY, "in": f"thread:{thread.pk}"})
    assert outside.context["total"] == 1
    assert "Vogels" not in outside.content.decode()
    assert "notice--warning" in outside.content.decode()


def test_matching_tags_and_authors_are_shown_and_marked(index: Any, browse: Any, ciso: Any, anna: Any) -> None:
    practice = factories.make_practice(ciso, anna, title="Aanpak")
    for name in ("opvang van vogels", "iets anders"):
        practice.tags.add(Tag.objects.create(name=name, slug=name.replace(" ", "-")))
    rebuild()
    page = page_of(browse(anna), "vogel")
    assert "trefwoord: opvang van <mark>vogels</mark>" in page
    assert "iets anders" not in page
    assert "Anna de <mark>Vries</mark>" in page_of(browse(anna), "auteur:vries")


def test_the_newest_come_first_where_there_are_no_words_and_no_order_can_be_chosen(
    index: Any, browse: Any, ciso: Any, anna: Any
) -> None:
    made = [factories.make_thread(ciso, anna, title=f"Draad {number}") for number in range(3)]
    rebuild()
    response = browse(anna).get("/search/", {"q": "soort:gesprek"})
    assert [one.row.pk for one in response.context["answer"].found] == [one.pk for one in reversed(made)]
    assert response.context["orders"] == []


def test_the_same_queries_with_choices_for_one_result_and_for_three(
    index: Any, browse: Any, ciso: Any, bram: Any, anna: Any, django_assert_num_queries: Any
) -> None:
    factories.make_practice(ciso, bram, title="mus")
    for number in range(3):
        practice = factories.make_practice(ciso, bram, title=f"{CANARY} {number}")
        practice.tags.add(Tag.objects.create(name=f"{CANARY} {number}", slug=f"tag-{number}"))
        factories.make_attachment(practice)
    rebuild()
    client = browse(anna)
    page_of(client, "mus")
    for word, count in (("mus", 1), (CANARY, 3)):
        with django_assert_num_queries(8):
            response = client.get("/search/", {"q": f"{word} soort:praktijk community:ciso", "in": "community:ciso"})
        assert len(response.context["answer"].found) == count
