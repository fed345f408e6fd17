"""axe finds nothing on the pages that everybody can open: wide and narrow, light and dark."""

import pytest

from tests.journeys.conftest import NARROW, WIDE, axe_findings

pytestmark = pytest.mark.journey
PATHS = {
    "/accounts/login/": 200,
    "/accounts/signup/": 200,
    "/accounts/password/reset/": 200,
    "/labels/": 200,
    "/privacy/": 200,
    "/accessibility/": 200,
}
NOT_THERE = "/threads/999999/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_on_open_pages(person, viewport, scheme):
    visitor = person("visitor", viewport=viewport, color_scheme=scheme)
    findings = []
    for path, status in PATHS.items():
        assert visitor.opens(path) == status
        findings += axe_findings(visitor.page)

    assert not findings


def test_nothing_is_wider_than_the_smallest_screen(person):
    visitor = person("visitor", viewport={"width": 320, "height": 640})
    for path in PATHS:
        visitor.opens(path)
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_where_nothing_is_found(person, viewport, scheme):
    anna = person("anna", viewport=viewport, color_scheme=scheme).logs_in()

    assert anna.opens(NOT_THERE) == 404
    assert not axe_findings(anna.page)


def test_a_menu_closes_with_escape_and_gives_the_focus_back(person):
    anna = person("anna").logs_in()
    anna.opens(NOT_THERE)
    menu = anna.page.locator("details[data-menu]").first
    menu.locator("summary").focus()
    anna.page.keyboard.press("Enter")
    assert menu.get_attribute("open") is not None

    anna.page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert menu.locator("summary").evaluate("element => element === document.activeElement")


def test_menus_open_without_scripts(person):
    anna = person("anna", java_script_enabled=False).logs_in()
    anna.opens(NOT_THERE)
    menu = anna.page.locator("details[data-menu]").first
    menu.locator("summary").focus()
    anna.page.keyboard.press("Enter")

    assert menu.locator(".menu__panel").is_visible()


def test_the_first_tab_leads_past_the_menus(person):
    visitor = person("visitor")
    visitor.opens("/labels/")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")

    assert visitor.page.evaluate("document.activeElement.id") == "main"
