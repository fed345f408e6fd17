"""axe finds nothing on any page of the site, in both widths, in light and in dark."""

import pytest

from tests.journeys.conftest import NARROW, WIDE, axe_findings

pytestmark = pytest.mark.journey

MEMBER_PAGES = [
    "/", "/communities/", "/communities/ciso-netwerk/", "/communities/ciso-netwerk/threads/",
    "/communities/ciso-netwerk/threads/new/", "/communities/ciso-netwerk/rooms/", "/communities/ciso-netwerk/members/",
    "/communities/ciso-netwerk/membership/", "/communities/ciso-netwerk/practices/new/", "/practices/", "/drafts/",
    "/search/", "/search/?q=noodaccount", "/search/?q=zzzzzz",
    "/search/?q=melding+soort:praktijk+-label:red+soort:banaan",
    "/search/?words=melding&since=ooit&in=community:ciso-netwerk",
    "/search/?q=melding+jaar:1999", "/themes/mensenhandel/", "/people/me/", "/labels/",
    "/privacy/", "/accessibility/", "/accounts/email/", "/accounts/password/change/", "/accounts/sessions/",
    "/nergens/",
]  # fmt: skip
STEWARD_PAGES = [
    "/communities/ciso-netwerk/edit/", "/communities/ciso-netwerk/requests/", "/communities/ciso-netwerk/bans/",
    "/people/", "/people/approvals/", "/communities/new/",
]  # fmt: skip
LOOKS = [(WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")]


def look(someone, paths: list[str]) -> list[str]:
    findings = []
    for path in paths:
        someone.opens(path)
        findings += axe_findings(someone.page)
        overflow = someone.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        findings += [f"{path} is {overflow} pixels too wide"] if overflow > 0 else []
    return findings


def first(someone, path: str, kind: str) -> str:
    """The address of the first thing of this kind that a page links to."""
    someone.opens(path)
    return someone.page.locator(f"main a[href^='/{kind}/']").first.get_attribute("href")


@pytest.mark.parametrize(("viewport", "scheme"), LOOKS, ids=["wide light", "wide dark", "narrow light", "narrow dark"])
def test_axe_finds_nothing_on_the_pages_of_a_member(person, viewport, scheme):
    anna = person("anna", viewport=viewport, color_scheme=scheme).logs_in()
    things = [
        first(anna, "/communities/ciso-netwerk/threads/", "threads"),
        first(anna, "/communities/ciso-netwerk/rooms/", "rooms"),
        first(anna, "/practices/", "practices"),
        first(anna, "/communities/ciso-netwerk/members/", "people"),
    ]

    assert not look(anna, MEMBER_PAGES + things)


@pytest.mark.parametrize(("viewport", "scheme"), LOOKS[:1] + LOOKS[-1:], ids=["wide light", "narrow dark"])
def test_axe_finds_nothing_on_the_pages_of_an_administrator(person, viewport, scheme):
    beheer = person("beheer", viewport=viewport, color_scheme=scheme).logs_in()

    assert not look(beheer, STEWARD_PAGES)
