"""A person's own searches: recent ones that can be erased, and saved ones; nobody else's."""

import re
from typing import Any

import pytest
from django.test import Client

from search.actions.history import MOST_RECENT, keep_history, remember_search
from search.actions.saving import MOST_SAVED, save_search
from search.indexer import rebuild
from search.kept import find_again
from search.models import Alert, NoSearchHistory, RecentSearch, SavedSearch
from tests import factories
from tests.factories import CANARY

pytestmark = pytest.mark.django_db


def sealed(client: Client, query: str, **more: str) -> str:
    """What the page of results would tell of itself."""
    page = client.get("/search/", {"q": query, **more}).content.decode()
    found = re.search(r'name="seen" value="([^"]+)"', page)
    return found[1] if found else ""


def search_for(client: Client, query: str, **more: str) -> int:
    return client.post("/search/visits/", {"seen": sealed(client, query, **more)}).status_code


def recent(person: Any) -> list[str]:
    return [search.text for search in RecentSearch.objects.filter(person=person)]


def test_a_search_stands_among_ones_recent_ones_once_its_page_was_seen(index: Any, browse: Any, anna: Any) -> None:
    client = browse(anna)
    sealed(client, "huisverbod")
    assert recent(anna) == []  # a GET changes nothing
    for query in ("huisverbod", "mensenhandel", "  huisverbod "):
        assert search_for(client, query) == 204
    assert recent(anna) == ["huisverbod", "mensenhandel"]
    page = client.get("/search/saved/").content.decode()
    assert page.index("huisverbod") < page.index("mensenhandel")
    assert 'href="/search/?q=mensenhandel"' in client.get("/search/").content.decode()


def test_the_latest_twenty_are_kept(anna: Any, bram: Any) -> None:
    remember_search(actor=bram, query="q=van+bram")
    for number in range(MOST_RECENT + 3):
        remember_search(actor=anna, query=f"q=woord{number}")
    assert recent(anna) == [f"woord{number}" for number in range(MOST_RECENT + 2, 2, -1)]
    assert recent(bram) == ["van bram"]


@pytest.mark.parametrize("seen", ["", "x", "eyJ:x:y", "\x00"])
def test_only_what_the_site_itself_wrote_for_this_person_is_remembered(
    seen: str, index: Any, browse: Any, anna: Any, bram: Any
) -> None:
    assert browse(anna).post("/search/visits/", {"seen": seen}).status_code == 400
    assert browse(anna).post("/search/visits/", {"seen": sealed(browse(bram), "mus")}).status_code == 400
    assert not RecentSearch.objects.exists()


def test_recent_searches_are_erased_one_by_one_and_all_at_once(browse: Any, anna: Any, bram: Any) -> None:
    for query in ("q=een", "q=twee", "q=drie"):
        remember_search(actor=anna, query=query)
    remember_search(actor=bram, query="q=van+bram")
    client = browse(anna)
    first = RecentSearch.objects.filter(person=anna).first()
    assert client.post(f"/search/recent/{first.pk}/removal/").status_code == 302
    assert recent(anna) == ["twee", "een"]
    assert client.post("/search/recent/removal/").status_code == 302
    assert recent(anna) == []
    assert recent(bram) == ["van bram"]


def test_whoever_wants_none_kept_has_none(index: Any, browse: Any, anna: Any) -> None:
    remember_search(actor=anna, query="q=een")
    client = browse(anna)
    client.post("/search/history/", {"kept": "0"})
    assert search_for(client, "mus") == 204
    assert recent(anna) == []
    assert NoSearchHistory.objects.filter(person=anna).exists()
    client.post("/search/history/", {"kept": "1"})
    search_for(client, "mus")
    assert recent(anna) == ["mus"]
    keep_history(actor=anna, kept=False)
    keep_history(actor=anna, kept=False)
    assert recent(anna) == []


def test_nobody_sees_changes_or_erases_the_searches_of_others(browse: Any, anna: Any, bram: Any, beheer: Any) -> None:
    remember_search(actor=anna, query=f"q={CANARY}")
    saved = save_search(actor=anna, query=f"q={CANARY}+twee", name=f"{CANARY} drie")
    last = RecentSearch.objects.get(person=anna)
    for person in (bram, beheer):
        client = browse(person)
        assert CANARY not in client.get("/search/saved/").content.decode()
        assert CANARY not in client.get("/search/").content.decode()
        assert client.get(f"/search/saved/{saved.pk}/").status_code == 404
        for address in (f"saved/{saved.pk}/", f"saved/{saved.pk}/removal/", f"recent/{last.pk}/removal/"):
            assert client.post(f"/search/{address}", {"name": "x", "alert": "off"}).status_code == 404
    saved.refresh_from_db()
    assert saved.name == f"{CANARY} drie"


