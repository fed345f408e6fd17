"""The pages of threads as each person gets them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from community.models import Community, Label, User
from forums.models import Draft, Post, ReadPosition, Thread
from forums.models.threads import POSTS_PER_PAGE
from tests import factories
from tests.factories import CANARY
from tests.forums.people import form, make_secret_thread

Browse = Callable[[Any], Client]


@pytest.fixture
def thread(ciso: Community, anna: User) -> Thread:
    return factories.make_thread(ciso, anna, title="Een vraag", posts=3)


@pytest.fixture
def secret(ciso: Community, bram: User) -> Thread:
    return make_secret_thread(ciso, bram)


def page(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def addresses(thread: Thread) -> list[str]:
    post = thread.posts.first()
    names = ["thread", "unread", "thread_edit", "thread_hiding", "thread_label"]
    return [
        *(reverse(name, args=[thread.pk]) for name in names),
        reverse("posts", args=[thread.pk]) + "?after=0",
        *(reverse(name, args=[post.pk]) for name in ("post", "post_edit", "post_hiding")),
    ]


def doors(thread: Thread) -> list[str]:
    post = thread.posts.first()
    names = ["replies", "read", "thread_lock", "thread_pin", "thread_hiding", "thread_label", "thread_edit"]
    return [
        *(reverse(name, args=[thread.pk]) for name in names),
        *(reverse(name, args=[post.pk]) for name in ("post_edit", "post_hiding")),
    ]


def test_a_member_reads_what_outsiders_cannot_see_at_any_door(
    secret: Thread, anna: User, carla: User, dirk: User, beheer: User, browse: Browse
):
    assert CANARY in page(browse(anna), secret.get_absolute_url())
    for person in (carla, dirk, beheer):
        client = browse(person)
        for url in addresses(secret):
            assert CANARY not in page(client, url, 404)
        for url in doors(secret):
            answer = client.post(url, form(number=1, on=1))
            assert (answer.status_code, CANARY in answer.content.decode()) == (404, False)
        assert CANARY not in page(client, reverse("threads", args=["ciso"]))
    assert Post.objects.count() == 2


def test_a_visitor_is_sent_to_the_login_page(secret: Thread, visitor: Any, browse: Browse):
    client = browse(visitor)
    for url in [*addresses(secret), reverse("threads", args=["ciso"]), reverse("drafts")]:
        answer = client.get(url)
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/")
    assert client.post(reverse("replies", args=[secret.pk]), form()).status_code == 302
    assert Post.objects.count() == 2


def test_a_visitor_reads_a_clear_thread_where_the_site_allows_that(
    ciso: Community, anna: User, visitor: Any, browse: Browse, settings: Any
):
    clear = factories.make_thread(ciso, anna, label=Label.CLEAR, body="Voor iedereen.")
    factories.make_post(clear, anna, body=CANARY, label=Label.GREEN)
    client = browse(visitor)
    assert client.get(clear.get_absolute_url()).status_code == 302

    settings.PUBLISH_CLEAR = True
    text = page(client, clear.get_absolute_url())

    assert "Voor iedereen." in text
    assert CANARY not in text
    assert CANARY not in page(client, reverse("posts", args=[clear.pk]) + "?after=0")
    assert client.get(clear.posts.first().get_absolute_url()).url == f"{clear.get_absolute_url()}?page=1#post-1"
    assert client.post(reverse("replies", args=[clear.pk]), form()).status_code == 302
    assert "<form" not in re.sub(r"<header.*?</header>", "", text[text.index("<main") : text.index("</main")])


def test_a_post_with_a_stricter_label_is_missed_by_others_on_page_list_and_fragment(
    ciso: Community, anna: User, bram: User, carla: User, browse: Browse
):
    thread = factories.make_thread(ciso, anna, label=Label.GREEN)
    factories.make_post(thread, bram, body=CANARY, label=Label.AMBER)
    assert CANARY in page(browse(anna), thread.get_absolute_url())
    outsider = browse(carla)

    for url in (thread.get_absolute_url(), reverse("posts", args=[thread.pk]) + "?after=1"):
        assert CANARY not in page(outsider, url)
        assert bram.name not in page(outsider, url)
    assert bram.name not in page(outsider, reverse("threads", args=["ciso"]))
    assert outsider.get(reverse("unread", args=[thread.pk])).url.endswith("#post-1")


def test_the_list_shows_pinned_threads_first_and_then_the_latest_talk(ciso: Community, anna: User, browse: Browse):
    for title in ("Eerste", "Tweede", "Derde"):
        factories.make_thread(ciso, anna, title=title)
    browse_bram = Thread.objects.get(title="Eerste")
    browse_bram.pinned_at = browse_bram.created_at
    browse_bram.save()

    text = page(browse(anna), reverse("threads", args=["ciso"]))

    assert text.index("Eerste") < text.index("Derde") < text.index("Tweede")


def test_the_list_says_what_is_new_for_this_reader(thread: Thread, anna: User, bram: User, browse: Browse):
    url = reverse("threads", args=["ciso"])
    unread = reverse("unread", args=[thread.pk])
    client = browse(anna)
    assert unread in page(client, url)

    client.post(reverse("read", args=[thread.pk]), {"number": 3})
    assert unread not in page(client, url)

    factories.make_post(thread, bram)
    assert re.search(rf"{unread}.>\s*1 ", page(client, url))


def test_an_empty_list_invites_members_and_does_not_invite_others(ciso: Community, anna: User, carla: User, browse):
    start = reverse("thread_new", args=["ciso"])
    assert start in page(browse(anna), reverse("threads", args=["ciso"]))
    assert start not in page(browse(carla), reverse("threads", args=["ciso"]))


def test_a_long_list_has_pages(ciso: Community, anna: User, browse: Browse):
    for number in range(31):
        factories.make_thread(ciso, anna, title=f"Draad-{number:02}")

    first = page(browse(anna), reverse("threads", args=["ciso"]))
    second = page(browse(anna), reverse("threads", args=["ciso"]) + "?page=2")

    assert len(re.findall(r"Draad-\d\d</a>", first)) == 30
    assert re.findall(r"Draad-\d\d</a>", second) == ["Draad-00</a>"]


def test_a_hidden_community_has_no_list_for_outsiders(mensenhandel: Community, anna: User, bram: User, browse: Browse):
    page(browse(bram), reverse("threads", args=["mensenhandel"]))
    page(browse(anna), reverse("threads", args=["mensenhandel"]), 404)
    page(browse(anna), reverse("thread_new", args=["mensenhandel"]), 404)


# -- Pages of a thread


@pytest.fixture
def long_thread(ciso: Community, anna: User) -> Thread:
    return factories.make_thread(ciso, anna, posts=POSTS_PER_PAGE + 2)


def test_pages_are_fixed_ranges_of_numbers(long_thread: Thread, anna: User, bram: User, browse: Browse):
    Post.objects.filter(thread=long_thread, number=2).update(hidden_at=long_thread.created_at)
    client = browse(anna)
    first = page(client, long_thread.get_absolute_url())
    second = page(client, long_thread.get_absolute_url() + "?page=2")

    assert re.findall(r'id="post-(\d+)"', first) == ["1", *map(str, range(3, 51))]
    assert re.findall(r'id="post-(\d+)"', second) == ["51", "52"]
    assert re.findall(r'id="post-(\d+)"', page(client, long_thread.get_absolute_url() + "?page=last")) == ["51", "52"]
    assert re.findall(r'id="post-(\d+)"', page(client, long_thread.get_absolute_url() + "?page=99")) == ["51", "52"]
    assert 'id="post-1"' in page(client, long_thread.get_absolute_url() + "?page=x")


def test_a_permanent_link_leads_to_the_page_of_the_post(long_thread: Thread, anna: User, browse: Browse):
    post = long_thread.posts.get(number=51)

    answer = browse(anna).get(post.get_absolute_url())

    assert answer.url == f"/threads/{long_thread.pk}/?page=2#post-51"
    assert post.page == 2


def test_the_jump_to_the_first_unread_post(long_thread: Thread, anna: User, browse: Browse):
    client, unread = browse(anna), reverse("unread", args=[long_thread.pk])
    assert client.get(unread).url.endswith("?page=1#post-1")

    ReadPosition.objects.create(person=anna, thread=long_thread, number=50)
    assert client.get(unread).url.endswith("?page=2#post-51")
    assert 'id="new"' in page(client, long_thread.get_absolute_url() + "?page=2")
    assert 'id="new"' not in page(client, long_thread.get_absolute_url())

    ReadPosition.objects.update(number=52)
    assert client.get(unread).url.endswith("?page=2#post-52")
    assert 'id="new"' not in page(client, long_thread.get_absolute_url() + "?page=2")


def test_a_hidden_post_is_a_line_for_facilitators_and_nothing_for_others(
    thread: Thread, anna: User, bram: User, browse: Browse
):
    hidden = factories.make_post(thread, anna, body=CANARY, hidden_at=thread.created_at)

    assert CANARY in page(browse(bram), thread.get_absolute_url())
    assert "post--hidden" in page(browse(bram), thread.get_absolute_url())
    assert CANARY not in page(browse(anna), thread.get_absolute_url())
    assert "post--hidden" not in page(browse(anna), thread.get_absolute_url())
    page(browse(anna), hidden.get_absolute_url(), 404)


def test_reading_by_button_and_by_script(thread: Thread, anna: User, browse: Browse):
    client, url = browse(anna), reverse("read", args=[thread.pk])

    assert client.post(url, {"number": 2}).url == reverse("threads", args=["ciso"])
    assert client.post(url, {"number": 3}, headers={"X-Requested-With": "fetch"}).status_code == 204
    assert ReadPosition.objects.get().number == 3
    for nonsense in ("", "x", "-1", "9" * 30, "²"):
        assert client.post(url, {"number": nonsense}).status_code == 400
    assert client.get(url).status_code == 405


def test_the_fragment_holds_what_came_after(long_thread: Thread, anna: User, bram: User, browse: Browse):
    factories.make_post(long_thread, bram, body="Vers")
    client, url = browse(anna), reverse("posts", args=[long_thread.pk])

    text = page(client, f"{url}?page=2&after=51")

    assert re.findall(r'id="post-(\d+)"', text) == ["52", "53"]
    assert re.search(r"data-announcement>1 [^<]*Bram Jansen", text)
    assert "<html" not in text
    assert "data-announcement" not in page(browse(bram), f"{url}?page=2&after=52")
    assert re.findall(r'id="post-(\d+)"', page(client, f"{url}?page=2&number=53")) == ["53"]
    assert "data-next-page" in page(client, f"{url}?page=1&after=50")
    assert "data-number" not in page(client, f"{url}?page=1&number=53")
    page(client, url, 400)


# -- The number of queries, everything counted


def count_queries(client: Client, url: str, expected: int, django_assert_num_queries: Any) -> None:
    page(client, url)  # the list of sessions is written once a minute, and this was the minute
    with django_assert_num_queries(expected):
        page(client, url)


@pytest.mark.parametrize("posts", [1, 3, 50])
def test_a_thread_page_takes_eight_queries_of_a_member(
    ciso: Community, anna: User, bram: User, browse: Browse, posts: int, django_assert_num_queries: Any
):
    thread = factories.make_thread(ciso, bram, posts=posts)
    for post in thread.posts.all()[:3]:
        factories.make_attachment(post)
    Draft.objects.create(person=anna, place=f"thread:{thread.pk}", body="Half af", sequence=1)
    ReadPosition.objects.create(person=anna, thread=thread, number=1)

    count_queries(browse(anna), thread.get_absolute_url(), 8, django_assert_num_queries)


def test_red_says_who_may_read_it_at_the_cost_of_one_query(
    ciso: Community, anna: User, bram: User, browse: Browse, django_assert_num_queries: Any
):
    thread = factories.make_thread(ciso, bram, label=Label.RED, named=[anna])

    count_queries(browse(anna), thread.get_absolute_url(), 9, django_assert_num_queries)
    assert f"{anna.name}, {bram.name}" in page(browse(anna), thread.get_absolute_url())


@pytest.mark.parametrize("posts", [1, 3, 50])
def test_a_thread_page_takes_three_queries_of_a_visitor(
    ciso: Community, anna: User, settings: Any, posts: int, django_assert_num_queries: Any
):
    settings.PUBLISH_CLEAR = True
    thread = factories.make_thread(ciso, anna, label=Label.CLEAR, posts=posts)
    for post in thread.posts.all()[:3]:
        factories.make_attachment(post)

    count_queries(Client(), thread.get_absolute_url(), 3, django_assert_num_queries)


@pytest.mark.parametrize("threads", [1, 3, 30])
def test_the_list_of_threads_takes_eight_queries(
    ciso: Community, anna: User, bram: User, browse: Browse, threads: int, django_assert_num_queries: Any
):
    for number in range(threads):
        thread = factories.make_thread(ciso, bram, posts=2)
        if number % 2:
            ReadPosition.objects.create(person=anna, thread=thread, number=1)

    count_queries(browse(anna), reverse("threads", args=["ciso"]), 8, django_assert_num_queries)
