"""Words: exact before inflected, phrases, prefixes, negation, fields, compounds, joined forms and typing errors."""

from collections.abc import Callable

import pytest

from search.backends.base import SearchBackend
from tests.search.conformance.conftest import MINE, YOURS, answer, document, found

Filled = Callable[..., SearchBackend]


def test_inflected_forms_are_found_after_the_typed_one(filled: Filled) -> None:
    exact, inflected = document("veiligheidsplan"), document("veiligheidsplannen")
    assert found(filled(inflected, exact), "veiligheidsplan") == [exact.key, inflected.key]


def test_accents_and_capitals_make_no_difference(filled: Filled) -> None:
    one = document("Reële BEËINDIGING", "In het CAFÉ.")
    backend = filled(one)
    for query in ("reele beeindiging", "RE\u0308ELE", "café", "cafe", "Beëindiging"):
        assert found(backend, query) == [one.key], query


def test_a_title_counts_for_more_than_a_body(filled: Filled) -> None:
    inside, named = document("merel", "mus zingt hier"), document("mus", "merel zingt hier")
    assert found(filled(inside, named), "mus") == [named.key, inside.key]


def test_what_has_all_words_comes_before_what_has_one_often(filled: Filled) -> None:
    often, both = document("", "mus " * 50), document("", "een mus en een merel " + "iets " * 50)
    assert found(filled(often, both, document("", "lijster")), "mus merel")[0] == both.key


def test_words_that_stand_together_come_first(filled: Filled) -> None:
    apart = document("", "lokale zaken en een driehoek van hout en meer woorden")
    together = document("", "zaken en een lokale driehoek van hout en meer woorden")
    assert found(filled(apart, together), "lokale driehoek") == [together.key, apart.key]


def test_a_phrase_is_these_words_in_this_order_in_one_text(filled: Filled) -> None:
    right = document("", "aangifte doen bij de burgemeester van de stad")
    inflected = document("", "de vergaderingen sluiten")
    others = [
        document("", "de burgemeester bij zijn aangifte"), document("bij de", "burgemeester"),
        document("", "bij de oude burgemeester"),
    ]  # fmt: skip
    backend = filled(right, inflected, *others)
    assert found(backend, '"bij de burgemeester"') == [right.key]
    assert found(backend, '"bij de burgemeester" stad') == [right.key]
    assert found(backend, '"burgemeester de bij"') == []
    assert found(backend, '"vergadering sluiten"') == [inflected.key]


def test_a_phrase_far_into_a_long_text_is_found(filled: Filled) -> None:
    long = document("", "de mus en de merel " * 3000 + "de lijster van de buren")
    backend = filled(long, document("", "de lijster en de buren van de buren"))
    assert found(backend, '"de lijster van de buren"') == [long.key]


def test_phrases_span_no_two_tags(filled: Filled) -> None:
    one = document("mus", tags=("veilig wonen", "samen leven"))
    backend = filled(one)
    assert found(backend, '"samen leven"') == [one.key]


def test_a_prefix_finds_what_begins_so(filled: Filled) -> None:
    some = [document(f"veilig{end}") for end in ("", "heid", "heidsplan", "er")]
    backend = filled(*some, document("onveilig"), document("vei"))
    assert set(found(backend, "veilig*")) == {one.key for one in some}
    assert set(found(backend, "veiligh*")[:2]) == {one.key for one in some[1:3]}
    assert found(backend, "title:veiligheidsp*") == [some[2].key]


def test_the_last_word_may_be_half_typed(filled: Filled) -> None:
    one = document("de lokale driehoek")
    assert found(filled(one), "lokale drieh") == [one.key]


def test_negation_leaves_out_words_prefixes_and_phrases(filled: Filled) -> None:
    plain, horeca = document("mus", "in de stad"), document("mus", "in de horeca")
    phrase, begun = document("mus", "lokale driehoek hier"), document("mus", "horecagelegenheid en driehoek")
    backend = filled(plain, horeca, phrase, begun)
    everything = {plain.key, horeca.key, phrase.key, begun.key}
    assert set(found(backend, "mus -horeca")) == everything - {horeca.key}
    assert set(found(backend, "mus -horeca*")) == everything - {horeca.key, begun.key}
    assert set(found(backend, 'mus -"lokale driehoek"')) == everything - {phrase.key}
    assert set(found(backend, "mus -title:horeca")) == everything
    assert set(found(backend, "mus -title:mus")) == set()
    assert found(backend, "-horeca") == []


def test_fields_narrow_a_word(filled: Filled) -> None:
    named = document("mus", "merel", author="Anna de Vries", organisation="Gemeente Schiedam", tags=("vogels",))
    other = document("Anna", "mus vogels Vries")
    backend = filled(named, other)
    assert found(backend, "titel:mus") == [named.key]
    assert found(backend, "title:merel") == []
    assert found(backend, "tag:vogels") == [named.key]
    assert found(backend, "auteur:vries") == [named.key]
    assert found(backend, "auteur:schiedam") == [named.key]
    assert found(backend, 'title:"anna"') == [other.key]
    assert set(found(backend, "vogels")) == {named.key, other.key}


def test_authors_are_found_but_never_proposed(filled: Filled) -> None:
    one = document("mus", author="Kanariepiet")
    backend = filled(one)
    assert found(backend, "kanariepiet") == [one.key]
    assert answer(backend, "kanareipiet").corrections == ()


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("partnergeweld", "geweld"),
        ("geweldspreventie", "geweld"),
        ("mensenhandel", "mensen handel"),
        ("veiligheidsplan", "veiligheid plan"),
        ("huis-aan-huis", "huisaanhuis"),
        ("ex-partner", "ex partner"),
        ("huisverbod", "huisvrebod"),
        ("burgemeester", "burgemeesster"),
        ("a.u.b.", "aub"),
        ("273f", "273f"),
    ],
)
def test_compounds_joined_forms_and_typing_errors(text: str, query: str, filled: Filled) -> None:
    one = document(f"over {text}", "partner preventie mensen veiligheid")
    assert one.key in found(filled(one), query)


def test_a_correction_names_the_word_that_was_searched_for(filled: Filled) -> None:
    backend = filled(document("huisverbod"), document("merel", audience=YOURS))
    assert [tuple(one) for one in answer(backend, "huisvrebod").corrections] == [("huisvrebod", "huisverbod")]
    assert answer(backend, "huisverbod").corrections == ()
    assert answer(backend, "merle", {MINE}).corrections == ()


def test_stop_words_alone_are_still_words(filled: Filled) -> None:
    one = document("", "hoe en waarom")
    assert found(filled(one, document("mus")), "waarom") == [one.key]


def test_titles_and_excerpts_mark_what_was_found(filled: Filled) -> None:
    backend = filled(document("De <b>mus</b>", "Een lange tekst. " * 50 + "De mussen fluiten & zingen."))
    (hit,) = answer(backend, "mus").hits
    assert "".join(part.text for part in hit.title) == "De <b>mus</b>"
    assert [part.text for part in hit.title if part.is_match] == ["mus"]
    assert [part.text for part in hit.snippet if part.is_match] == ["mussen"]
    assert "fluiten & zingen." in "".join(part.text for part in hit.snippet)
    assert (hit.kind, hit.key) == ("practice", f"practice:{hit.pk}")
