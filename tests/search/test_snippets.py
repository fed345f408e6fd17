"""Excerpts: the words that made the find, marked where they stand, in stretches that can be read."""

from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis import stem
from search.backends.base import Segment
from search.snippets import EXCERPT, MAX_FOUND, MAX_LOOKED_AT, Marker, excerpt, mark

FILLER = "Dit is een zin die nergens over gaat. " * 30


def marker(*asked: str, also: Iterable[str] = (), prefixes: Iterable[str] = ()) -> Marker:
    """What marks these typed words with their forms, and these longer words that contain them."""
    return Marker({*asked, *also}, {stem(word) for word in asked}, prefixes)


def shown(segments: Iterable[Segment]) -> str:
    """An excerpt with its marks in brackets."""
    return "".join(f"[{part.text}]" if part.is_match else part.text for part in segments)


def test_words_and_their_forms_are_marked() -> None:
    text = "De gemeente en andere GEMEENTEN, maar niet de gemeenteraad."
    assert shown(excerpt(text, marker("gemeente"))) == (
        "De [gemeente] en andere [GEMEENTEN], maar niet de gemeenteraad."
    )


def test_within_a_longer_word_only_the_part_that_was_asked_for_is_marked() -> None:
    long_words = ["huiselijkgeweldcoordinator", "partnergeweld", "geweldsincident"]
    text = "De huiselijkgeweldcoördinator zag partnergeweld, geweldsincidenten en een geweldsincident."
    assert shown(excerpt(text, marker("geweld", also=long_words))) == (
        "De huiselijk[geweld]coördinator zag partner[geweld], geweldsincidenten en een [geweld]sincident."
    )


def test_the_longest_word_that_was_asked_for_is_marked_and_a_typed_word_as_a_whole() -> None:
    both = marker("huis", "huisverbod", also=["huisverbodzaak", "huisarts"])
    assert shown(excerpt("Een huisverbod, een huisverbodzaak en een huisarts.", both)) == (
        "Een [huisverbod], een [huisverbod]zaak en een [huis]arts."
    )


def test_a_prefix_marks_whole_words_that_begin_so() -> None:
    text = "Over veiligheid"
    assert shown(mark(text, marker(prefixes=["veilig"]).matches(text))) == "Over [veiligheid]"


def test_words_that_stand_far_apart_are_shown_in_two_stretches() -> None:
    text = f"{FILLER}Er was geweld in huis. {FILLER}{FILLER}De opvang was dicht. {FILLER}"
    found = shown(excerpt(text, marker("geweld", "opvang")))
    assert found.startswith("… ")
    assert found.endswith("\u00a0…")
    assert found.count(" … ") == 1
    assert found.index("[geweld]") < found.index(" … ") < found.index("[opvang]")
    assert len(found) < EXCERPT + 30


def test_words_that_stand_together_are_shown_in_one_stretch() -> None:
    text = f"{FILLER}Geweld. {FILLER}Na het geweld kwam de opvang. {FILLER}"
    found = shown(excerpt(text, marker("geweld", "opvang")))
    assert "[geweld] kwam de [opvang]" in found
    assert found.count("…") == 2


def test_without_a_match_the_text_begins_at_its_beginning() -> None:
    assert shown(excerpt("Een korte tekst.", marker("geweld"))) == "Een korte tekst."
    assert shown(excerpt("", marker("geweld"))) == ""
    assert shown(excerpt(FILLER, Marker(()))).startswith("Dit is")


@pytest.mark.parametrize("letter", ["x", "e\u0301", "👩\u200d👧", "ö", "字"])
def test_a_word_without_an_end_is_cut_between_letters(letter: str) -> None:
    found = shown(excerpt("geweld " + letter * 2000, marker("geweld"))) + shown(excerpt(letter * 2000, marker("a")))
    assert letter * 20 in found
    for part in found.replace("…", "").split():
        rest = part.replace(letter, "").replace("[geweld]", "")
        assert rest == ""


@example(" ", [" "])
@example(" \r geweld", ["\r"])
@given(st.text(max_size=600), st.lists(st.text(min_size=1, max_size=12), max_size=4))
def test_no_text_and_no_words_break_an_excerpt_and_nothing_is_made_up(text: str, asked: list[str]) -> None:
    cut = excerpt(text, marker(*asked, prefixes=asked[:1]), length=80)
    flat = "".join(" " if letter.isspace() else letter for letter in text)
    for piece in "".join(part.text for part in cut).split("…"):
        assert piece.strip() in flat or "…" in text


@pytest.mark.parametrize(
    "unit", ["geweld ", "geweld", "geweld-", "gewicht ", "e\u0301", "'" * 9, f"{FILLER}geweld {FILLER}opvang "]
)
def test_the_work_for_a_long_text_is_bounded(unit: str) -> None:
    text = (unit * (600_000 // len(unit) + 1))[:600_000]
    asked = marker("geweld", "opvang")
    assert len(asked.matches(text)) <= MAX_FOUND
    assert asked.matches(text) == asked.matches(text[:MAX_LOOKED_AT])
    assert sum(len(part.text) for part in excerpt(text, asked)) <= 2 * EXCERPT
