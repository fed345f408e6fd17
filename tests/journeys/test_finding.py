"""Getting somewhere by keyboard: results as one types, and the quick switcher; without scripts both are plain forms."""

import time

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NARROW, WIDE, axe_findings, dutch

pytestmark = pytest.mark.journey


@pytest.fixture(autouse=True)
def _with_an_index(demo_site):
    """The worker has built the index of the demo."""
    deadline = time.monotonic() + 60
    while "healthy: True" not in demo_site.manage("index_status") and time.monotonic() < deadline:
        time.sleep(0.5)


def test_results_appear_as_one_types_and_are_chosen_with_the_arrows(person):
    anna = person("anna").logs_in()
    field, page = anna.page.locator("#site-search"), anna.page
    options = page.locator("#site-suggestions [role=option]")
    anna.tabs_to(field)
    page.keyboard.type("noodacc", delay=30)
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#site-suggestions [role=status]")).to_contain_text(str(options.count()))
    assert not axe_findings(page)

    page.keyboard.press("ArrowDown")
    chosen = page.locator("#site-suggestions [aria-selected=true]")
    expect(chosen).to_have_count(1)
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("noodacc")

    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    address = page.locator("#site-suggestions [aria-selected=true]").get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: address.split("#")[0] in url)


def test_enter_without_a_choice_searches_as_ever(person):
    anna = person("anna").logs_in()
    anna.tabs_to(anna.page.locator("#site-search"))
    anna.page.keyboard.type("noodaccount", delay=30)
    expect(anna.page.locator("#site-suggestions [role=option]").first).to_be_visible()
    anna.page.keyboard.press("Enter")
    anna.page.wait_for_url("**/search/?q=noodaccount*")


def test_an_answer_that_comes_late_replaces_nothing(person):
    anna = person("anna").logs_in()
    page = anna.page
    held = []
    page.route(lambda url: url.endswith("?q=huis"), lambda route: held.append(route))  # noqa: PLW0108 - Playwright cannot keep a builtin
    anna.tabs_to(page.locator("#site-search"))
    page.keyboard.type("huis")
    page.wait_for_timeout(400)
    assert held
    page.keyboard.press("Control+a")
    page.keyboard.type("noodaccounts")
    expect(page.locator("#site-suggestions mark").first).to_contain_text("oodaccounts")
    held[0].continue_()
    page.wait_for_timeout(400)
    expect(page.locator("#site-suggestions mark").first).to_contain_text("oodaccounts")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_switcher_opens_with_a_key_leads_there_and_gives_the_focus_back(person, viewport):
    anna = person("anna", viewport=viewport).logs_in()
    page = anna.page
    link = page.get_by_role("main").get_by_role("link").first
    anna.tabs_to(link)
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name=dutch("Go to"))
    expect(dialog).to_be_visible()
    expect(page.locator("#switcher-places [role=option]").first).to_be_visible()
    assert not axe_findings(page)
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("switcher.contains(document.activeElement) || document.activeElement === document.body")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()

    page.keyboard.press("Control+k")
    page.keyboard.type("cn", delay=30)
    expect(page.locator("#switcher-places [aria-selected=true]")).to_contain_text("CISO-netwerk")
    page.keyboard.press("Enter")
    page.wait_for_url("**/communities/ciso-netwerk/")


def test_without_scripts_the_switcher_is_a_page(person):
    anna = person("anna", java_script_enabled=False).logs_in()
    anna.tabs_to(anna.page.locator("[data-switcher]"))
    anna.page.keyboard.press("Enter")
    anna.types_in(dutch("Name of a community, room, thread, practice or person"), "cn")
    anna.page.keyboard.press("Enter")
    anna.presses("link", "CISO-netwerk")
    anna.page.wait_for_url("**/communities/ciso-netwerk/")


def test_a_search_is_kept_saved_and_erased_by_keyboard(person):
    carla = person("carla").logs_in()
    carla.opens("/search/?q=bankhelpdeskfraude")
    carla.page.wait_for_load_state("networkidle")
    assert not axe_findings(carla.page)
    carla.tabs_to(carla.page.locator(".save-search summary"))
    carla.page.keyboard.press("Enter")
    carla.presses("button", dutch("Save"))
    carla.sees(dutch("The search is saved."))
    saved = carla.page.get_by_role("region", name=dutch("Saved"))
    expect(saved.get_by_role("link", name="bankhelpdeskfraude", exact=True)).to_be_visible()
    recent = carla.page.get_by_role("region", name=dutch("Recent"))
    expect(recent.get_by_role("link", name="bankhelpdeskfraude", exact=True)).to_be_visible()
    assert not axe_findings(carla.page)
    carla.presses("button", dutch("Erase all"))
    carla.sees(dutch("Your recent searches are erased."))
    expect(recent.get_by_role("link", name="bankhelpdeskfraude", exact=True)).to_have_count(0)


def test_communities_that_one_could_join_are_named_under_results(person):
    carla = person("carla").logs_in()
    carla.opens("/search/?q=jeugd")
    section = carla.page.locator("[data-beyond-list]")
    expect(section).to_contain_text("Jeugd en veiligheid")
    assert not axe_findings(carla.page)
    carla.tabs_to(section.get_by_role("link").first)
    carla.page.keyboard.press("Enter")
    carla.page.wait_for_url("**/communities/jeugd-en-veiligheid/")
