"""The page that searches."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from community.models import Label
from community.signals import content_saved
from forums.actions.labels import relabel_thread
from forums.models import Practice, Thread
from search import finding, pace
from search.backends.base import NO_FILTERS, Choice, Filters
from search.finding import find
from search.indexer import rebuild
from search.models import SearchOutbox
from tests import factories
from tests.factories import CANARY
from tests.search.conftest import page_of


def test_without_a_query_the_page_explains_how_to_search(index: Any, browse: Any, anna: Any) -> None:
    for query in ("", "  ", '"', "\x00"):
        page = page_of(browse(anna), query)
        assert 'id="how-to-search"' in page
        assert 'class="results"' not in page


def test_where_nothing_is_found_the_page_says_so_with_advice(index: Any, browse: Any, anna: Any) -> None:
    page = page_of(browse(anna), CANARY)
    assert 'class="search-advice"' in page
    assert 'id="how-to-search"' in page


def test_a_result_shows_excerpt_label_community_author_and_its_permanent_link(
    index: Any, browse: Any, ciso: Any, anna: Any, bram: Any
) -> None:
    thread = factories.make_thread(ciso, bram, title="Vogels <b>")
    reply = factories.make_post(thread, anna, body="Een **kanarie** <script> zingt.")
    message = factories.make_message(factories.make_room(ciso, bram, name="Volière"), bram, "De kanarie slaapt.")
    rebuild()
    page = page_of(browse(anna), "kanarie")
    assert f'href="{reply.get_absolute_url()}"' in page
    assert f'href="{message.get_absolute_url()}"' in page
    assert "Vogels &lt;b&gt;" in page
    assert "<mark>kanarie</mark> &lt;script&gt;" in page
    for said in ("TLP:AMBER", "CISO-netwerk", "Anna de Vries", "Volière"):
        assert said in page
    assert browse(anna).get(reply.get_absolute_url(), follow=True).status_code == 200


@pytest.mark.parametrize(
    "choice", ["in=nonsense", "in=thread:x", "in=room:²", f"in=thread:{'9' * 60}", "in=community:", "sort=x", "page=x"]
)
def test_choices_that_do_not_exist_break_nothing(choice: str, index: Any, browse: Any, anna: Any, ciso: Any) -> None:
    factories.make_practice(ciso, anna, title=CANARY)
    rebuild()
    assert browse(anna).get(f"/search/?q={CANARY}&{choice}").status_code == 200


def test_pages_of_twenty_in_either_order(index: Any, browse: Any, ciso: Any, anna: Any) -> None:
    made = [factories.make_thread(ciso, anna, title=f"{CANARY} {number}") for number in range(25)]
    rebuild()
    client: Client = browse(anna)
    for order in ({}, {"sort": "date"}):
        found = []
        for number in ("1", "2"):
            response = client.get("/search/", {"q": CANARY, "page": number, **order})
            found += [one.row.pk for one in response.context["answer"].found]
        assert sorted(found) == [thread.pk for thread in made]
        if order:
            assert found == [thread.pk for thread in reversed(made)]
    for number in ("3", "-1", "9999"):
        response = client.get("/search/", {"q": CANARY, "page": number})
        assert response.context["page"].number == (1 if number == "-1" else 2)
        assert response.context["answer"].found


def test_the_best_are_shown_and_the_page_says_that_there_are_more(
    index: Any, browse: Any, ciso: Any, anna: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search.views import results as views

    for module in (finding, views):
        monkeypatch.setattr(module, "MOST_PAGES", 1)
    for _ in range(21):
        factories.make_practice(ciso, anna, title=CANARY)
    rebuild()
    for order in ({}, {"sort": "date"}):
        response = browse(anna).get("/search/", {"q": CANARY, "page": "2", **order})
        assert len(response.context["answer"].found) == 20
        assert response.context["is_cut"]
        assert b"notice--info" in response.content


def test_newest_first_puts_all_that_is_found_in_order_of_date(index: Any, ciso: Any, anna: Any) -> None:
    made = [factories.make_practice(ciso, anna, title=f"{CANARY} {'ver ' * (number % 5)}") for number in range(5)]
    for days, practice in enumerate(made):
        Practice.objects.filter(pk=practice.pk).update(published_at=timezone.now() - timedelta(days=days * 40))
    rebuild()
    assert [one.row.pk for one in find(anna, CANARY, NO_FILTERS, order="newest").found] == [one.pk for one in made]


def test_filters_keep_and_leave_out(index: Any, ciso: Any, zorg: Any, anna: Any) -> None:
    thread = factories.make_thread(ciso, anna, title=CANARY)
    reply = factories.make_post(thread, anna, body=CANARY)
    practice = factories.make_practice(zorg, anna, title=CANARY)
    rebuild()

    def found(text: str = CANARY, **filters: Any) -> set[Any]:
        return {one.row.pk for one in find(anna, text, Filters(**filters)).found}

    year = frozenset({str(timezone.localtime().year)})
    assert found(choices={"whole": Choice(only=frozenset({f"thread:{thread.pk}"}))}) == {thread.pk, reply.pk}
    assert found(choices={"kind": Choice(never=frozenset({"thread", "post"}))}) == {practice.pk}
    assert found(choices={"year": Choice(never=year)}) == set()
    assert found(since=timezone.now() + timedelta(hours=1)) == set()
    assert found(until=timezone.now() + timedelta(hours=1)) == {thread.pk, reply.pk, practice.pk}
    community = Choice(only=frozenset({str(zorg.pk)}))
    assert found("", choices={"community": community, "kind": Choice(only=frozenset({"practice"}))}) == {practice.pk}
    assert found("", choices={"community": Choice(never=frozenset({"1"}))}) == set()


@pytest.mark.parametrize("kind", ["practice", "thread"])
def test_an_index_that_is_behind_tells_nothing(
    kind: str, index: Any, browse: Any, ciso: Any, bram: Any, carla: Any, settings: Any
) -> None:
    make = factories.make_practice if kind == "practice" else factories.make_thread
    thing = make(ciso, bram, label=Label.GREEN, title=f"De {CANARY} zingt")
    other = make(ciso, bram, label=Label.GREEN, title="De merel zingt")
    rebuild()
    assert find(carla, CANARY, NO_FILTERS).results.total == 1
    stricter = factories.make_practice(ciso, bram, label=Label.AMBER).audience
    type(thing).objects.filter(pk=thing.pk).update(label=Label.AMBER, audience=stricter)
    for query in (CANARY, "zingt", "kanariepite", "kanarie*"):
        for sort in ("", "date"):
            for more in ("", f" type:{kind}", " type:chat", " community:ciso", " -label:TLP:RED", " page:2"):
                asked, page_number = (query, "2") if more == " page:2" else (query + more, "1")
                response = browse(carla).get("/search/", {"q": asked, "sort": sort, "page": page_number})
                page = response.content.decode().replace(asked, "").replace(quote_plus(asked), "")
                page = page.replace(f'name="words" value="{query}"', "").replace(quote_plus(query), "")
                assert CANARY not in page
                assert response.context["total"] == (1 if query == "zingt" and more != " type:chat" else 0)
                counts = {one.count for facet in response.context["facets"] for one in facet.options}
                assert counts <= ({0, 1} if query == "zingt" else {0})
    assert find(bram, CANARY, NO_FILTERS).results.total == 1
    assert find(carla, "merel", NO_FILTERS).found[0].row.pk == other.pk


def test_a_stricter_label_works_at_once(index: Any, browse: Any, ciso: Any, bram: Any, carla: Any) -> None:
    thread = factories.make_thread(ciso, bram, label=Label.GREEN, title=f"De {CANARY} zingt", posts=2)
    rebuild()
    assert f"{CANARY}</mark>" in page_of(browse(carla), "zingt kanariepiet")
    relabel_thread(actor=bram, thread=thread, label=Label.AMBER)
    assert SearchOutbox.objects.exists()
    assert CANARY not in page_of(browse(carla), "zingt")
    assert find(carla, "zingt", NO_FILTERS).results.total == 0
    assert CANARY in page_of(browse(bram), "zingt")


def test_a_removed_member_finds_nothing_from_the_next_search_on(
    index: Any, browse: Any, ciso: Any, anna: Any, bram: Any
) -> None:
    factories.make_practice(ciso, bram, label=Label.AMBER, title=f"{CANARY} zingt")
    rebuild()
    client = browse(anna)
    assert CANARY in page_of(client, "zingt")
    anna.memberships.all().delete()
    assert CANARY not in page_of(client, "zingt")


def test_the_same_queries_for_one_result_and_for_three_kinds(
    index: Any, browse: Any, ciso: Any, bram: Any, anna: Any, django_assert_num_queries: Any
) -> None:
    factories.make_practice(ciso, bram, title="mus")
    for make in (factories.make_practice, factories.make_thread):
        make(ciso, bram, title=CANARY)
    factories.make_message(factories.make_room(ciso, bram), bram, CANARY)
    rebuild()
    client = browse(anna)
    page_of(client, "mus")
    for query, count in (("mus", 1), (CANARY, 3)):
        for sort in ("", "date"):
            with django_assert_num_queries(8):
                response = client.get("/search/", {"q": query, "sort": sort})
            assert len(response.context["answer"].found) == count


def test_a_visitor_sees_clear_things_and_no_names_where_the_site_publishes(
    index: Any, browse: Any, ciso: Any, bram: Any, visitor: Any, settings: Any
) -> None:
    factories.make_practice(ciso, bram, label=Label.CLEAR, title="De mus zingt")
    factories.make_practice(ciso, bram, label=Label.GREEN, title=f"De {CANARY} zingt")
    factories.make_message(factories.make_room(ciso, bram, label=Label.CLEAR), bram, "De merel zingt")
    rebuild()
    client = browse(visitor)
    response = client.get("/search/", {"q": "zingt"})
    assert response.status_code == 302
    settings.PUBLISH_CLEAR = True
    page = page_of(client, "zingt")
    assert "De mus <mark>zingt</mark>" in page
    for secret in (CANARY, "merel", ciso.name, bram.name):
        assert secret not in page
    assert find(visitor, "zingt", Filters(choices={"kind": Choice(only=frozenset({"message"}))})).results.total == 0
    assert find(visitor, "zingt", Filters(choices={"kind": Choice(only=frozenset({"practice"}))})).results.total == 1


def test_a_word_that_was_corrected_is_named(index: Any, browse: Any, ciso: Any, bram: Any, carla: Any) -> None:
    factories.make_practice(ciso, bram, title="Huisverbod", label=Label.GREEN)
    factories.make_practice(ciso, bram, title="Kanariepiet", label=Label.AMBER)
    rebuild()
    assert "“huisverbod”" in page_of(browse(carla), "huisvrebod")
    assert CANARY not in page_of(browse(carla), "kanareipiet")
    assert f"“{CANARY}”" in page_of(browse(bram), "kanareipiet")


def test_a_long_query_is_cut_and_the_page_says_so(index: Any, browse: Any, ciso: Any, anna: Any) -> None:
    factories.make_practice(ciso, anna, title="Huisverbod")
    rebuild()
    page = page_of(browse(anna), "huisverbod " * 500)
    assert "notice--info" in page


def test_a_search_that_took_too_long_says_that_there_may_be_more(
    index: Any, browse: Any, ciso: Any, anna: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search.index import backend

    factories.make_practice(ciso, anna, title="Huisverbod")
    rebuild()
    ask = type(backend()).search

    def in_no_time(self: Any, query: Any, audiences: Any, wish: Any) -> Any:
        return ask(self, query, audiences, replace(wish, seconds=-1.0))

    monkeypatch.setattr(type(backend()), "search", in_no_time)
    assert "notice--warning" in page_of(browse(anna), "huisverbod")


def test_without_an_index_the_page_says_so_and_asks_to_come_back(
    settings: Any, tmp_path: Any, browse: Any, anna: Any
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "nothing"
    response = browse(anna).get("/search/", {"q": CANARY})
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert b"notice--warning" in response.content


def test_somebody_who_searches_very_fast_must_wait(
    index: Any, browse: Any, anna: Any, bram: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "SEARCHES_A_MINUTE", 2)
    statuses = [browse(anna).get("/search/", {"q": "mus"}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert browse(bram).get("/search/", {"q": "mus"}).status_code == 200
    cache.clear()
    monkeypatch.setattr(cache, "incr", _gone)
    assert browse(anna).get("/search/", {"q": "mus"}).status_code == 200
    assert browse(anna).get("/search/", {"q": "mus"}).status_code == 200


def _gone(_key: str) -> int:
    raise ValueError("Key not found")


def test_searching_changes_nothing(index: Any, browse: Any, anna: Any) -> None:
    assert browse(anna).post("/search/", {"q": "mus"}).status_code == 405


def test_keys_that_no_kind_has_are_no_hits(index: Callable[[], None], anna: Any) -> None:
    assert finding.rows_of(anna, ["nonsense:1", "practice:x", "practice"]) == {}


def test_what_is_saved_is_found_after_the_next_turn(
    index: Callable[[], None], browse: Any, ciso: Any, anna: Any
) -> None:
    thread = factories.make_thread(ciso, anna, title=CANARY)
    content_saved.send(sender=Thread, instance=thread)
    assert f"{CANARY}</mark>" not in page_of(browse(anna), CANARY)
    index()
    assert f"{CANARY}</mark>" in page_of(browse(anna), CANARY)
    assert Practice.objects.count() == 0
