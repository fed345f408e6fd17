"""The pages of the knowledge base: who sees what, choices and counts, forms that come back, and their queries."""

import re
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import override_settings
from django.urls import reverse

from community import registry
from community.models import Label
from forums.actions.tagging import set_tags
from tests import factories
from tests.factories import CANARY


def form(**values):
    return {
        "title": "Samen aan tafel",
        "problem": "Tien instanties.",
        "theme": "",
        "evidence": "none",
        "language": "nl",
        "label": "TLP:AMBER",
        "idempotency_key": str(uuid.uuid4()),
        **values,
    }


def edit_form(practice, **values):
    practice.refresh_from_db()
    sent = form(theme=practice.theme_id, owner=practice.owner_id, seen=practice.updated_at.isoformat(), **values)
    return {name: value for name, value in sent.items() if name != "label"}


def same_for_all(response, page):
    """A response without what differs between any two requests."""
    return re.sub(r'nonce="[^"]*"|value="[^"]*"', "", response.content.decode().replace(page, ""))


def text_of(client, url):
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


# -- Who sees what


def test_outsiders_meet_no_trace_of_a_closed_practice(anna, bram, outsiders, ciso, browse):
    practice = factories.make_practice(
        ciso, anna, label=Label.AMBER, title=f"Titel {CANARY}", problem=CANARY, summary=CANARY
    )
    set_tags(practice=practice, names=[CANARY])
    url = practice.get_absolute_url()
    for person in (anna, bram):
        for page in (url, "/practices/", "/communities/ciso/practices/", f"/practices/?tag={CANARY}"):
            assert CANARY in text_of(browse(person), page), (person, page)
    for person in outsiders:
        client = browse(person)
        for page in (url, f"{url}edit/", f"{url}label/", f"{url}hiding/"):
            nowhere = page.replace(f"/{practice.pk}/", "/999999/")
            response, unknown = client.get(page), client.get(nowhere)
            assert response.status_code == unknown.status_code == 404
            assert CANARY not in response.content.decode()
            assert same_for_all(response, page) == same_for_all(unknown, nowhere)
        for page in (f"{url}publication/", f"{url}edit/", f"{url}label/", f"{url}hiding/"):
            assert client.post(page, {"on": "1", "label": "TLP:CLEAR", "confirmed": "on"}).status_code == 404
        for page in ("/practices/", "/communities/ciso/practices/", "/practices/?status=drafts"):
            assert CANARY not in text_of(client, page)
    response = browse(AnonymousUser()).get(url)
    assert response.status_code == 302
    assert CANARY not in response.url


def test_a_hidden_community_has_no_list_for_outsiders(carla, bram, mensenhandel, browse):
    assert browse(carla).get("/communities/mensenhandel/practices/").status_code == 404
    assert browse(carla).get(f"/communities/{mensenhandel.slug}/practices/new/").status_code == 404
    assert browse(bram).get(f"/communities/{mensenhandel.slug}/practices/").status_code == 200


def test_drafts_are_seen_by_their_author_and_the_facilitators(anna, bram, dirk, ciso, browse):
    factories.make_member(dirk, ciso)
    practice = factories.make_practice(ciso, anna, published=False, title=CANARY, label=Label.AMBER)
    for person, page in ((anna, "?status=mine"), (anna, "?status=drafts"), (bram, "?status=drafts")):
        assert CANARY in text_of(browse(person), f"/practices/{page}")
    assert CANARY not in text_of(browse(bram), "/practices/?status=mine")
    for person in (anna, bram):
        assert CANARY not in text_of(browse(person), "/practices/")
    assert "notice--info" in text_of(browse(anna), practice.get_absolute_url())
    assert browse(dirk).get(practice.get_absolute_url()).status_code == 404
    assert CANARY not in text_of(browse(dirk), "/practices/?status=drafts")