def test_a_search_is_saved_from_its_page_and_run_again(index: Any, browse: Any, ciso: Any, anna: Any) -> None:
    factories.make_practice(ciso, anna, title="Huisverbod")
    rebuild()
    client = browse(anna)
    page = client.get("/search/", {"q": "huisverbod type:practice", "page": "1"}).content.decode()
    query = re.search(r'name="query" value="([^"]+)"', page)[1].replace("&amp;", "&")
    response = client.post("/search/saved/", {"query": query, "name": "Verboden", "alert": "daily"})
    assert response.status_code == 302
    saved = SavedSearch.objects.get(person=anna)
    assert (saved.name, saved.alert, saved.query) == ("Verboden", Alert.DAILY, "q=huisverbod+type%3Apractice")
    page = client.get("/search/saved/").content.decode()
    assert 'href="/search/?q=huisverbod+type%3Apractice">Verboden' in page
    assert client.get(f"/search/?{saved.query}").context["total"] == 1


def test_a_saved_search_is_renamed_and_removed(browse: Any, anna: Any) -> None:
    saved = save_search(actor=anna, query="q=mus", name="Mussen")
    client = browse(anna)
    assert b"Mussen" in client.get(f"/search/saved/{saved.pk}/").content
    assert client.post(f"/search/saved/{saved.pk}/", {"name": "Vogels", "alert": "weekly"}).status_code == 302
    saved.refresh_from_db()
    assert (saved.name, saved.alert) == ("Vogels", Alert.WEEKLY)
    assert client.post(f"/search/saved/{saved.pk}/removal/").status_code == 302
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 101}, {"alert": "hourly"}, {"alert": ""}, {"name": "  "}],
)
def test_what_is_filled_in_wrongly_is_explained(wrong: dict[str, str], browse: Any, anna: Any) -> None:
    client = browse(anna)
    fields = {"query": "q=mus", "name": "Mussen", "alert": "off", **wrong}
    page = client.post("/search/saved/", fields)
    assert page.status_code == 422
    assert b"data-error-summary" in page.content
    assert b'value="q=mus"' in page.content
    saved = save_search(actor=anna, query="q=mus", name="Mussen")
    assert client.post(f"/search/saved/{saved.pk}/", fields).status_code == 422
    saved.refresh_from_db()
    assert saved.name == "Mussen"


@pytest.mark.parametrize("query", ["", "q=", "x=1", "q=%00", "q=" + "a" * 9000 + "&kind=practice" * 900, "%ff"])
def test_what_is_no_search_is_not_saved(query: str, browse: Any, anna: Any) -> None:
    response = browse(anna).post("/search/saved/", {"query": query, "name": "Niets", "alert": "off"}, follow=True)
    assert response.status_code in (200, 400)
    assert all(len(saved.query) <= 2000 and saved.text for saved in SavedSearch.objects.all())


def test_the_same_search_is_saved_once_and_there_are_fifty_at_most(browse: Any, anna: Any) -> None:
    client = browse(anna)
    save_search(actor=anna, query="q=mus", name="Mussen")
    page = client.post("/search/saved/", {"query": "q=mus", "name": "Nog eens", "alert": "off"})
    assert page.status_code == 422
    assert "Mussen" in page.content.decode()
    for number in range(MOST_SAVED - 1):
        save_search(actor=anna, query=f"q=mus{number}", name=f"Mus {number}")
    page = client.post("/search/saved/", {"query": "q=merel", "name": "Merels", "alert": "off"})
    assert page.status_code == 422
    assert str(MOST_SAVED) in page.content.decode()
    assert SavedSearch.objects.count() == MOST_SAVED


def test_a_saved_search_shows_what_one_may_see_now(index: Any, browse: Any, ciso: Any, anna: Any, bram: Any) -> None:
    factories.make_practice(ciso, bram, label="TLP:AMBER", title=f"{CANARY} zingt")
    rebuild()
    saved = save_search(actor=anna, query="q=zingt", name="Zang")
    client = browse(anna)
    assert CANARY in client.get(f"/search/?{saved.query}").content.decode()
    anna.memberships.all().delete()
    assert CANARY not in client.get(f"/search/?{saved.query}").content.decode()


def test_a_visitor_has_no_searches(index: Any, browse: Any, visitor: Any, settings: Any) -> None:
    settings.PUBLISH_CLEAR = True
    page = browse(visitor).get("/search/", {"q": "mus"}).content.decode()
    assert "data-visit" not in page
    assert "/search/saved/" not in page
    assert browse(visitor).post("/search/visits/", {"seen": "x"}).status_code == 302


def test_the_page_of_searches_asks_as_much_for_one_as_for_three(
    browse: Any, anna: Any, django_assert_num_queries: Any
) -> None:
    client = browse(anna)
    client.get("/search/saved/")
    for number in range(3):
        save_search(actor=anna, query=f"q=mus{number}", name=f"Mus {number}")
        remember_search(actor=anna, query=f"q=mus{number}")
        with django_assert_num_queries(8):
            client.get("/search/saved/")


def test_a_search_of_which_a_part_means_nothing_any_more_finds_nothing(
    index: Any, ciso: Any, mensenhandel: Any, anna: Any, bram: Any
) -> None:
    factories.make_practice(ciso, bram, title="Huisverbod")
    rebuild()
    assert len(find_again(anna, "q=huisverbod").found) == 1
    for query in ("q=huisverbod+community%3Amensenhandel", "q=huisverbod&in=community%3Amensenhandel"):
        assert find_again(anna, query).found == []
