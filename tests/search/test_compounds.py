"""Compounds: splitting words, and finding whole for parts and parts for whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.compounding import Compounds, joined
from search.language import lexicon
from search.language.compounds import LINKS, split
from search.language.lexicon import Entry, Kind
from tests.search.vocabulary import Words

SHIPPED = lexicon.build(lexicon.shipped())


def parts(word: str, *known: str) -> tuple[str, ...]:
    return split(word, SHIPPED, lambda part: part in known)


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("partnergeweld", ("partner", "geweld")),
        ("mensenhandel", ("mensenhandel",)),  # a part of compounds itself, and mens+en+handel is found by its parts
        ("veiligheidsplan", ("veiligheid", "plan")),
        ("veiligheidplan", ("veiligheid", "plan")),
        ("veiligheidsplannen", ("veiligheid", "plannen")),
        ("jeugdzorgbeleid", ("jeugdzorg", "beleid")),
        ("kinderopvangtoeslag", ("kinderopvang", "toeslag")),
        ("strafrecht", ("strafrecht",)),
        ("veiligheid", ("veiligheid",)),
        ("bestuur", ("bestuur",)),
        ("wet", ("wet",)),
        ("qwertyuiop", ("qwertyuiop",)),
    ],
)
def test_splitting_with_the_shipped_lists(word: str, wanted: tuple[str, ...]) -> None:
    found = parts(word)
    if word in ("mensenhandel", "strafrecht"):
        assert found in (wanted, ("mens", "handel"), ("mensen", "handel"), ("straf", "recht"))
    else:
        assert found == wanted


def test_words_of_the_site_are_parts_too() -> None:
    assert parts("zwavelbron") == ("zwavelbron",)
    assert parts("zwavelbron", "zwavel") == ("zwavel", "bron")


def test_endings_that_derive_words_are_no_parts() -> None:
    assert parts("veiligheden", "heden", "veilig") == ("veiligheden",)
    assert parts("broederschap", "schap", "broeder") == ("broederschap",)


def test_exceptions_go_before_everything() -> None:
    own = lexicon.build(
        [*lexicon.shipped(), Entry(Kind.EXCEPTION, "partnergeweld"), Entry(Kind.EXCEPTION, "zorgbal", ("zorg", "bal"))]
    )
    assert split("partnergeweld", own, lambda _word: False) == ("partnergeweld",)
    assert split("zorgbal", own, lambda _word: False) == ("zorg", "bal")


@given(st.text(alphabet="aebdszngrijkt", min_size=1, max_size=48))
def test_parts_cover_the_word_but_for_linking_letters(word: str) -> None:
    rest, found = word, split(word, SHIPPED, lambda part: len(part) % 3 == 0)
    for at, part in enumerate(found):
        links = [link for link in (LINKS if at else ("",)) if rest.startswith(link + part)]
        assert links
        rest = rest[len(max(links, key=len)) + len(part) :] if len(links) == 1 else rest[rest.index(part) + len(part) :]
    assert rest == ""


def test_a_word_finds_the_compounds_that_it_is_part_of() -> None:
    compounds = Compounds(Words("partnergeweld", "geweldsdelict", "geweldig", "gewelddadig", "partner", "delict"))
    assert compounds.around("geweld") == ["geweldsdelict", "partnergeweld"]
    assert compounds.around("heid") == []


def test_what_the_reader_may_not_see_makes_no_compound() -> None:
    hidden = Words("zwavelgeweld", hidden=("zwavel",))
    assert Compounds(hidden).around("geweld") == []
    assert Compounds(Words("zwavelgeweld", "zwavel")).around("geweld") == ["zwavelgeweld"]


def test_an_exception_keeps_a_word_out_of_a_compound() -> None:
    lexicon.use(lexicon.build([*lexicon.shipped(), Entry(Kind.EXCEPTION, "partnergeweld")]))
    try:
        assert Compounds(Words("partnergeweld")).around("geweld") == []
    finally:
        lexicon.use(None)


def test_other_linking_letters_find_the_same_compound() -> None:
    compounds = Compounds(Words("veiligheidsplan", "uitgangspunt"))
    assert compounds.relinked("veiligheidplan") == ["veiligheidsplan"]
    assert compounds.relinked("uitgangpunt") == ["uitgangspunt"]
    assert compounds.relinked("veiligheidsplan") == []
    assert Compounds(Words(hidden=("veiligheidsplan",))).relinked("veiligheidplan") == []


def test_words_apart_are_tried_as_one() -> None:
    assert "mensenhandel" in set(joined(["mensen", "handel"]))
    assert "veiligheidsplan" in set(joined(["veiligheid", "plan"]))
    assert list(joined(["6", "162"])) == ["6:162", "6.162"]
    assert list(joined(["a" * 40, "b" * 40])) == []
