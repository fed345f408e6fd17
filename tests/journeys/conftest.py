"""A real browser on a real site: people with verbs, who do everything by keyboard."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.running_site import DEMO_PASSWORD, RunningSite

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SECONDS = 10_000  # milliseconds that a person waits for something to appear


def dutch(text: str, **values: object) -> str:
    """What a text of the site is in Dutch, so that journeys name what a visitor reads."""
    with translation.override("nl"):
        return translation.gettext(text) % values if values else translation.gettext(text)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; skips where it is not installed, unless REQUIRE_BROWSER says that it must be."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("There is no Chromium on this machine, and REQUIRE_BROWSER is set.")
        pytest.skip("There is no Chromium on this machine (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """A site with the demo alliance."""
    site = RunningSite(tmp_path_factory.mktemp("site"), EMAIL_URL=f"filemail:///{tmp_path_factory.mktemp('mail')}")
    site.start("--demo")
    yield site
    site.stop()


class Person:
    """Somebody at a browser window of their own, without a mouse."""

    def __init__(self, name: str, site: RunningSite, context: BrowserContext) -> None:
        self.name, self.site, self.context = name, site, context
        self.email = f"{name}@demo.kenniskring.example"
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, message: object) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def opens(self, path: str) -> int:
        """Go to a page by its address; returns the status."""
        return self.page.goto(self.site.url + path).status

    def logs_in(self) -> "Person":
        """Log in, by keyboard."""
        self.opens("/accounts/login/")
        self.page.get_by_label(dutch("E-mail address"), exact=False).first.focus()
        self.page.keyboard.type(self.email)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(DEMO_PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/accounts/login/" not in url)
        return self

    def tabs_to(self, target: Locator, limit: int = 150) -> None:
        """Press Tab until this has the focus: it can be reached by keyboard."""
        expect(target).to_be_visible(timeout=SECONDS)
        for _ in range(limit):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"{self.name} cannot reach {target} with the Tab key.")

    def types_in(self, label: str, text: str) -> None:
        """Fill in the field with this label, from the keyboard."""
        self.tabs_to(self.page.get_by_role("main").get_by_label(label))
        self.page.keyboard.insert_text(text)

    def presses(self, role: str, name: str) -> None:
        """Press the button or follow the link with this name, from the keyboard."""
        self.tabs_to(self.page.get_by_role("main").get_by_role(role, name=name).first)
        self.page.keyboard.press("Enter")

    def sees(self, text: str) -> None:
        """The text appears on the page, without a reload."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=SECONDS)

    def does_not_see(self, text: str) -> None:
        """The text is nowhere in the page."""
        assert text not in self.page.content()


@pytest.fixture
def person(chromium: Browser, demo_site: RunningSite) -> Iterator[Callable[..., Person]]:
    """person("anna") is somebody at a window of their own; at the end no script may have complained."""
    people: list[Person] = []

    def sit_down(name: str, **options: object) -> Person:
        context = chromium.new_context(**{"viewport": WIDE, "locale": "nl-NL", **options})
        context.set_default_timeout(SECONDS)
        people.append(Person(name, demo_site, context))
        return people[-1]

    yield sit_down
    for someone in people:
        someone.context.close()
    assert not [complaint for someone in people for complaint in someone.complaints]


def axe_findings(page: Page) -> list[str]:
    """What axe finds wrong on this page (WCAG 2.2 A and AA, and best practices)."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    report = Axe().run(page, options={"runOnly": tags})
    return [
        f"{page.url} {finding['id']}: {node['html'][:160]}"
        for finding in report.response["violations"]
        for node in finding["nodes"]
    ]
