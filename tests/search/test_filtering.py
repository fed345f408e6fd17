"""From operators to filters: what each means, what is explained, and that nobody learns more by asking."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.http import QueryDict
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.models import Label
from search.advanced import NAMES, composed, filled
from search.backends.base import Choice
from search.filtering import Asked, asked_of
from search.query import Word
from tests import factories
from tests.search.test_query import QUERIES

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def ask(person: Any, text: str, **more: str) -> Asked:
    """What this person asks with these words."""
    return asked_of(person, {"q": text, **more})


def only(*values: Any) -> Choice:
    """Any of these."""
    return Choice(only=frozenset(map(str, values)))


def never(*values: Any) -> Choice:
    """None of these."""
    return Choice(never=frozenset(map(str, values)))


@pytest.mark.parametrize(
    ("text", "facet", "choice"),
    [
        ("type:practice", "kind", only("practice")),
        ("soort:gesprek soort:REACTIES", "kind", only("thread", "post")),
        ("-soort:chat -type:reply", "kind", never("message", "post")),
        ("label:clear", "label", only(Label.CLEAR)),
        ("label:TLP:amber+strict -label:RED", "label", Choice(frozenset({Label.AMBER_STRICT}), frozenset({Label.RED}))),
        ("status:gepubliceerd", "status", only("published")),
        ("is:onbeantwoord is:locked", "status", only("unanswered", "locked")),
        ("heeft:bijlage", "has", only("document")),
        ("-has:document", "has", never("document")),
        ("jaar:2026 year:2025", "year", only("2026", "2025")),
    ],
)
def test_operators_with_fixed_values_choose_them(text: str, facet: str, choice: Choice, anna: Any) -> None:
    asked = ask(anna, f"plan {text}")
    assert asked.filters.choices == {facet: choice}
    assert asked.errors == ()
    assert asked.query.terms == (Word("plan"),)


def test_communities_themes_and_organisations_go_by_name_and_short_name(
    anna: Any, ciso: Any, zorg: Any, schiedam: Any, bram: Any
) -> None:
    ciso.theme.name_en = "Digital crime"
    ciso.theme.save()
    for text, facet, value in (
        ("community:ciso", "community", ciso.pk),
        ("gemeenschap:CISO-Netwerk", "community", ciso.pk),
        ('community:"Zorg en Veiligheid"', "community", zorg.pk),
        (f"thema:{ciso.theme.slug}", "theme", ciso.theme.slug),
        ('theme:"digital crime"', "theme", ciso.theme.slug),
        ('org:"gemeente schiedam"', "organisation", schiedam.name),
        (f"organisatie:{schiedam.slug}", "organisation", schiedam.name),
    ):
        asked = ask(anna, text)
        assert (asked.filters.choices, asked.errors) == ({facet: only(value)}, ()), text


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("na:2026-03-15", (2026, 3, 15), None),
        ("since:2026", (2026, 1, 1), None),
        ("voor:2026-03", None, (2026, 3, 1)),
        ('vanaf:"15 maart 2026" tot:"1 april 2026"', (2026, 3, 15), (2026, 4, 1)),
        ("-before:2026", (2026, 1, 1), None),
        ("-vanaf:gisteren", None, (2026, 3, 17)),
        ("after:2025 after:2026 before:2028 before:2027", (2026, 1, 1), (2027, 1, 1)),
        ('na:"vorige week"', (2026, 3, 9), None),
    ],
)
@time_machine.travel(datetime(2026, 3, 18, 0, 30, tzinfo=AMSTERDAM))
def test_dates_are_days_of_amsterdam(text: str, since: Any, until: Any, anna: Any) -> None:
    filters = ask(anna, text).filters
    assert filters.since == (datetime(*since, tzinfo=AMSTERDAM) if since else None)
    assert filters.until == (datetime(*until, tzinfo=AMSTERDAM) if until else None)


@pytest.mark.parametrize("piece", [
    "type:banaan", "label:rood", "label:TLP:PURPLE", "status:x", "is:published", "has:hond", "year:26", "year:٢٠٢٦",
    "before:ooit", "-na:31-2-2026", "community:nergens", "theme:nergens", "org:nergens", "in:voetnoot",
])  # fmt: skip
def test_a_value_that_means_nothing_is_explained_where_it_stands_and_the_rest_works(piece: str, anna: Any) -> None:
    asked = ask(anna, f"plan {piece} soort:chat")
    (error,) = asked.errors
    assert asked.text[error.start : error.end] == error.piece == piece
    assert error.message
    assert asked.filters.choices == {"kind": only("message")}
    assert asked.query.terms == (Word("plan"),)
    assert not asked.is_nothing


def test_what_one_may_not_see_and_what_is_not_there_are_explained_in_the_same_words(
    anna: Any, carla: Any, visitor: Any, mensenhandel: Any, bram: Any, ciso: Any, settings: Any
) -> None:
    settings.PUBLISH_CLEAR = True
    for person in (anna, carla, visitor):
        for operator in ("community", "-community"):
            (seen,) = ask(person, f"{operator}:mensenhandel").errors
            (absent,) = ask(person, f"{operator}:mensenhandql").errors
            assert (seen.message, seen.start) == (absent.message, absent.start)
        for name in (f"community:{mensenhandel.slug}", "community:mensenhandql"):
            assert ask(person, "plan", **{"in": name}).whole_is_unknown
    assert ask(bram, "community:mensenhandel").errors == ()
    assert len(ask(visitor, "community:ciso").errors) == 1
    assert len(ask(visitor, 'org:"Gemeente Schiedam"').errors) == 1


def test_an_organisation_is_known_by_its_people_or_by_what_they_wrote(carla: Any, ciso: Any) -> None:
    silent = factories.make_organisation("Stille dienst")
    former = factories.make_person("Oud Collega", organisation=silent)
    former.is_active = False
    former.save()
    assert len(ask(carla, 'org:"stille dienst"').errors) == 1
    practice = factories.make_practice(ciso, former, label=Label.AMBER)
    assert len(ask(carla, 'org:"stille dienst"').errors) == 1
    practice.label, practice.audience_id = Label.GREEN, factories.make_practice(ciso, former).audience_id
    practice.save()
    assert ask(carla, 'org:"stille dienst"').errors == ()


def test_a_search_stays_inside_a_place_that_one_may_see(anna: Any, carla: Any, bram: Any, ciso: Any, zorg: Any) -> None:
    thread = factories.make_thread(ciso, bram, title="De draad")
    room = factories.make_room(ciso, bram, name="De kamer")
    for thing, kind, name in ((thread, "thread", "De draad"), (room, "room", "De kamer")):
        key = f"{kind}:{thing.pk}"
        asked = ask(anna, "plan", **{"in": key})
        assert (asked.filters.choices, asked.whole.name) == ({"whole": only(key)}, name)
        outside = ask(carla, "plan", **{"in": key})
        assert (outside.filters.choices, outside.whole, outside.whole_is_unknown) == ({}, None, True)
        assert outside == ask(carla, "plan", **{"in": f"{kind}:999999"})
    inside = ask(anna, "plan community:ciso", **{"in": "community:ciso"})
    assert inside.filters.choices == {"community": only(ciso.pk)}
    nowhere = ask(anna, "plan community:zorg", **{"in": "community:ciso"})
    assert nowhere.filters.choices["community"].only.isdisjoint({str(ciso.pk), str(zorg.pk)})
    assert nowhere.filters.choices["community"].only


def test_nothing_is_asked_without_words_or_something_that_narrows(anna: Any, ciso: Any) -> None:
    for text in ("", "  ", "-plan", "-type:chat", "type:banaan", '"'):
        assert ask(anna, text).is_nothing, text
        assert ask(anna, text, **{"in": "community:ciso"}).is_nothing
    for text in ("plan", "type:chat", "-before:2026"):
        assert not ask(anna, text).is_nothing


def test_without_words_the_newest_come_first_and_an_address_makes_the_same_search_again(anna: Any, ciso: Any) -> None:
    assert ask(anna, "type:chat").order == "newest"
    assert ask(anna, "plan type:chat").order == "best"
    assert ask(anna, "plan", sort="date").order == "newest"
    for asked in (ask(anna, "plan", sort="date", **{"in": "community:ciso"}), ask(anna, "type:chat"), ask(anna, "")):
        assert asked_of(anna, asked.parameters()) == asked


def form(**fields: Any) -> QueryDict:
    """The form as a browser sends it: every field is there."""
    data = QueryDict(mutable=True)
    for name in NAMES:
        data[name] = ""
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def test_the_form_writes_operators_and_a_query_fills_the_form(anna: Any, ciso: Any, bram: Any) -> None:
    data = form(
        words='plan veilig* "open', phrase="van aanpak", without='horeca "lokale driehoek"', title="jeugd",
        author="bram", type=["practice", "thread"], label="TLP:AMBER", community="ciso", org="Gemeente Schiedam",
        since="2026-03-15", before="2026-04-01", year="2026", has="document", status="unanswered", sort="date",
    )  # fmt: skip
    with translation.override("nl"):
        asked = asked_of(anna, data)
        assert asked.text == (
            'plan veilig* "open" "van aanpak" title:jeugd author:bram -horeca -"lokale driehoek" soort:praktijk '
            'soort:gesprek community:ciso organisatie:"Gemeente Schiedam" label:TLP:AMBER status:onbeantwoord '
            "heeft:document jaar:2026 vanaf:2026-03-15 voor:2026-04-01"
        )
        assert (asked.errors, asked.order) == ((), "newest")
        again = filled(asked, "nl")
    assert (again.words, again.phrase) == (["plan", "veilig*", "open"], "van aanpak")
    assert again.without == 'horeca "lokale driehoek"'
    assert again.of_words == {"title": "jeugd", "tag": "", "author": "bram"}
    assert again.chosen["type"] == ["practice", "thread"]
    assert again.chosen["community"] == ["ciso"]
    assert again.chosen["since"] == ["2026-03-15"]


def test_what_no_field_can_hold_stays_with_the_words(anna: Any, ciso: Any, zorg: Any) -> None:
    asked = ask(anna, 'plan "een twee" "drie vier" community:ciso community:zorg -type:chat label:x')
    again = filled(asked, "en")
    assert again.words == ["plan", '"drie vier"', "community:zorg", "-type:chat", "label:x"]
    assert again.chosen == {"community": ["ciso"]}


@pytest.fixture
def _two_communities(ciso: Any, zorg: Any) -> None:
    """What queries may name."""


@pytest.mark.usefixtures("_two_communities")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(text=QUERIES, language=st.sampled_from(["nl", "en"]))
def test_any_query_is_answered_and_survives_the_form(text: str, language: str, anna: Any) -> None:
    with translation.override(language):
        asked = ask(anna, text)
        for error in asked.errors:
            assert asked.text[error.start : error.end] == error.piece
        again = filled(asked, language)
        data = form(
            words=" ".join(again.words), phrase=again.phrase, without=again.without, **again.of_words, **again.chosen
        )
        sent = asked_of(anna, data)
        if not asked.query.is_cut and not sent.query.is_cut:
            assert sorted(map(repr, sent.query.terms)) == sorted(map(repr, asked.query.terms))
            assert sent.query.without == asked.query.without
            assert sent.filters == asked.filters
            assert len(sent.errors) == len(asked.errors)


@given(st.dictionaries(st.sampled_from([*NAMES, "q", "in", "sort"]), st.text(max_size=30), max_size=6))
@settings(max_examples=60)
def test_no_fields_break_the_composing(fields: dict[str, str]) -> None:
    assert isinstance(composed(fields, "nl"), str)
