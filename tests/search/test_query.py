"""The query language: whatever is typed becomes a tree, and a tree becomes a text that means the same."""

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search import dates
from search.query import (
    MAX_CHARACTERS,
    MAX_OPERATORS,
    MAX_TYPED,
    MAX_WORD_LENGTH,
    MAX_WORDS,
    Operator,
    Phrase,
    Query,
    Word,
    parse,
    render,
    render_term,
    with_operator,
    without_spans,
)
from search.query.operators import NAMED, OPERATORS, VALUES

WEDNESDAY = date(2026, 3, 18)
NAMES = st.sampled_from([*NAMED, "title", "titel", "tag", "author", "auteur", "foo"])
PIECES = st.one_of(
    st.sampled_from(
        ['"', "-", "*", ":", " ", "veilig", "e\u0301e\u0301n", "in:title", "-in:tag", "\ud800", "\x00", "ﬁ"]
    ),
    st.text(max_size=12),
    st.builds("{}:{}".format, NAMES, st.text(max_size=8)),
    st.builds('-{}:"{}"'.format, NAMES, st.text(max_size=20)),
)
QUERIES = st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=MAX_TYPED + 50)


def size_of(query: Query) -> tuple[int, int]:
    """How many words and how many characters of words a tree holds."""
    texts = [text for term in query.terms + query.without for text in getattr(term, "words", None) or (term.text,)]
    return len(texts), sum(map(len, texts))


@given(QUERIES)
@example("in:title " + "a " * 16 + "-in:author")
@example("-in:title " + "abcdefgh " * 16)
@example('org:"' + "a" * 400)
@example("x" * 63 + "-y")
@example("type:" * 300)
@example('"a b" title:"a b" in:title -in:title "a b"')
def test_any_text_becomes_a_tree_within_the_limits_that_is_the_same_after_rendering(text: str) -> None:
    query = parse(text)
    words, characters = size_of(query)
    assert words <= MAX_WORDS
    assert characters <= MAX_CHARACTERS
    assert len(query.operators) <= MAX_OPERATORS
    for language in ("en", "nl"):
        rendered = render(query, language)
        assert len(rendered) <= MAX_TYPED
        again = parse(rendered)
        assert again == query
        assert not again.is_cut


@given(QUERIES)
def test_operators_stand_where_they_say_and_can_be_taken_out(text: str) -> None:
    query = parse(text)
    for operator in query.operators:
        (alone,) = parse(query.text[operator.start : operator.end]).operators
        assert alone == operator
    left = without_spans(query.text, [(one.start, one.end) for one in query.operators])
    if not query.is_cut:
        assert parse(left).operators == ()


@given(QUERIES.map(parse), st.sampled_from(["nl", "en"]))
def test_an_operator_can_be_added_to_any_text(query: Query, language: str) -> None:
    added = Operator("org", "Gemeente 's-Hertogenbosch")
    longer = parse(with_operator(query.text, added, language))
    if not longer.is_cut:
        assert longer.operators == (*query.operators, added)


@pytest.mark.parametrize(
    ("text", "terms", "without"),
    [
        ("aangifte doen", (Word("aangifte"), Word("doen")), ()),
        ('"lokale driehoek" -horeca', (Phrase(("lokale", "driehoek")),), (Word("horeca"),)),
        ('-"lokale driehoek"', (), (Phrase(("lokale", "driehoek")),)),
        ('"een twee" een een "een twee" -x -x', (Phrase(("een", "twee")), Word("een"), Word("een")), (Word("x"),)),
        ("veilig* ve*", (Word("veilig", is_prefix=True), Word("ve")), ()),
        ("titel:Plan -tag:jeugd", (Word("Plan", "title"),), (Word("jeugd", "tags"),)),
        ('author:"de vries"', (Phrase(("de", "vries"), "author"),), ()),
        ("plan in:titel auteur:bram", (Word("plan", "title"), Word("bram", "author")), ()),
        ("plan -in:title", (Word("plan"),), (Word("plan", "title"),)),
        ("“slimme ‘aanhalingstekens’”", (Phrase(("slimme", "aanhalingstekens")),), ()),
        ("art. 13b a.u.b. foto's", (Word("art"), Word("13b"), Word("a.u.b"), Word("foto's")), ()),
        ("voor: de politie na :2026", tuple(map(Word, ["voor", "de", "politie", "na", "2026"])), ()),
        ("voor:, Thema: zorg", tuple(map(Word, ["voor", "Thema", "zorg"])), ()),
        ("https://example.org/a nota:bene", tuple(map(Word, ("https", "example.org/a", "nota", "bene"))), ()),
        ('nota:"bene dictus"', (Word("nota"), Phrase(("bene", "dictus"))), ()),
        ("*a* (((( ~2 [a TO b] OR", tuple(map(Word, ["a", "2", "a", "TO", "b", "OR"])), ()),
        ("comm\u00adunity\u200b x", (Word("community"), Word("x")), ()),
        ("", (), ()),
        ('" - : "" -"', (), ()),
    ],
)
def test_words_phrases_and_fields_become_terms(text: str, terms: tuple[Any, ...], without: tuple[Any, ...]) -> None:
    query = parse(text)
    assert (query.terms, query.without, query.operators) == (terms, without, ())


