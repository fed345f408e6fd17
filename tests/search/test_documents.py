"""What can be found, and by whom: every kind, every label, every person."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from community.models import Audience, Label
from forums.models import Attachment, Evidence, Post, Tag, Thread
from search import documents
from tests import factories
from tests.factories import CANARY
from tests.search.conftest import keys, page_of

# Who sees what bram wrote in the closed community, per label. Dirk and Anna are of another organisation than Bram.
READERS = {
    Label.CLEAR: {"anna", "bram", "carla", "dirk", "beheer", "visitor"},
    Label.GREEN: {"anna", "bram", "carla", "dirk", "beheer"},
    Label.AMBER: {"anna", "bram"},
    Label.AMBER_STRICT: {"bram"},
    Label.RED: {"bram"},
}


def write(kind: str, community: Any, author: Any, label: str = Label.AMBER) -> Any:
    """Something of this kind that says the canary word."""
    if kind == "practice":
        return factories.make_practice(community, author, label=label, problem=f"Een {CANARY} zingt.")
    if kind == "message":
        room = factories.make_room(community, author, label=label)
        return factories.make_message(room, author, f"Een {CANARY} zingt.")
    if kind == "attachment":
        practice = factories.make_practice(community, author, label=label)
        return factories.make_attachment(practice, text={"pages": [["", f"Een {CANARY} zingt."]]})
    thread = factories.make_thread(community, author, label=label, body="Een vraag over vogels.")
    if kind == "post":
        return factories.make_post(thread, author, body=f"Een {CANARY} zingt.")
    thread.title = f"Een {CANARY}"
    thread.save()
    return thread


@pytest.mark.parametrize("label", Label.values)
@pytest.mark.parametrize("kind", documents.KINDS)
def test_each_kind_is_found_by_those_who_may_see_it_and_by_nobody_else(
    kind: str, label: str, index: Any, searched: Any, browse: Any, request: pytest.FixtureRequest, settings: Any
) -> None:
    settings.PUBLISH_CLEAR = True
    names = ("anna", "bram", "carla", "dirk", "beheer", "visitor")
    people = {name: request.getfixturevalue(name) for name in names}
    thing = write(kind, request.getfixturevalue("ciso"), people["bram"], label)
    # Visitors can open no room, whatever its label.
    allowed = READERS[Label(label)] - ({"visitor"} if kind == "message" else set())
    for name, person in people.items():
        if name != "visitor":
            answer = searched(person, CANARY)
            assert answer["total"] == len(answer["results"])
            assert keys(answer) == ([f"{kind}:{thing.pk}"] if name in allowed else [])
        page = page_of(browse(person), CANARY, sort="date")
        assert (f"<mark>{CANARY}</mark>" in page) == (name in allowed), name


@pytest.mark.parametrize("kind", documents.KINDS)
def test_what_is_hidden_or_part_of_something_hidden_is_not_in_the_index(kind: str, ciso: Any, bram: Any) -> None:
    thing = write(kind, ciso, bram)
    assert any(CANARY in document.title + document.body for document in documents.everything())
    places = {"post": "thread", "message": "room", "attachment": "practice"}
    whole = getattr(thing, places[kind]) if kind in places else None
    for hidden in filter(None, (thing, whole)):
        hidden.hidden_at = timezone.now()
        hidden.save()
        assert not any(CANARY in document.title + document.body for document in documents.everything())
        hidden.hidden_at = None
        hidden.save()
    assert any(CANARY in document.title + document.body for document in documents.everything())


def test_a_draft_is_not_in_the_index(ciso: Any, bram: Any) -> None:
    practice = factories.make_practice(ciso, bram, title=CANARY, published=False)
    assert list(documents.everything()) == []
    practice.published_at = timezone.now()
    practice.save()
    assert [document.title for document in documents.everything()] == [CANARY]


def test_the_opening_post_is_part_of_its_thread_and_replies_stand_alone(ciso: Any, anna: Any) -> None:
    thread = factories.make_thread(ciso, anna, title="Vogels", body="Een *kanarie* & een [mus](https://example.org).")
    reply = factories.make_post(thread, anna, body="Een merel.")
    found = {document.key: document for document in documents.everything()}
    assert found.keys() == {f"thread:{thread.pk}", f"post:{reply.pk}"}
    assert found[f"thread:{thread.pk}"].title == "Vogels"
    assert found[f"thread:{thread.pk}"].body == "Een kanarie & een mus."
    assert found[f"post:{reply.pk}"].title == ""
    assert found[f"post:{reply.pk}"].body == "Een merel."


def test_an_opening_post_with_an_audience_of_its_own_is_not_part_of_the_thread(ciso: Any, anna: Any) -> None:
    thread = factories.make_thread(ciso, anna, title="Vogels", body=CANARY)
    strict = Audience.objects.create(kind=Audience.Kind.NAMED, community=ciso)
    Post.objects.filter(thread=thread).update(label=Label.RED, audience=strict)
    found = {document.kind: document for document in documents.everything()}
    assert CANARY not in found["thread"].body
    assert found["post"].body == CANARY
    assert found["post"].audience == strict.pk


def test_a_practice_brings_its_texts_tags_theme_and_standing(ciso: Any, bram: Any) -> None:
    practice = factories.make_practice(
        ciso, bram, title="Aanpak", summary="Kort gezegd.", problem="Het *probleem*.", result="Het resultaat.",
        evidence=Evidence.STRONG_INDICATIONS,
    )  # fmt: skip
    practice.tags.add(Tag.objects.create(name="opvang", slug="opvang"))
    (document,) = documents.everything()
    assert document.body.splitlines() == ["Kort gezegd.", "Het probleem.", "Het resultaat."]
    assert (document.tags, document.theme, document.quality) == (("opvang",), practice.theme.slug, 1.0)
    assert (document.author, document.organisation) == ("Bram Jansen", "Gemeente Schiedam")
    assert (document.label, document.audience) == (Label.GREEN, Audience.PROFESSIONALS_ID)
    practice.review_on = timezone.localdate() - timedelta(days=1)
    practice.save()
    (document,) = documents.everything()
    assert document.quality < 0


def test_a_thread_says_how_it_stands_to_everybody_who_sees_it(ciso: Any, anna: Any, bram: Any) -> None:
    def status() -> str:
        return next(document.status for document in documents.everything() if document.kind == "thread")

    thread = factories.make_thread(ciso, anna)
    assert status() == "unanswered"
    factories.make_post(thread, bram, label=Label.RED)
    assert status() == "unanswered"  # a reply that only some may see tells nobody else of itself
    factories.make_post(thread, bram)
    assert status() == "answered"
    Thread.objects.update(locked_at=timezone.now())
    assert status() == "locked"


@pytest.mark.parametrize("kind", ["practice", "thread", "post"])
def test_a_document_goes_with_what_its_readers_can_open_it_from(kind: str, ciso: Any, anna: Any) -> None:
    def has() -> dict[str, tuple[str, ...]]:
        return {document.kind: document.has for document in documents.everything()}

    thread = factories.make_thread(ciso, anna)
    whole = {"practice": factories.make_practice(ciso, anna), "thread": thread.posts.get()}.get(
        kind
    ) or factories.make_post(thread, anna)
    assert set(has().values()) == {()}
    attachment = factories.make_attachment(whole)
    assert has() == {name: ("document",) if name == kind else () for name in has()}
    Attachment.objects.update(hidden_at=timezone.now())
    assert set(has().values()) == {()}
    stricter = Audience.objects.create(kind=Audience.Kind.NAMED, community=ciso)
    Attachment.objects.filter(pk=attachment.pk).update(hidden_at=None, audience=stricter)
    assert set(has().values()) == {()}


def test_everything_is_read_in_pieces(ciso: Any, anna: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "AT_ONCE", 2)
    made = {f"practice:{factories.make_practice(ciso, anna).pk}" for _ in range(5)}
    assert {document.key for document in documents.everything()} == made
    assert documents.count() == 5
    some = [int(key.partition(":")[2]) for key in made][:3]
    assert len(list(documents.documents_of("practice", some))) == 3


def test_no_query_finds_anything_for_somebody_who_is_in_no_audience(
    index: Callable[[], None], ciso: Any, bram: Any, visitor: Any, settings: Any
) -> None:
    from search.backends.base import NO_FILTERS
    from search.finding import find

    settings.PUBLISH_CLEAR = False
    factories.make_practice(ciso, bram, label=Label.CLEAR, title=CANARY)
    from search.indexer import rebuild

    rebuild()
    assert find(bram, CANARY, NO_FILTERS).results.total == 1
    assert find(visitor, CANARY, NO_FILTERS).results.total == 0
