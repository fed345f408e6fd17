"""Results as one types: what the search page would find, and nothing more."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from community.models import Label
from search import pace
from search.indexer import rebuild
from search.models import SearchOutbox
from tests import factories
from tests.factories import CANARY


def suggested(client: Client, query: str) -> str:
    response = client.get("/search/suggestions/", {"q": query})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, no-store"
    return response.content.decode()


def options(page: str) -> list[str]:
    return re.findall(r'role="option"[^>]*href="([^"]*)"', page)


def test_a_suggestion_shows_title_kind_label_and_community(
    index: Any, browse: Any, ciso: Any, anna: Any, bram: Any
) -> None:
    practice = factories.make_practice(ciso, bram, title="Noodaccounts <b>")
    rebuild()
    page = suggested(browse(anna), "noodacc")
    assert options(page) == [practice.get_absolute_url()]
    for said in ("<mark>", " &lt;b&gt;", "TLP:GREEN", ciso.name):
        assert said in page
    assert "<html" not in page


def test_there_are_at_most_seven_and_they_are_announced(index: Any, browse: Any, ciso: Any, anna: Any) -> None:
    for _ in range(9):
        factories.make_practice(ciso, anna, title="Noodaccounts")
    rebuild()
    page = suggested(browse(anna), "noodaccounts")
    assert len(options(page)) == 7
    assert 'data-said="7 ' in page


def test_replies_and_chat_are_named_after_what_they_are_part_of(
    index: Any, browse: Any, ciso: Any, anna: Any, bram: Any
) -> None:
    thread = factories.make_thread(ciso, bram, title="Vogels")
    factories.make_post(thread, bram, body="De kanarie zingt.")
    factories.make_message(factories.make_room(ciso, bram, name="Volière"), bram, "De kanarie slaapt.")
    rebuild()
    page = suggested(browse(anna), "kanarie")
    assert "Vogels" in page
    assert "Volière" in page
    assert "zingt" not in page


def test_a_conversation_is_suggested_once(index: Any, browse: Any, ciso: Any, anna: Any, bram: Any) -> None:
    thread = factories.make_thread(ciso, bram, title="Vogels", body="De kanarie zingt.")
    for _ in range(3):
        factories.make_post(thread, bram, body="Kanarie, kanarie!")
    rebuild()
    page = suggested(browse(anna), "kanarie")
    assert page.count("Vogels") == len(options(page)) == 1


@pytest.mark.parametrize("label", [Label.AMBER, Label.AMBER_STRICT, Label.RED])
@pytest.mark.parametrize("query", [CANARY, "kan", "kanarie*", "kanariepit", f'"{CANARY}"', f"x OR {CANARY}", "zingt"])
def test_what_one_may_not_see_is_never_suggested(
    label: str, query: str, index: Any, browse: Any, ciso: Any, anna: Any, carla: Any, bram: Any
) -> None:
    factories.make_thread(ciso, bram, label=label, title=f"{CANARY} zingt", named=[bram])
    shown = factories.make_thread(ciso, bram, label=Label.GREEN, title="De merel zingt")
    rebuild()
    page = suggested(browse(carla), query)
    assert CANARY not in page
    assert options(page) in ([], [shown.get_absolute_url()])
    if query == CANARY:
        assert CANARY in suggested(browse(bram), query)


def test_a_removed_member_is_suggested_nothing_from_then_on(
    index: Any, browse: Any, ciso: Any, anna: Any, bram: Any
) -> None:
    factories.make_practice(ciso, bram, label=Label.AMBER, title=f"{CANARY} zingt")
    rebuild()
    client = browse(anna)
    assert CANARY in suggested(client, "zingt")
    anna.memberships.all().delete()
    assert options(suggested(client, "zingt")) == []


def test_what_was_hidden_is_not_suggested_though_the_index_still_has_it(
    index: Any, browse: Any, ciso: Any, anna: Any, bram: Any
) -> None:
    from django.utils import timezone

    practice = factories.make_practice(ciso, bram, title=CANARY)
    rebuild()
    type(practice).objects.filter(pk=practice.pk).update(hidden_at=timezone.now())
    assert not SearchOutbox.objects.exists()
    assert options(suggested(browse(anna), CANARY)) == []


@pytest.mark.parametrize("query", ["", " ", "a", '"', "\x00", "-"])
def test_too_little_suggests_nothing(query: str, index: Any, browse: Any, anna: Any) -> None:
    assert options(suggested(browse(anna), query)) == []


def test_a_query_of_any_length_is_answered(index: Any, browse: Any, anna: Any) -> None:
    assert options(suggested(browse(anna), "a* " * 3000)) == []


def test_typing_leaves_searches_to_searching(
    index: Any, browse: Any, anna: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "SEARCHES_A_MINUTE", 22)
    client = browse(anna)
    statuses = [client.get("/search/suggestions/", {"q": "mus"}).status_code for _ in range(4)]
    assert statuses == [200, 200, 429, 429]
    statuses = [client.get("/search/", {"q": "mus"}).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    cache.clear()
    assert client.get("/search/suggestions/", {"q": "mus"}).status_code == 200


def test_without_an_index_there_are_no_suggestions(settings: Any, tmp_path: Any, browse: Any, anna: Any) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "nothing"
    assert browse(anna).get("/search/suggestions/", {"q": CANARY}).status_code == 503


def test_a_visitor_is_suggested_clear_things_only_where_the_site_publishes(
    index: Any, browse: Any, ciso: Any, bram: Any, visitor: Any, settings: Any
) -> None:
    factories.make_practice(ciso, bram, label=Label.CLEAR, title="De mus zingt")
    factories.make_practice(ciso, bram, label=Label.GREEN, title=f"De {CANARY} zingt")
    rebuild()
    assert browse(visitor).get("/search/suggestions/", {"q": "zingt"}).status_code == 302
    settings.PUBLISH_CLEAR = True
    page = suggested(browse(visitor), "zingt")
    assert len(options(page)) == 1
    assert CANARY not in page
    assert ciso.name not in page


def test_the_same_queries_for_one_suggestion_and_for_three(
    index: Any, browse: Any, ciso: Any, bram: Any, anna: Any, django_assert_num_queries: Any
) -> None:
    factories.make_practice(ciso, bram, title="mus")
    for make in (factories.make_practice, factories.make_thread):
        make(ciso, bram, title=CANARY)
    factories.make_message(factories.make_room(ciso, bram), bram, CANARY)
    rebuild()
    client = browse(anna)
    suggested(client, "mus")
    for query, count in (("mus", 1), (CANARY, 3)):
        with django_assert_num_queries(7):
            page = suggested(client, query)
        assert len(options(page)) == count


def test_the_fields_of_the_page_work_without_a_script(index: Any, browse: Any, anna: Any) -> None:
    page = browse(anna).get("/search/").content.decode()
    fields = re.findall(r"<input[^>]*data-suggestions=[^>]*>", page)
    assert len(fields) == 3  # the header, the page, and the dialog to go somewhere
    assert not any("role=" in field or "aria-expanded" in field for field in fields)
    assert page.count('role="listbox"') == len(re.findall(r'role="listbox"[^>]* hidden>', page)) == 3