@pytest.mark.parametrize("name", NAMED)
def test_every_name_of_an_operator_works_with_and_without_a_minus(name: str) -> None:
    query = parse(f'{name}:iets, -{name.upper()}:"nog  iets" plan')
    assert query.operators == (Operator(NAMED[name], "iets"), Operator(NAMED[name], "nog iets", is_negated=True))
    assert query.terms == (Word("plan"),)
    assert [query.text[one.start : one.end] for one in query.operators] == [
        f"{name}:iets,",
        f'-{name.upper()}:"nog  iets"',
    ]


def test_values_have_one_meaning_each() -> None:
    for names in (*VALUES.values(), OPERATORS):
        written = [name for some in names.values() for name in set(some)]
        assert len(written) == len(set(written))
        assert all(name == name.lower() for name in written)


def test_what_is_over_the_limits_is_left_out_and_said_to_be() -> None:
    assert len(parse("woord " * (MAX_WORDS + 1)).terms) == MAX_WORDS
    assert parse("woord " * (MAX_WORDS + 1)).is_cut
    assert not parse("woord " * MAX_WORDS).is_cut
    assert parse(f"{'a' * 60} " * 6).is_cut
    assert len(parse("a" * 500).terms[0].text) == MAX_WORD_LENGTH
    assert len(parse("year:2026 " * 17).operators) == MAX_OPERATORS
    assert parse("year:2026 " * 17).is_cut
    assert parse(" " * MAX_TYPED + "woord").is_cut


def test_taking_an_operator_out_leaves_the_rest_as_it_was_typed() -> None:
    query = parse("  Wat  is  type:chat een   “AVE”?  year:2026")
    assert without_spans(query.text, [(one.start, one.end) for one in query.operators]) == 'Wat  is een   "AVE"?'
    assert with_operator('plan "van aanpak', Operator("type", "chat"), "nl") == 'plan "van aanpak" soort:chat'
    assert with_operator("", Operator("community", "ciso"), "en") == "community:ciso"
    assert render_term(Phrase(("a", "b"), "tags")) == 'tag:"a b"'


@pytest.mark.parametrize(
    ("written", "first", "end"),
    [
        ("2026", (2026, 1, 1), (2027, 1, 1)),
        ("2026-03", (2026, 3, 1), (2026, 4, 1)),
        ("12-2025", (2025, 12, 1), (2026, 1, 1)),
        ("2026-03-15", (2026, 3, 15), (2026, 3, 16)),
        ("15-3-2026", (2026, 3, 15), (2026, 3, 16)),
        ("15.3.2026", (2026, 3, 15), (2026, 3, 16)),
        ("2026/3/15", (2026, 3, 15), (2026, 3, 16)),
        ("15 maart 2026", (2026, 3, 15), (2026, 3, 16)),
        ("15 March 2026", (2026, 3, 15), (2026, 3, 16)),
        ("March 15, 2026", (2026, 3, 15), (2026, 3, 16)),
        ("15-mrt-2026", (2026, 3, 15), (2026, 3, 16)),
        ("maart", (2026, 3, 1), (2026, 4, 1)),
        ("vandaag", (2026, 3, 18), (2026, 3, 19)),
        ("yesterday", (2026, 3, 17), (2026, 3, 18)),
        ("vorige week", (2026, 3, 9), (2026, 3, 16)),
        ("this-week", (2026, 3, 16), (2026, 3, 23)),
        ("last month", (2026, 2, 1), (2026, 3, 1)),
        ("dit jaar", (2026, 1, 1), (2027, 1, 1)),
        ("30d", (2026, 2, 16), (2026, 3, 19)),
        ("2 weken", (2026, 3, 4), (2026, 3, 19)),
    ],
)
def test_dates_are_read_in_both_languages(written: str, first: tuple[int, ...], end: tuple[int, ...]) -> None:
    assert dates.period(written, WEDNESDAY) == (date(*first), date(*end))


@pytest.mark.parametrize(
    "written", ["", "ooit", "2026-13", "31-2-2026", "30 februari", "9999", "0000", "99999j", "1e3", "²⁰²⁶"]
)
def test_what_is_no_date_is_none(written: str) -> None:
    assert dates.period(written, WEDNESDAY) is None


@given(
    st.text(max_size=40) | st.from_regex(r"[0-9]{1,5}[-/. ]?[a-z0-9]{0,6}[-/. ]?[0-9]{0,5}", fullmatch=True),
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
)
def test_any_text_is_a_stretch_of_days_or_none(written: str, today: date) -> None:
    found = dates.period(written, today)
    assert found is None or found[0] < found[1]
