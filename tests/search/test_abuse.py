"""The abuse cases of searching: whatever an outsider asks tells them nothing of what they may not see.

B03 (corrections and suggestions) stands with the corrections. What is in files: test_files.py.
"""

import re
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.models import Label
from forums.actions.attachments import remove_attachment
from forums.actions.posts import edit_post, hide_post
from forums.actions.threads import HidingReason
from forums.models import Post, Tag
from search.backends.base import NO_FILTERS
from search.finding import find
from search.indexer import rebuild
from search.models import SearchOutbox
from tests import factories
from tests.factories import CANARY

ABSENT = CANARY.replace("kanarie", "kanerie")  # as long, and nowhere


def ask(client: Client, query: str, **more: str) -> Any:
    """The answer of the page."""
    return client.get("/search/", {"q": query, **more})


def text_of(response: Any, *typed: str) -> str:
    """The page, without what was typed, however it is quoted in it."""
    text = re.sub(r'nonce="[^"]*"', "", response.content.decode())
    for word in typed:
        for form in (quote_plus(word), quote(word), word):
            text = text.replace(form, "…")
    return text


def told(response: Any) -> tuple[Any, ...]:
    """Everything that an answer counts or names."""
    context = response.context
    facets = {facet.name: [(one.name, one.count) for one in facet.options] for facet in context["facets"]}
    return context["total"], [one.row for one in context["answer"].found], facets, context.get("elsewhere")


@pytest.fixture
def secret(index: Any, ciso: Any, bram: Any) -> Any:
    """A practice of the closed community that only its members see, with the canary everywhere; and one for all."""
    practice = factories.make_practice(ciso, bram, label=Label.AMBER, title=CANARY, problem=f"Een {CANARY} zingt.")
    practice.tags.add(Tag.objects.create(name=CANARY, slug=CANARY))
    factories.make_attachment(practice, name=f"{CANARY}.txt", content=CANARY.encode())
    factories.make_practice(ciso, bram, label=Label.GREEN, title="De merel zingt")
    rebuild()
    return practice


WAYS = ["{}", '"{}"', "title:{}", "tag:{}", "in:title {}", "{} type:practice", "{} community:ciso", "kan*", "merel {}",
        "{} label:amber", "{} status:published", "{} has:document", '{} org:"Gemeente Schiedam"', "{} year:2026",
        "{} -type:chat", "{} since:2000", "{} auteur:bram"]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_b01_an_outsider_finds_counts_and_reads_nothing_of_the_canary(
    way: str, secret: Any, browse: Any, carla: Any, bram: Any
) -> None:
    query = way.format(CANARY)
    assert told(ask(browse(bram), query))[0] >= 1
    for more in ({}, {"sort": "date"}, {"page": "2"}, {"in": "community:ciso"}):
        response = ask(browse(carla), query, **more)
        instead = ask(browse(carla), way.format(ABSENT).replace("kan*", "kanx*"), **more)
        assert told(response) == told(instead)
        assert CANARY not in text_of(response, query, CANARY) + str(response.headers)


@pytest.mark.parametrize(
    "injected",
    [
        "{} OR community:2", "{} OR comm:2", "{} AND audience:[0 TO 99]", "audience:* {}", "{}) OR (1", '{}" OR "',
        "{}~2",
        "NOT {} OR *", "{}^5", "+{} -x OR y", "community:1 OR community:2 {}", "{} label:RED OR label:AMBER", "*:* {}",
        "{} kind:practice OR key:practice:1", "whole:thread:1 {}", "{} in=community:ciso&community=1",
    ],
)  # fmt: skip
def test_b02_an_injected_query_finds_no_more_than_its_words(
    injected: str, secret: Any, browse: Any, carla: Any
) -> None:
    query = injected.format(CANARY)
    response = ask(browse(carla), query)
    assert told(response) == told(ask(browse(carla), injected.format(ABSENT)))
    assert all(one.row.pk != secret.pk for one in response.context["answer"].found)
    direct = browse(carla).get(f"/search/?q={CANARY}&audience=1&audiences=1&community=1&kind=practice&whole=x&user=1")
    assert told(direct)[:2] == (0, [])


def test_b04_a_removed_member_finds_nothing_with_an_old_address(secret: Any, browse: Any, anna: Any, ciso: Any) -> None:
    client = browse(anna)
    addresses = [{"q": CANARY}, {"q": "community:ciso"}, {"q": "zingt", "in": "community:ciso", "sort": "date"}]
    assert [CANARY in text_of(client.get("/search/", one), f"q={CANARY}") for one in addresses] == [True] * 3
    anna.memberships.all().delete()
    for one in addresses:
        assert CANARY not in text_of(client.get("/search/", one), CANARY if one["q"] == CANARY else "…")
    assert client.get("/search/", addresses[0]).context["total"] == 0


