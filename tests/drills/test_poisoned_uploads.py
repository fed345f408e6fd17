"""A hundred hostile files while pages are served: the site answers as if nothing happened, and reads the good ones."""

import json
import re
import threading
import time
import urllib.request
import uuid
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from community.files import check_upload
from tests.community.hostile_documents import RECIPES
from tests.drills.test_nothing_is_lost import start_thread, wait_until
from tests.forums.uploads import upload
from tests.running_site import Browserless, RunningSite

pytestmark = pytest.mark.drill

FILES, A_POST = 100, 10
PAGES = ("/", "/practices/", "/communities/ciso-netwerk/")
FACTS = (
    "import json; from community.models import FileText, TextOutbox;"
    "print(json.dumps({'left': TextOutbox.objects.count(), 'texts':"
    "[[t.file.name, t.state, t.reason] for t in FileText.objects.select_related('file').order_by('pk')]}))"
)


class Reader(threading.Thread):
    """Opens one page after another, and notes how each went."""

    def __init__(self, person: Browserless, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.person, self.stop = person, stop
        self.answers: list[tuple[int, float]] = []

    def run(self) -> None:
        while not self.stop.is_set():
            for path in PAGES:
                start = time.monotonic()
                try:
                    status = self.person.status(path)
                except OSError:
                    status = 0
                self.answers.append((status, time.monotonic() - start))
            time.sleep(0.1)


def poisoned() -> tuple[list[tuple[str, bytes]], list[tuple[str, bytes]]]:
    """The hostile files that the site keeps, as it cannot know better, and those that it refuses at once."""
    kept, refused = [], []
    for recipe, (kind, _ends) in RECIPES.items():
        name, content = f"{recipe.__name__}.{kind}", recipe()
        try:
            check_upload(upload(name, content))
        except ValidationError:
            refused.append((name, content))
        else:
            kept.append((name, content))
    return kept, refused


def attach(person: Browserless, thread: int, files: list[tuple[str, bytes]]) -> int:
    """Reply with these files; the status of the answer."""
    token = next(cookie.value for cookie in person.jar if cookie.name == "csrftoken")
    fields = {"csrfmiddlewaretoken": token, "body": "Bijlagen.", "idempotency_key": str(uuid.uuid4())}
    body = encode_multipart(BOUNDARY, {**fields, "files": [upload(name, content) for name, content in files]})
    url = f"{person.site.url}/threads/{thread}/replies/"
    request = urllib.request.Request(url, body, {"Referer": url, "Content-Type": MULTIPART_CONTENT})
    try:
        with person.opener.open(request, timeout=60) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def memory_of(process: int) -> int:
    """Most memory that a process ever had in use, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found
    return int(found[1]) * 1024


def facts(site: RunningSite) -> dict:
    return json.loads(site.manage("shell", "-v", "0", "-c", FACTS).strip().splitlines()[-1])


def test_a_hundred_poisoned_files_harm_nothing(tmp_path: Path):
    site = RunningSite(tmp_path).start("--demo")
    try:
        anna, bram = Browserless(site), Browserless(site)
        anna.log_in("anna@demo.kenniskring.example")
        bram.log_in("bram@demo.kenniskring.example")
        thread = start_thread(anna)
        kept, refused = poisoned()
        for path in PAGES:
            assert bram.status(path) == 200
        server, memory = site.process.pid, memory_of(site.process.pid)
        stop = threading.Event()
        reader = Reader(bram, stop)
        reader.start()
        files = [kept[number % len(kept)] for number in range(FILES)]
        for start in range(0, FILES, A_POST):
            assert attach(anna, thread, files[start : start + A_POST]) == 200
        for file in refused:
            assert attach(anna, thread, [file]) in (413, 422)
        assert attach(anna, thread, [("goed.txt", b"Een goed bestand.")]) == 200
        assert wait_until(lambda: facts(site)["left"] == 0, 900), "the worker did not get through them"
        stop.set()
        reader.join(timeout=60)
        texts = facts(site)["texts"]
        assert len(texts) == FILES + 1
        assert texts[-1] == ["goed.txt", "done", ""]
        assert {name for name, state, _reason in texts if state == "failed"} >= {"billion_laughs.docx", "pdf_bomb.pdf"}
        assert {status for status, _seconds in reader.answers} == {200}
        assert site.process.poll() is None
        assert memory_of(server) - memory < 200 * 1024 * 1024
        assert "Traceback" not in site.log()
    finally:
        site.stop()