def test_visitors_see_published_clear_practices_only_where_the_site_allows_that(anna, ciso, browse):
    clear = factories.make_practice(ciso, anna, label=Label.CLEAR, title="Voor iedereen", problem="Tekst.")
    green = factories.make_practice(ciso, anna, label=Label.GREEN, title=f"Groen {CANARY}")
    factories.make_practice(ciso, anna, label=Label.CLEAR, title=f"Concept {CANARY}", published=False)
    visitor = browse(AnonymousUser())
    assert visitor.get("/practices/").status_code == 302
    assert visitor.get(clear.get_absolute_url()).status_code == 302
    with override_settings(PUBLISH_CLEAR=True):
        for page in ("/practices/", clear.get_absolute_url(), "/practices/?status=drafts", "/practices/?status=mine"):
            text = text_of(visitor, page)
            assert CANARY not in text
            # Visitors learn no names of people and communities.
            assert anna.name not in text
            assert ciso.name not in text
        assert "Voor iedereen" in text_of(visitor, "/practices/")
        assert visitor.get(green.get_absolute_url()).status_code == 302
        assert visitor.get("/communities/ciso/practices/").status_code == 302


def test_pages_by_right(anna, bram, outsiders, ciso, browse):
    factories.make_member(outsiders[1], ciso)
    practice = factories.make_practice(ciso, anna, label=Label.GREEN)
    url = practice.get_absolute_url()
    pages = [url, f"{url}edit/", f"{url}label/", f"{url}hiding/", "/communities/ciso/practices/new/"]
    statuses = {
        person.name: [browse(person).get(page).status_code for page in pages] for person in (anna, bram, *outsiders)
    }
    assert statuses == {
        "Anna de Vries": [200, 200, 200, 403, 200],
        "Bram Jansen": [200, 200, 200, 200, 200],
        "Carla Bakker": [200, 403, 403, 403, 403],
        "Dirk Visser": [200, 403, 200, 403, 200],
        "Beheer": [200, 403, 403, 403, 403],
    }
    assert browse(bram).get(f"{url}publication/").status_code == 405
    assert browse(anna).post(f"{url}publication/", {"on": "0"}).status_code == 403


# -- The list


def test_choices_are_counted_within_what_the_reader_may_see(anna, carla, ciso, zorg, browse):
    cyber = factories.make_theme("Cyber")
    factories.make_practice(ciso, anna, label=Label.AMBER, theme=cyber)
    for evidence in ("none", "well_described"):
        factories.make_practice(ciso, anna, label=Label.GREEN, theme=cyber, evidence=evidence)
    other = factories.make_practice(zorg, carla, label=Label.GREEN, language="en")
    set_tags(practice=other, names=["wijkteam"])

    def counts(person, query=""):
        context = browse(person).get(f"/practices/{query}").context
        options = {str(option.name): option.count for _name, some in context["choices"] for option in some}
        return context["count"], options

    count, options = counts(anna)
    assert count == 4
    assert (options["Cyber"], options[ciso.name], options[zorg.name], options["wijkteam"]) == (3, 3, 1, 1)
    count, options = counts(carla)
    assert count == 3
    assert (options["Cyber"], options[ciso.name]) == (2, 2)
    assert counts(carla, f"?theme={cyber.slug}")[0] == 2
    assert counts(carla, f"?theme={cyber.slug}&evidence=well_described")[0] == 1
    assert counts(carla, "?tag=wijkteam")[0] == 1
    assert counts(carla, "?language=en")[0] == 1
    assert counts(carla, f"?community={zorg.slug}")[0] == 1
    assert counts(carla, "?theme=onbekend")[0] == 0


def test_a_choice_can_be_unmade(anna, ciso, browse):
    first, _second = [factories.make_practice(ciso, anna, theme=factories.make_theme()) for _ in range(2)]
    context = browse(anna).get(f"/practices/?theme={first.theme.slug}&page=1").context
    [(_name, options)] = [(name, some) for name, some in context["choices"] if any(one.chosen for one in some)]
    assert {option.chosen: option.query for option in options}[True] == "?"
    assert context["query"] == f"theme={first.theme.slug}"


def test_choices_that_are_no_good_are_left_out(anna, ciso, browse):
    factories.make_practice(ciso, anna, title="Wel")
    for query in (
        "?evidence=onzin",
        "?tag=%22%3E",
        "?status=alles",
        "?theme=%00",
        "?page=99",
        "?page=x",
        "?language=abcdefg",
    ):
        assert "Wel" in text_of(browse(anna), f"/practices/{query}"), query


