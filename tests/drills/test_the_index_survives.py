"""The index under kill -9, damaged files and an older copy: nothing is doubled, nothing stays lost, nothing leaks."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest

from search.backends.base import Wish
from search.backends.whoosh import WhooshBackend
from tests.running_site import ROOT, Browserless, RunningSite

pytestmark = pytest.mark.drill

KILLS = 8 if "CI" in os.environ else 30
ANNA = "anna@demo.kenniskring.example"
WORDS = "veiligheid"
EVERYTHING = Wish(limit=1000, seconds=60)


def write_until_killed(folder: Path, first: int, seconds: float) -> list[int]:
    """Let a writer write for so long after its first commit, kill it; the batches that it says are committed."""
    command = [sys.executable, "-m", "tests.drills.index_writer", str(folder), str(first)]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        lines = [writer.stdout.readline()]
        time.sleep(seconds)
        writer.kill()
        lines += writer.stdout.readlines()
    return [int(line) for line in lines if line.endswith("\n")]


def test_an_index_writer_that_is_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path):
    index = WhooshBackend(tmp_path)
    index.rebuild([])
    committed: list[int] = []
    for _ in range(KILLS):
        first = max(committed, default=-1) + 1
        committed += write_until_killed(tmp_path, first, random.uniform(0.0, 0.5))
        assert committed[-1] >= first, "a writer wrote nothing"
        assert index.health().is_ok
        found = [hit.key for hit in index.search("regel", {1}, EVERYTHING).hits]
        assert len(found) == len(set(found)), "something is there twice"
        # The last batch may have been committed without word of it.
        expected = {f"message:{number}" for number in range(max(committed) + 1)}
        assert expected <= set(found) <= expected | {f"message:{max(committed) + 1}"}
        assert sum(index.search(f"stand{max(committed) + step}", {1}).total for step in (0, 1)) == 1
    index.close()


class Drill:
    """A site whose worker runs only when told to."""

    def __init__(self, data: Path) -> None:
        self.site = RunningSite(data).start("--demo", "--no-worker")
        self.follow()
        self.index = data / "index"

    def follow(self) -> None:
        self.site.manage("worker", "--once")

    def restart(self, change: Callable[[], None]) -> None:
        self.site.stop()
        change()
        self.site.start("--no-worker")

    def status(self) -> dict:
        return json.loads(self.site.manage("index_status", "--json").splitlines()[0])

    def found(self, words: str = WORDS) -> list[str]:
        """What anna finds, by the command."""
        out = self.site.manage("search", words, "--as", ANNA, "--json", "--limit", "200")
        return [one["key"] for one in json.loads(out)["results"]]

    def page(self, words: str = WORDS) -> tuple[int, str, str]:
        """Status, Retry-After and text of anna's page."""
        anna = Browserless(self.site)
        anna.log_in(ANNA)
        try:
            return 200, "", anna.get(f"/search/?q={urllib.parse.quote(words)}")
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("Retry-After", ""), error.read().decode()


@pytest.fixture
def drill(tmp_path: Path):
    made = Drill(tmp_path)
    yield made
    made.site.stop()


def cut(pattern: str, share: float) -> Callable[[Path], None]:
    """Damage that leaves this share of some files."""

    def damage(index: Path) -> None:
        files = list(index.glob(f"index-*/{pattern}"))
        assert files
        for path in files:
            os.truncate(path, int(path.stat().st_size * share))

    return damage


DAMAGES = {
    "a segment without its end": cut("*.seg", 0.5), "an empty segment": cut("*.seg", 0.0),
    "an empty table of contents": cut("*.toc", 0.0), "no segments": lambda index: [
        path.unlink() for path in index.glob("index-*/*.seg")],
}  # fmt: skip


def test_damaged_files_are_told_of_honestly_and_built_anew_with_the_same_hits(drill: Drill):
    before = drill.found()
    assert len(before) > 3
    for name, damage in DAMAGES.items():
        drill.restart(lambda damage=damage: damage(drill.index))
        assert drill.status()["health"] == "broken", name
        status, retry_after, page = drill.page()
        assert (status, bool(retry_after)) == (503, True), name
        assert "notice--warning" in page
        drill.follow()
        assert drill.status()["health"] == "ok", name
        assert drill.page()[0] == 200
        assert drill.found() == before, name


def test_a_segment_that_is_cut_short_under_a_running_site_takes_only_search_away(drill: Drill):
    before = drill.found()
    assert drill.page()[0] == 200
    cut("*.seg", 0.0)(drill.index)
    assert drill.page()[0] == 503
    assert drill.site.answers()
    drill.follow()
    assert drill.page()[0] == 200
    assert drill.found() == before


def test_an_older_copy_that_is_put_back_is_noticed_and_mended(drill: Drill, tmp_path: Path):
    copy = tmp_path / "copy"
    shutil.copytree(drill.index, copy)
    start_thread(drill.site, "Kanariegeel overleg")
    drill.follow()
    after = drill.found("kanariegeel")
    assert len(after) == 1
    for _ in range(2):  # the second time the copy is older by a rebuild, not by a commit
        drill.restart(lambda: put_back(drill.index, copy))
        assert drill.found("kanariegeel") == []
        drill.follow()
        assert drill.found("kanariegeel") == after
        status = drill.status()
        assert (status["documents"], status["lag_rows"]) == (status["documents_in_database"], 0)


def put_back(index: Path, copy: Path) -> None:
    shutil.rmtree(index)
    shutil.copytree(copy, index)


def start_thread(site: RunningSite, title: str) -> None:
    anna = Browserless(site)
    anna.log_in(ANNA)
    page = anna.get("/communities/ciso-netwerk/threads/new/")
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert key
    anna.post(
        "/communities/ciso-netwerk/threads/new/", title=title, body="Een draad voor de oefening.",
        label="TLP:AMBER", idempotency_key=key[1],
    )  # fmt: skip
