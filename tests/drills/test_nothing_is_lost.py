"""kill -9 of `serve`, ten times, while people post and chat: what was acknowledged is there, once, and found."""

import json
import random
import re
import threading
import time
import urllib.error
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.running_site import Browserless, RunningSite

pytestmark = pytest.mark.drill

KILLS = 10
GONE = (OSError, WebSocketException, RuntimeError, StopIteration, TimeoutError, json.JSONDecodeError)


class Writer(threading.Thread):
    """Writes one line after another; what is not acknowledged is sent again under the same key."""

    def __init__(self, site: RunningSite, email: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.site, self.email, self.stop = site, email, stop
        self.acknowledged: list[str] = []
        self.key, self.text = "", ""
        self.next_line()

    def next_line(self) -> None:
        self.key, self.text = str(uuid.uuid4()), f"regel {uuid.uuid4().hex}"

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                person = Browserless(self.site)
                person.log_in(self.email)
                self.write(person)
            except GONE:
                time.sleep(0.3)

    def is_acknowledged(self) -> None:
        self.acknowledged.append(self.text)
        self.next_line()

    def write(self, person: Browserless) -> None:
        raise NotImplementedError


class Poster(Writer):
    """Replies in a thread by the form."""

    thread = 0

    def write(self, person: Browserless) -> None:
        while not self.stop.is_set():
            try:
                person.post(f"/threads/{self.thread}/replies/", body=self.text, idempotency_key=self.key)
            except urllib.error.HTTPError as error:
                if error.code != 422:  # "too fast" is an answer too: try again a little later
                    raise
                time.sleep(1)
                continue
            self.is_acknowledged()
            time.sleep(0.4)


class Chatter(Writer):
    """Says things over the socket."""

    room = 0

    def write(self, person: Browserless) -> None:
        headers = {"Cookie": person.cookies()}
        with connect(
            self.site.url.replace("http", "ws") + "/ws/", origin=self.site.url, additional_headers=headers
        ) as socket:
            socket.send(json.dumps({"t": "sub", "room": self.room, "after": -1}))
            while not self.stop.is_set():
                socket.send(json.dumps({"t": "send", "room": self.room, "cid": self.key, "body": self.text}))
                if self.wait_for_ack(socket):
                    self.is_acknowledged()
                time.sleep(0.25)

    def wait_for_ack(self, socket: object) -> bool:
        while True:
            packet = json.loads(socket.recv(timeout=5))
            for frame in packet if isinstance(packet, list) else [packet]:
                if frame["t"] in ("ack", "nack") and frame["cid"] == self.key:
                    return frame["t"] == "ack"


def find_number(pattern: str, page: str) -> int:
    found = re.search(pattern, page)
    assert found, f"{pattern} is not on the page"
    return int(found[1])


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def facts(site: RunningSite, thread: int, room: int) -> dict:
    program = (
        "import json; from forums.models import Post; from chat.models import Message;"
        f"p = list(Post.objects.filter(thread={thread}).values_list('number', 'body'));"
        f"m = list(Message.objects.filter(room={room}).values_list('seq', 'body'));"
        "print(json.dumps({'posts': p, 'messages': m}))"
    )
    return json.loads(site.manage("shell", "-v", "0", "-c", program).strip().splitlines()[-1])


def index_is_level(site: RunningSite) -> bool:
    try:
        return json.loads(site.manage("index_status", "--json"))["lag_rows"] == 0
    except json.JSONDecodeError:
        return False


def check_nothing_missing_nothing_doubled(rows: list[list], acknowledged: list[str]) -> None:
    numbers, bodies = [row[0] for row in rows], [row[1] for row in rows]
    assert set(acknowledged) <= set(bodies), "an acknowledged line is missing"
    assert all(bodies.count(text) == 1 for text in acknowledged), "a line is there twice"
    assert sorted(numbers) == list(range(1, len(numbers) + 1)), "the numbers have a hole or a double"


def test_what_was_acknowledged_survives_ten_kills(tmp_path: Path):
    site = RunningSite(tmp_path).start("--demo")
    anna = Browserless(site)
    anna.log_in("anna@demo.kenniskring.example")
    thread = start_thread(anna)
    room = find_number(r'href="/rooms/(\d+)/', anna.get("/communities/ciso-netwerk/rooms/"))
    stop = threading.Event()
    Poster.thread, Chatter.room = thread, room
    writers = [
        kind(site, f"{name}@demo.kenniskring.example", stop) for kind in (Poster, Chatter) for name in ("anna", "bram")
    ]
    for writer in writers:
        writer.start()
    for _ in range(KILLS):
        time.sleep(random.uniform(2.0, 4.0))
        site.kill()
        site.start()
    time.sleep(3)
    stop.set()
    for writer in writers:
        writer.join(timeout=30)
    try:
        found = facts(site, thread, room)
        posted, said = (
            [text for writer in half for text in writer.acknowledged] for half in (writers[:2], writers[2:])
        )
        assert len(posted) >= KILLS, "too little was posted for the drill to mean anything"
        assert len(said) >= KILLS, "too little was said for the drill to mean anything"
        check_nothing_missing_nothing_doubled(found["posts"], posted)
        check_nothing_missing_nothing_doubled(found["messages"], said)
        assert wait_until(lambda: index_is_level(site), 60), "the index did not catch up"
        for text in (posted[-1], said[-1]):
            word = text.removeprefix("regel ")
            assert json.loads(site.manage("search", word, "--as", "anna@demo.kenniskring.example", "--json"))["results"]
    finally:
        site.stop()


def start_thread(person: Browserless) -> int:
    page = person.get("/communities/ciso-netwerk/threads/new/")
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    page = person.post(
        "/communities/ciso-netwerk/threads/new/", title="Oefening", body="Een draad voor de oefening.",
        label="TLP:AMBER", idempotency_key=key[1],
    )  # fmt: skip
    return find_number(r'action="/threads/(\d+)/replies/', page)