def test_the_newest_come_first_thirty_on_a_page(anna, ciso, browse):
    from datetime import UTC, datetime, timedelta

    start = datetime(2026, 5, 1, tzinfo=UTC)
    for day in range(32):
        factories.make_practice(ciso, anna, title=f"Aanpak van dag {day:02}", published_at=start + timedelta(days=day))
    titles = [practice.title for practice in browse(anna).get("/practices/").context["page"]]
    assert titles == [f"Aanpak van dag {day:02}" for day in range(31, 1, -1)]
    second = text_of(browse(anna), "/practices/?page=2")
    assert "Aanpak van dag 01" in second
    assert "Aanpak van dag 02" not in second


def test_an_empty_list_says_what_to_do(anna, carla, ciso, browse):
    assert reverse("practice_new", args=["ciso"]) in text_of(browse(anna), "/communities/ciso/practices/")
    assert reverse("practice_new", args=["ciso"]) not in text_of(browse(carla), "/communities/ciso/practices/")
    assert 'class="empty' in text_of(browse(carla), "/practices/")
    assert 'class="empty' in text_of(browse(carla), "/practices/?status=mine")


def test_the_pages_of_the_base_show_the_newest_practices(anna, carla, ciso, rf):
    factories.make_practice(ciso, anna, label=Label.AMBER, title=CANARY)
    other = factories.make_theme()
    for person, expected in ((anna, [CANARY]), (carla, [])):
        request = rf.get("/")
        request.user = person
        pages = [
            (registry.home_sections(request), expected),
            (registry.sections(request, ciso), expected),
            (registry.theme_sections(request, ciso.theme), expected),
            (registry.theme_sections(request, other), []),
        ]
        for parts, titles in pages:
            [part] = [part for part in parts if part["name"] == "practices"]
            assert [practice.title for practice in part["context"]["practices"]] == titles


def test_the_sections_are_shown_on_those_pages(anna, carla, ciso, browse):
    factories.make_practice(ciso, anna, label=Label.AMBER, title=CANARY)
    for page in ("/", ciso.get_absolute_url(), ciso.theme.get_absolute_url()):
        assert CANARY in text_of(browse(anna), page)
        assert CANARY not in text_of(browse(carla), page)


# -- Queries


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_eight_queries(anna, ciso, browse, django_assert_num_queries, rows):
    for _ in range(rows):
        practice = factories.make_practice(ciso, anna)
        set_tags(practice=practice, names=["een", "twee"])
    client = browse(anna)
    client.get("/practices/")
    with django_assert_num_queries(8):
        client.get("/practices/")
    with django_assert_num_queries(8):
        client.get("/communities/ciso/practices/")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_practice_takes_eight_queries(anna, ciso, browse, django_assert_num_queries, rows):
    practice = factories.make_practice(ciso, anna, problem="Tekst.")
    set_tags(practice=practice, names=[f"tag {number}" for number in range(rows)])
    for _ in range(rows):
        factories.make_attachment(practice)
    client = browse(anna)
    client.get("/practices/")
    with django_assert_num_queries(8):
        client.get(practice.get_absolute_url())


# -- The page of one


def test_a_page_shows_sections_in_order_tags_files_and_owner(anna, ciso, browse):
    practice = factories.make_practice(
        ciso, anna, result="Minder meldingen.", problem="Veel meldingen.", review_on="2020-01-01"
    )
    set_tags(practice=practice, names=["wijkteam"])
    attachment = factories.make_attachment(practice, name="notitie.txt")
    text = text_of(browse(anna), practice.get_absolute_url())
    assert text.index("Veel meldingen.") < text.index("Minder meldingen.")
    assert attachment.get_absolute_url() in text
    assert "?tag=wijkteam" in text
    assert anna.name in text
    assert "notice--warning" in text  # its review date has passed


def test_an_imported_practice_says_where_it_comes_from(anna, ciso, browse):
    practice = factories.make_practice(
        ciso, anna, source_id="wet-1", source="staatsblad", source_url="https://example.org/wet", licence="CC0",
        collection="wetten", html={"body": "".join(f'<h2 id="part-{n}">Artikel {n}</h2>' for n in range(1, 6))},
    )  # fmt: skip
    text = text_of(browse(anna), practice.get_absolute_url())
    for part in ("wet-1", "staatsblad", 'href="https://example.org/wet"', "CC0", "wetten", 'href="#part-5"'):
        assert part in text
