"""The main journey: two people log in, post, answer and chat live; a third, outside, meets nothing of it."""

import re
import uuid

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import SECONDS, Person, dutch

pytestmark = pytest.mark.journey
FILE = {"name": "oefening.txt", "mimeType": "text/plain", "buffer": b"Het draaiboek van de oefening."}


def follow(someone: Person, name: str | re.Pattern[str]) -> None:
    """Follow a link of the page, from the keyboard."""
    someone.presses("link", name)


def starts_thread(someone: Person, title: str, text: str) -> str:
    """Start a thread in the CISO network; returns its path."""
    someone.opens("/communities/ciso-netwerk/threads/")
    follow(someone, dutch("Start a thread"))
    someone.types_in(dutch("Title"), title)
    someone.types_in(dutch("Text"), text)
    someone.page.locator("input[type=file]").set_input_files(FILE)
    someone.presses("button", dutch("Post the thread"))
    someone.page.wait_for_url(re.compile(r"/threads/\d+/"))
    return someone.page.url.removeprefix(someone.site.url).split("?")[0].split("#")[0]


def answers(someone: Person, text: str) -> None:
    """Reply on the page of a thread."""
    someone.types_in(dutch("Your reply"), text)
    someone.presses("button", dutch("Post the reply"))
    someone.sees(text)


def says(someone: Person, text: str) -> None:
    """Say something in the room that is open."""
    field = someone.page.get_by_role("main").get_by_role("textbox").first
    someone.tabs_to(field)
    someone.page.keyboard.insert_text(text)
    someone.page.keyboard.press("Enter")


def hears(someone: Person, text: str) -> None:
    """It appears in the log of the room, once."""
    lines = someone.page.get_by_role("log").get_by_text(text)
    expect(lines).to_have_count(1, timeout=SECONDS)


def test_two_people_post_and_answer_and_chat_while_a_third_meets_nothing(person):
    anna, bram, carla = person("anna").logs_in(), person("bram").logs_in(), person("carla").logs_in()
    word = f"geheim{uuid.uuid4().hex[:12]}"

    # One starts a thread; the other, who has the list open, sees it appear and answers.
    bram.opens("/communities/ciso-netwerk/threads/")
    expect(bram.page.locator("[data-threads][data-live=live]")).to_be_visible(timeout=SECONDS)
    thread = starts_thread(anna, f"Oefening {word}", f"Wie doet er mee? {word}")
    bram.sees(f"Oefening {word}")
    follow(bram, f"Oefening {word}")
    bram.sees(f"Wie doet er mee? {word}")
    answers(bram, f"Ik doe mee, {word}.")
    anna.sees(f"Ik doe mee, {word}.")
    file = anna.page.get_by_role("link", name=re.compile("oefening.txt")).first.get_attribute("href")

    # They talk live.
    for someone in (anna, bram):
        someone.opens("/communities/ciso-netwerk/rooms/")
        someone.page.get_by_role("main").get_by_role("link").first.wait_for()
    room = anna.page.locator("main a[href^='/rooms/']").first.get_attribute("href")
    for someone in (anna, bram):
        someone.opens(room)
        someone.sees(dutch("You follow this room live."))
    says(anna, f"Hoor je mij, {word}?")
    hears(bram, f"Hoor je mij, {word}?")
    says(bram, f"Luid en duidelijk, {word}.")
    hears(anna, f"Luid en duidelijk, {word}.")

    # Who is outside meets nothing of it.
    for path in (thread, room, file):
        assert carla.opens(path) == 404
        carla.does_not_see(word)
    bram.site.manage("worker", "--once")
    bram.opens(f"/search/?q={word}")
    bram.sees(f"Oefening {word}")
    carla.opens(f"/search/?q={word}")
    results = carla.page.get_by_role("main")
    expect(results.get_by_role("link", name=re.compile(word))).to_have_count(0)
    assert results.inner_text().count(word) <= 1  # what was asked is repeated, nothing else


def test_whoever_is_removed_hears_nothing_from_that_moment(person):
    bram, anna = person("bram").logs_in(), person("anna").logs_in()
    anna.opens("/communities/ciso-netwerk/rooms/")
    room = anna.page.locator("main a[href^='/rooms/']").first.get_attribute("href")
    anna.opens(room)
    anna.sees(dutch("You follow this room live."))
    bram.opens("/communities/ciso-netwerk/members/?q=Anna")
    follow(bram, re.compile(dutch("Remove")))
    bram.presses("button", dutch("Remove this member"))
    bram.sees(dutch("%(name)s is no longer a member.", name="Anna de Vries"))
    bram.opens(room)
    says(bram, "Dit is voor leden.")
    hears(bram, "Dit is voor leden.")
    anna.page.wait_for_timeout(2_000)
    anna.does_not_see("Dit is voor leden.")
    assert anna.opens(room) == 404
    # Put things back for the other journeys.
    restore = (
        "from community.models import Community, Membership, User;"
        "anna = User.objects.get(email='anna@demo.kenniskring.example');"
        "Membership.objects.get_or_create(community=Community.objects.get(slug='ciso-netwerk'), person=anna)"
    )
    bram.site.manage("shell", "-v", "0", "-c", restore)


def test_it_works_without_scripts(person):
    anna = person("anna", java_script_enabled=False).logs_in()
    word = uuid.uuid4().hex[:12]
    starts_thread(anna, f"Zonder script {word}", f"Dit gaat zonder. {word}")
    answers(anna, f"En dit ook. {word}")
    anna.opens("/communities/ciso-netwerk/rooms/")
    anna.page.locator("main a[href^='/rooms/']").first.click()
    anna.page.get_by_role("main").get_by_role("textbox").first.fill(f"Gezegd zonder script {word}")
    anna.page.get_by_role("button", name=dutch("Send"), exact=True).click()
    anna.sees(f"Gezegd zonder script {word}")


def test_somebody_finds_a_practice_by_keyboard(person):
    carla = person("carla").logs_in()
    carla.site.manage("worker", "--once")
    carla.opens("/")
    carla.tabs_to(carla.page.locator("#site-search"))
    carla.page.keyboard.insert_text("huisverbod")
    carla.page.keyboard.press("Enter")
    carla.page.wait_for_url(re.compile("/search/"))
    carla.presses("link", re.compile("huisverbod", re.IGNORECASE))
    carla.page.wait_for_url(re.compile(r"/practices/\d+/"))
    carla.sees("Aanpak")