def test_b05_what_was_hidden_redacted_or_taken_away_is_gone_at_once_though_the_index_holds_it(
    index: Callable[[], None], browse: Any, ciso: Any, anna: Any, bram: Any
) -> None:
    thread = factories.make_thread(ciso, anna, title="Vogels")
    hidden = factories.make_post(thread, anna, body=f"Een {CANARY} zingt hoog.")
    redacted = factories.make_post(thread, anna, body=f"Een {CANARY} zingt laag.")
    opening = thread.posts.get(number=1)
    attachment = factories.make_attachment(opening)
    rebuild()
    assert ask(browse(bram), CANARY).context["total"] == 2
    hide_post(actor=bram, post=hidden, reason=HidingReason.OTHER)
    edit_post(actor=anna, post=Post.objects.get(pk=redacted.pk), body="Een merel zingt laag.")
    remove_attachment(actor=anna, attachment=attachment)
    assert SearchOutbox.objects.count() >= 3
    response = ask(browse(bram), CANARY)
    assert hidden.pk not in [one.row.pk for one in response.context["answer"].found]
    index()
    for query in (CANARY, "has:document"):
        assert told(ask(browse(bram), query))[:2] == (0, [])
    assert CANARY not in text_of(ask(browse(bram), "zingt"))


def test_b06_the_name_and_text_of_a_file_and_a_tag_are_found_by_nobody_outside(
    secret: Any, browse: Any, carla: Any, bram: Any
) -> None:
    assert ask(browse(bram), f"tag:{CANARY}").context["total"] == 1
    for query in (f"{CANARY}.txt", f"{CANARY} has:document", f"tag:{CANARY}", "notitie"):
        assert told(ask(browse(carla), query))[:2] == (0, [])


def operations(search: Callable[[], Any]) -> tuple[int, int]:
    """How many functions a search calls, and how many queries it asks."""
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    with CaptureQueriesContext(connection) as queries:
        sys.setprofile(count)
        try:
            search()
        finally:
            sys.setprofile(None)
    return calls, len(queries)


def test_b07_a_word_that_one_may_not_find_costs_what_a_word_costs_that_is_not_there(secret: Any, carla: Any) -> None:
    def ask_for(word: str) -> Callable[[], Any]:
        return lambda: find(carla, word, NO_FILTERS)

    for warm_up in (CANARY, ABSENT, "iets"):
        find(carla, warm_up, NO_FILTERS)
    there, absent = operations(ask_for(CANARY)), operations(ask_for(ABSENT))
    assert there[1] == absent[1]
    assert 0.8 < there[0] / absent[0] < 1.25


HOSTILE = [
    "*a*", "*", "a*", "aa*", "(" * 400, ")" * 400, '"' * 401, "-" * 900, "*" * 900, ":" * 900, "word " * 5000,
    "-word " * 5000, "a-b-c-d-e-" * 90, "a." * 500, "a'" * 500, "x" * 5000, '"' + "a " * 500, "title:" * 200,
    "community:" + "x" * 2000, "community:x " * 400, "-type:chat " * 90, "in:title " * 100, "na:" + "9" * 900,
    "\x00" * 99,
    "\ud800" * 50, "ﷺ" * 300, "é" * 900, "e\u0301" * 900, "\u202e" * 500, "👩‍👩‍👧" * 100, "[a TO z]", "a~9 b~9",
    "a^9999",
    "kind:[* TO *]", "'; DROP TABLE x; --", "%00%0a", "{{7*7}}", "<script>", "\\" * 900, "/" * 900, "a OR " * 300,
    "NOT " * 300, "?" * 300, "veilig* " * 100, "ver* ont* bel* aan* op* uit* in* om*", '"een twee" ' * 80,
    "year:" + "2026 year:" * 90, "\n".join(["x"] * 500), "١٢٣" * 200, "ß" * 900,
]  # fmt: skip


def test_b08_fifty_hostile_queries_are_answered_and_cost_no_more_than_their_limits(
    index: Any, browse: Any, ciso: Any, anna: Any
) -> None:
    for number in range(20):
        factories.make_practice(ciso, anna, title=f"Veilig {number}", problem="Een twee aanpak, ver van huis. " * 20)
    rebuild()
    client = browse(anna)
    statuses, calls = [], []
    for text in HOSTILE:
        address = f"/search/?q={quote(text, errors='surrogatepass')}"
        count, _queries = operations(lambda address=address: statuses.append(client.get(address).status_code))
        calls.append(count)
    assert len(HOSTILE) == 50
    assert set(statuses) == {200}
    assert max(calls) < 200_000
