"""Generations share what they can, and nothing that was read of one shows in another."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.backends.base import Choice, Document, Filters, IndexUnavailableError, Wish
from search.backends.whoosh import WhooshBackend
from search.backends.whoosh.leaves import Memory
from search.backends.whoosh.merging import AT_A_COMMIT, IN_QUIET, TOO_MANY, to_merge, to_settle
from search.backends.whoosh.postings import pack, unpack, unpack_flat, unpack_places

HERE = frozenset({1})


def note(number: int, text: str = "huisverbod", **more: object) -> Document:
    return Document(key=f"post:{number}", kind="post", title="", body=text, audience=1, community=1, **more)


def keys(backend: WhooshBackend, query: str, audiences: frozenset[int] = HERE) -> set[str]:
    return {hit.key for hit in backend.search(query, audiences, Wish(limit=1000, seconds=60)).hits}


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[WhooshBackend]:
    made = WhooshBackend(tmp_path)
    made.rebuild(note(number) for number in range(100))
    yield made
    made.close()


def test_a_new_generation_takes_over_the_segments_of_the_one_before(backend: WhooshBackend) -> None:
    before = backend._current()
    backend.apply([note(100), note(3, "iets anders")], ["post:4"])
    after = backend._current()
    assert after is not before
    assert after.leaves[0] is before.leaves[0]
    assert len(after.leaves) == 2


def test_a_search_goes_on_in_the_generation_that_it_began_in(backend: WhooshBackend) -> None:
    before = backend._current()
    backend.apply([], [f"post:{number}" for number in range(99)])
    backend.settle()
    assert backend._current().documents() == 1
    assert before.documents() == 100
    leaf, number = before.place(50)
    assert leaf.key(number) == "post:50"
    assert leaf.texts(number) == ("", "huisverbod")


def test_who_has_no_audience_finds_nothing_by_words_or_by_filters(backend: WhooshBackend) -> None:
    narrowed = Wish(filters=Filters(choices={"kind": Choice(only=frozenset({"post"}))}))
    assert backend.search("", HERE, narrowed).total == 100
    for text in ("huisverbod", ""):
        assert backend.search(text, frozenset(), narrowed).total == 0
        assert backend.search(text, frozenset({7}), narrowed).total == 0


def test_what_moved_to_another_audience_is_found_there_only(backend: WhooshBackend) -> None:
    assert "post:5" in keys(backend, "huisverbod")
    backend.apply([Document(key="post:5", kind="post", title="", body="huisverbod", audience=2, community=1)])
    assert "post:5" not in keys(backend, "huisverbod")
    assert keys(backend, "huisverbod", frozenset({2})) == {"post:5"}


def test_many_small_commits_leave_few_segments_and_lose_nothing(backend: WhooshBackend) -> None:
    chance = random.Random(4)
    there = {f"post:{number}" for number in range(100)}
    for _ in range(60):
        put, gone = chance.sample(range(150), 3), f"post:{chance.randrange(150)}"
        backend.apply([note(number) for number in put], [gone])
        there = (there | {f"post:{number}" for number in put}) - {gone}
        assert len(backend._current().leaves) <= 8
    assert keys(backend, "huisverbod") == there
    assert backend.settle() > 0
    assert keys(backend, "huisverbod") == there
    assert backend.settle() == 0


class Segment:
    """A segment as the policy sees it."""

    def __init__(self, count: int, gone: int = 0) -> None:
        self.count, self.gone = count, gone

    def doc_count(self) -> int:
        return self.count

    def doc_count_all(self) -> int:
        return self.count + self.gone


def test_a_commit_rewrites_few_documents_and_segments_stay_few() -> None:
    chance = random.Random(9)
    segments, rewritten, written = [Segment(50_000), Segment(50_000)], 0, 0
    for _ in range(3000):
        added = chance.choice((1, 1, 1, 5, 20, 100, 200))
        chosen = to_merge(segments, added)
        size = sum(segment.count for segment in chosen)
        assert size + added <= AT_A_COMMIT or size == 0 or len(segments) >= TOO_MANY
        segments = [segment for segment in segments if segment not in chosen] + [Segment(added + size)]
        rewritten, written = rewritten + size, written + added
        assert len(segments) <= TOO_MANY
    assert rewritten < 8 * written


def test_in_quiet_moments_small_segments_become_one_and_empty_space_is_given_back() -> None:
    large, small = Segment(50_000), [Segment(count) for count in (2, 500, 600, 830, 1000)]
    assert to_settle([large, *small]) == small
    assert to_settle([large, Segment(2)]) == []
    assert to_settle([large, mostly := Segment(100, gone=3000)]) == [mostly]
    assert to_settle([Segment(IN_QUIET), Segment(IN_QUIET)]) == []
    assert to_merge([large, empty := Segment(0, gone=5)], 1) == [empty]


def test_memory_forgets_the_oldest_when_it_is_full(backend: WhooshBackend) -> None:
    leaf = backend._current().leaves[0]
    memory = Memory(most=3 * leaf.postings("body", "huisverbod").size)
    for number in range(10):
        memory.keep((str(number),), leaf.postings("body", "huisverbod"))
    assert list(memory.kept) == [("7",), ("8",), ("9",)]
    assert memory.size == sum(one.size for one in memory.kept.values())


@pytest.mark.parametrize("what", ["*.seg", "*.toc"])
def test_a_file_that_was_cut_short_is_noticed_by_who_has_it_open(backend: WhooshBackend, what: str) -> None:
    assert keys(backend, "huisverbod")
    folder = backend._folder.current()
    for path in folder.glob(what) if folder else ():
        path.write_bytes(path.read_bytes()[:1])
    assert backend.health().state == "broken"
    with pytest.raises(IndexUnavailableError):
        backend.search("huisverbod", HERE)


@pytest.mark.parametrize("flat", [
    [0, 1.0, b""], [7, 2.0, b"\1\0\2\0", 9, 1.0, b"\3\0"], [0, 1.0, b"\0\0", 70_000, 300.0, b"\1\0"],
    [5, 70_000.0, b"\1\0\2\0", 300, 1.0, b"\4\0"],
])  # fmt: skip
def test_postings_are_read_as_they_were_written(flat: list) -> None:
    data = pack(flat)
    assert unpack_flat(data) == flat
    postings, places = unpack(data), unpack_places(data)
    assert postings.numbers.tolist() == flat[::3]
    assert postings.frequencies.tolist() == flat[1::3]
    assert places.places.tobytes() == b"".join(flat[2::3])
    for number, value in zip(flat[::3], flat[2::3], strict=True):
        documents, found = places.within(postings.numbers[postings.numbers == number])
        assert found.astype("u2").tobytes() == value
        assert set(documents.tolist()) <= {number}


def test_an_excluded_word_that_there_was_no_time_for_gives_a_partial_answer(backend: WhooshBackend) -> None:
    answer = backend.search('-niets "huis verbod" huisverbod', HERE, Wish(seconds=-1.0))
    assert (answer.hits, answer.is_partial) == ((), True)


def test_a_choice_under_a_name_that_there_is_not_keeps_nothing(backend: WhooshBackend) -> None:
    for choice, total in ((Choice(only=frozenset({"x"})), 0), (Choice(never=frozenset({"x"})), 100)):
        wish = Wish(filters=Filters(choices={"nonsense": choice}), facets=("nonsense",))
        found = backend.search("huisverbod", HERE, wish)
        assert (found.total, found.facets) == (total, {"nonsense": ()})


@pytest.mark.parametrize("text", ["\ud800", "mus\x00\ud83d"])
def test_texts_that_cannot_be_written_are_indexed_all_the_same(text: str, backend: WhooshBackend) -> None:
    odd = note(200, f"huisverbod {text}", theme=text, status=text, author=text, tags=(text,))
    backend.index([odd])
    assert "post:200" in keys(backend, "huisverbod")
