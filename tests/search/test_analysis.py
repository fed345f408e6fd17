"""Analysis: what the words of a text are, and what their forms have in common."""

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import analysis
from search.analysis import ENGLISH, fingerprint, fold, normalise, snowball, stem, tokens, words, words_apart

ROOT = Path(__file__).resolve().parent.parent.parent
PAIRS = Path(os.environ.get("KENNISKRING_SHARED", ROOT.parent / "shared")) / "corpus/lang/snowball_dutch.tsv.gz"


@pytest.mark.skipif(not PAIRS.is_file(), reason="The published stems are not here: set KENNISKRING_SHARED.")
def test_stems_are_those_that_snowball_publishes_for_dutch() -> None:
    with gzip.open(PAIRS, "rt", encoding="utf-8") as lines:
        pairs = [line.rstrip("\n").split("\t") for line in lines]
    assert len(pairs) > 45_000
    assert [(word, snowball(word), wanted) for word, wanted in pairs if snowball(word) != wanted] == []


@given(st.text(max_size=200))
def test_folding_keeps_every_character_where_it_was(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.sampled_from("ab13é-.:'’ \u2010\u00adßİ,artikeln/t m"), max_size=80) | st.text(max_size=80))
def test_words_come_in_order_and_lie_in_the_text(text: str) -> None:
    folded = fold(normalise(text))
    before = 0
    for token in tokens(folded):
        assert before <= token.position <= before + 1
        assert 0 <= token.start < token.end <= len(folded)
        assert 0 < len(token.word) <= analysis.MAX_WORD_LENGTH
        assert stem(token.word)
        before = token.position
    assert len(words_apart(text)) <= len(words(text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Reële beëindiging", ["reele", "beeindiging"]),
        ("foto's", ["fotos"]),
        ("a.u.b.", ["aub"]),
        ("ex-leden", ["exleden", "ex", "leden"]),
        ("veilig\u00adheid", ["veiligheid"]),
        ("versie 2.1 van 1.000", ["versie", "2.1", "van", "1.000"]),
        ("om 10:30 uur", ["om", "10:30", "uur"]),
        ("let op:nu", ["let", "op", "nu"]),
    ],
)
def test_words_of_a_text(text: str, wanted: list[str]) -> None:
    assert words(text) == wanted


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("artikel 273f Sr", {"art273f"}),
        ("art. 13b Opiumwet", {"art13b"}),
        ("art 13b", {"art13b"}),
        ("artikelen 12, 13 en 14a van de wet", {"art12", "art13", "art14a"}),
        ("artikel 6:162 BW", {"art6:162"}),
        ("het artikel van 13 mei", set()),
        ("artikel 13bis-achtig", {"art13bis"}),
        ("artikel", set()),
    ],
)
def test_an_article_of_a_law_is_a_word_of_its_own(text: str, articles: set[str]) -> None:
    found = words(text)
    assert {word for word in found if word.startswith("art") and word[3:4].isdecimal()} == articles


def test_english_words_keep_apart_what_the_dutch_stemmer_brings_together() -> None:
    assert snowball("given") == snowball("giftig")
    assert stem("given") != stem("giftig")
    assert stem("weekenden") == stem("weekend") != stem("week")
    assert stem("managers") == stem("manager")
    assert stem("gevallen") == snowball("gevallen")
    assert all(stem(word) == word for word in ENGLISH)


def test_the_fingerprint_follows_the_english_words_and_no_other_list(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    monkeypatch.setattr(analysis, "digest", lambda name: f"another {name}")
    assert fingerprint.__wrapped__() != before


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [("geweld", "geweld"), ("overheid", "overheid"), ("overheden", "overheid"), ("eenheden", "eenheid"),
     ("mens", "mens"), ("mensen", "mens"), ("over", "over"), ("wel", "wel"), ("plannen", "plan")],
)  # fmt: skip
def test_no_word_is_stemmed_to_one_that_says_nothing(word: str, stemmed: str) -> None:
    assert analysis.stem(word) == stemmed
