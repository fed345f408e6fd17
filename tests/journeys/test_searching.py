"""Searching by keyboard: an operator, a choice, taking it back, and opening a result; with scripts and without."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import NARROW, Person, axe_findings, dutch

pytestmark = pytest.mark.journey


@pytest.fixture(params=["with scripts", "without scripts", "on a telephone"])
def searcher(person, request) -> Person:
    options = {"without scripts": {"java_script_enabled": False}, "on a telephone": {"viewport": NARROW}}
    someone = person("anna", **options.get(request.param, {})).logs_in()
    someone.site.manage("worker", "--once")
    someone.has_scripts = request.param != "without scripts"
    return someone


def axe_finds_nothing(someone: Person) -> bool:
    """Whether axe, which is a script itself, finds nothing on this page."""
    return not someone.has_scripts or not axe_findings(someone.page)


def enters(someone: Person, target: Locator) -> None:
    """Go to this by Tab, press Enter, and come to another page of results."""
    before = someone.page.url
    someone.tabs_to(target)
    someone.page.keyboard.press("Enter")
    someone.page.wait_for_url(lambda url: url != before)


def count_of(someone: Person) -> int:
    """How many results the page says that there are."""
    status = someone.page.get_by_role("main").get_by_role("heading", level=2).first
    return int(re.search(r"\d+", status.inner_text())[0])


def test_a_search_is_narrowed_widened_and_opened_by_keyboard(searcher):
    page, main = searcher.page, searcher.page.get_by_role("main")
    searcher.opens("/search/")
    searcher.types_in(dutch("What are you looking for?"), "melding soort:praktijk")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("soort"))
    practices = count_of(searcher)
    assert practices > 0
    expect(main.get_by_role("link", name="Soort: Praktijkvoorbeelden")).to_be_visible()

    # Another kind beside it, from the choices; where they are folded, they are unfolded first.
    folded = page.locator(".search-facets > summary")
    if folded.is_visible():
        searcher.tabs_to(folded)
        page.keyboard.press("Enter")
    choices = page.get_by_role("complementary", name=dutch("Choices"))
    enters(searcher, choices.get_by_role("link", name="Gesprekken"))
    assert count_of(searcher) > practices
    expect(main.get_by_label(dutch("What are you looking for?"))).to_have_value("melding soort:praktijk soort:gesprek")

    # Taken back, by its chip.
    enters(searcher, main.get_by_role("link", name=re.compile("^Soort: Gesprekken")))
    assert count_of(searcher) == practices

    enters(searcher, main.locator(".result a").first)
    assert re.search(r"/practices/\d+/$", page.url)


def test_the_form_writes_what_the_box_then_shows(searcher):
    page, main = searcher.page, searcher.page.get_by_role("main")
    searcher.opens("/search/")
    searcher.tabs_to(page.locator(".search-advanced > summary"))
    page.keyboard.press("Enter")
    searcher.types_in(dutch("All these words"), "melding")
    searcher.types_in(dutch("None of these words"), "horeca")
    searcher.tabs_to(main.get_by_label("TLP:GREEN"))
    page.keyboard.press("Space")
    enters(searcher, main.get_by_role("button", name=dutch("Search with these choices")))
    expect(main.get_by_label(dutch("What are you looking for?"))).to_have_value("melding -horeca label:TLP:GREEN")
    assert count_of(searcher) > 0
    assert axe_finds_nothing(searcher)


def test_a_mistake_is_explained_next_to_the_box_and_the_rest_is_answered(searcher):
    searcher.opens("/search/?q=melding+soort:banaan")
    field = searcher.page.get_by_role("main").get_by_label(dutch("What are you looking for?"))
    expect(field).to_have_accessible_description(re.compile("soort:banaan Kies uit: praktijk"))
    assert count_of(searcher) > 0
    assert axe_finds_nothing(searcher)


def test_a_community_is_searched_from_its_own_page_and_then_everything(searcher):
    main = searcher.page.get_by_role("main")
    searcher.opens("/communities/ciso-netwerk/")
    searcher.tabs_to(main.get_by_role("searchbox", name=dutch("Search in this community")))
    searcher.page.keyboard.insert_text("melding")
    searcher.page.keyboard.press("Enter")
    searcher.page.wait_for_url(re.compile("in=community"))
    inside = count_of(searcher)
    assert inside > 0
    enters(searcher, main.get_by_role("link", name=dutch("Search everywhere")))
    assert count_of(searcher) > inside
