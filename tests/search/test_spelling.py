"""Spelling: what a mistyped word may have been meant as, never a word that the reader may not see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.expansion import plan
from search.query import parse
from search.spelling import near_words
from tests.search.vocabulary import Words


@pytest.mark.parametrize("typed", ["mensenandel", "mensenhhandel", "mensenhandal", "mensehnandel"])
def test_one_mistake_is_looked_past(typed: str) -> None:
    assert near_words(typed, Words("mensenhandel")) == ["mensenhandel"]


def test_two_mistakes_are_looked_past_in_long_words_whose_beginning_is_right() -> None:
    assert near_words("mensnhandal", Words("mensenhandel")) == ["mensenhandel"]
    assert near_words("nemsenhandal", Words("mensenhandel")) == []
    assert near_words("plaanz", Words("plan")) == []


def test_a_word_that_finds_enough_is_not_corrected() -> None:
    assert near_words("plan", Words(counts={"plan": 5, "plat": 500})) == []


def test_a_word_that_finds_little_is_corrected_where_another_finds_much_more() -> None:
    assert near_words("plaan", Words(counts={"plaan": 1, "plaat": 5})) == []
    assert near_words("plaan", Words(counts={"plaan": 1, "plaat": 50})) == ["plaat"]


def test_the_likeliest_words_come_first() -> None:
    assert near_words("plaan", Words(counts={"plaat": 2, "plan": 9})) == ["plan", "plaat"]


def test_a_word_that_the_reader_may_not_see_is_no_correction() -> None:
    kanarie = Words("bijeenkomst", hidden=("kanarievogel",))
    assert near_words("kanarievogal", kanarie) == []
    planned = plan(parse("kanarievogal"), kanarie)
    assert planned.corrections == ()
    assert all("kanarievogel" not in form.words for concept in planned.concepts for form in concept.forms)


@given(st.text(max_size=30))
def test_nothing_that_is_typed_raises(text: str) -> None:
    assert isinstance(near_words(text, Words("mensenhandel", "plan")), list)
