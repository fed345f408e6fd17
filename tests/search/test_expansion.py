"""Expansion: what the words of a query stand for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import stem
from search.expansion import Concept, Plan, plan
from search.language import inflection, lexicon
from search.language.lexicon import Entry, Kind
from search.query import parse
from search.ranking import WEIGHTS
from tests.search.vocabulary import Words


def planned(text: str, *words: str, hidden: tuple[str, ...] = ()) -> Plan:
    return plan(parse(text), Words(*words, hidden=hidden))


def said(concept: Concept, weight: float | None = None) -> set[str]:
    """The words of the forms of a concept, of one weight where that is given."""
    return {word for form in concept.forms if weight in (None, form.weight) for word in form.words}


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("detecteren", "detecteert"), ("flexibelere", "flexibel"), ("bevond", "bevinden"), ("belemmerde", "belemmeren"),
        ("verkocht", "verkoop"), ("verzwijgt", "verzweeg"), ("waarborgt", "waarborgen"), ("overheden", "overheid"),
        ("controleerde", "controleren"), ("negatiefste", "negatief"), ("steden", "stad"), ("aangeklaagd", "aanklagen"),
        ("uitgesproken", "uitspreken"), ("afhankelijkheid", "afhankelijkheden"), ("initiatief", "initiatieven"),
    ],
)  # fmt: skip
def test_a_word_finds_its_inflections_and_they_find_it(typed: str, stands: str) -> None:
    for one, other in ((typed, stands), (stands, typed)):
        (concept,) = planned(one, other).concepts
        same_stem = any(stem(other) in form.stems for form in concept.forms)
        assert other in said(concept) or same_stem


def test_words_that_only_look_alike_are_no_inflections() -> None:
    assert "bestand" not in inflection.forms("bestaan")
    assert "diensten" not in inflection.forms("dien")
    assert "water" not in inflection.forms("wat")
    assert inflection.forms("de") == frozenset()


def test_a_lone_word_is_sought_in_titles_once_more_and_one_of_several_is_not() -> None:
    assert {form.field for form in planned("plan", "plan").concepts[0].forms} == {"", "title"}
    assert {form.field for form in planned("de plannen", "plan").concepts[0].forms} == {"", "title"}
    assert {form.field for concept in planned("plan zorg", "plan").concepts for form in concept.forms} == {""}


def test_compounds_are_found_by_a_part_and_by_their_parts() -> None:
    assert "partnergeweld" in said(planned("geweld", "partnergeweld").concepts[0], WEIGHTS.compound)
    for concept in planned("mensen handel", "mensenhandel").concepts:
        assert "mensenhandel" in said(concept, WEIGHTS.joined)
    assert "veiligheidsplan" in said(planned("veiligheidplan", "veiligheidsplan").concepts[0], WEIGHTS.relinked)
    (whole,) = planned("zorgplanning", "zorg", "planning").concepts
    assert any(form.together and set(form.stems) == {"zorg", stem("planning")} for form in whole.forms)


def test_articles_are_found_however_they_are_written() -> None:
    for text in ("artikel 13b Opiumwet", "art. 13b Opiumwet", "art 13b"):
        concepts = planned(text, "art13b").concepts
        assert all("art13b" in said(concept) for concept in concepts[:2])
    assert all("art6:162" in said(concept) for concept in planned("artikel 6:162", "art6:162").concepts)


def test_an_abbreviation_finds_what_it_stands_for_and_the_other_way_round() -> None:
    (short,) = planned("AVG", "avg", "algemene", "verordening", "gegevensbescherming").concepts
    in_full = ("algemene", "verordening", "gegevensbescherming")
    assert any(form.words == in_full and form.in_order and form.together for form in short.forms)
    for concept in planned("algemene verordening gegevensbescherming", "avg").concepts:
        assert "avg" in said(concept, WEIGHTS.abbreviation)


def test_capitals_make_a_name_of_what_looks_like_a_stop_word() -> None:
    (om,) = planned("OM", "om", "openbaar", "ministerie").concepts
    assert "om" not in said(om)
    assert any(form.words == ("openbaar", "ministerie") for form in om.forms)
    assert "om" in said(planned("om", "om").concepts[0])


def test_own_entries_take_part_at_once_and_hidden_words_never() -> None:
    lexicon.use(lexicon.build([Entry(Kind.SYNONYM, "kater", ("poes",))]))
    try:
        assert "poes" in said(planned("kater", "poes").concepts[0], WEIGHTS.synonym)
        assert "poes" not in said(planned("kater", hidden=("poes",)).concepts[0])
    finally:
        lexicon.use(None)
    assert "poes" not in said(planned("kater", "poes").concepts[0])


def test_of_a_long_question_the_rarest_words_count_and_less_of_them_must_be_met() -> None:
    words = [f"woord{chr(97 + number)}{chr(97 + number)}" for number in range(26)]
    long = planned(" ".join(words), *words)
    assert len(long.concepts) <= 24
    assert long.least_coverage < planned("plan zorg", "plan").least_coverage == WEIGHTS.least_coverage


def test_phrases_and_stop_words_are_left_as_they_are() -> None:
    concepts = planned('"lokale driehoeken"', "driehoek", "driehoekje").concepts
    assert all(len(concept.forms) == 2 for concept in concepts)
    assert [concept.word for concept in planned("wat is het plan", "plan").concepts] == ["plan"]


PIECES = st.sampled_from(["OM", "art.", "13b", "6:162", "de", "plan", '"', "-", "*", "tag:"])


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120) | st.lists(PIECES).map(" ".join))
def test_no_query_raises(text: str) -> None:
    made = plan(parse(text), Words("plan", "partnergeweld", "art13b", "openbaar", "ministerie", hidden=("om",)))
    assert all(concept.forms or concept in made.typed for concept in made.concepts)
    assert 0 <= made.least_coverage <= 1
