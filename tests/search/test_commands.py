"""The commands: search, rebuild_index and index_status."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from community.models import Label
from search.index import backend, following
from search.indexer import rebuild
from search.models import SearchOutbox
from tests import factories
from tests.factories import CANARY
from tests.search.conftest import keys


def run(*args: str, **options: Any) -> str:
    """What a command says."""
    out = StringIO()
    call_command(*args, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_search_lists_what_the_person_may_see(index: Any, ciso: Any, bram: Any, carla: Any) -> None:
    practice = factories.make_practice(ciso, bram, label=Label.AMBER, title=CANARY, problem="Een vogel in de mijn.")
    rebuild()
    out = run("search", CANARY, f"--as={bram.email}")
    assert out.startswith("1 found")
    for said in (CANARY, "TLP:AMBER", f"practice:{practice.pk}", practice.get_absolute_url(), "in de mijn"):
        assert said in out
    assert CANARY not in run("search", CANARY, f"--as={carla.email}")


def test_search_gives_json(searched: Any, ciso: Any, bram: Any) -> None:
    practice = factories.make_practice(ciso, bram, title=CANARY, problem="Een vogel.")
    factories.make_practice(ciso, bram, title=f"Nog een {CANARY}")
    answer = searched(bram, CANARY, limit=1)
    assert (answer["query"], answer["total"], answer["is_partial"]) == (CANARY, 2, False)
    assert answer["errors"] == []
    assert answer["facets"] == {
        "kind": {"practice": 2}, "community": {str(ciso.pk): 2}, "theme": {ciso.theme.slug: 2}, "year": {"2026": 2},
        "organisation": {"Gemeente Schiedam": 2}, "label": {"TLP:GREEN": 2}, "status": {"published": 2}, "has": {},
    }  # fmt: skip
    assert keys(answer) == [f"practice:{practice.pk}"]
    (found,) = answer["results"]
    assert (found["title"], found["url"], found["label"]) == (CANARY, f"/practices/{practice.pk}/", "TLP:GREEN")
    assert (found["community"], found["author"], found["snippet"]) == ("ciso", "Bram Jansen", "Een vogel.")


def test_search_knows_the_operators_and_explains_what_it_does_not_understand(
    index: Any, ciso: Any, bram: Any, tmp_path: Path
) -> None:
    factories.make_practice(ciso, bram, title=CANARY)
    thread = factories.make_thread(ciso, bram, title=CANARY)
    rebuild()
    out, err = StringIO(), StringIO()
    call_command("search", f"{CANARY} type:gesprek label:purple", f"--as={bram.email}", stdout=out, stderr=err)
    assert out.getvalue().startswith("1 found")
    assert thread.get_absolute_url() in out.getvalue()
    assert "label:purple: Choose one of the five labels" in err.getvalue()
    queries = tmp_path / "queries.jsonl"
    queries.write_text(json.dumps({"query_id": "q1", "query": f"{CANARY} -soort:praktijk year:x"}))
    call_command("search", f"--as={bram.email}", f"--queries={queries}", stdout=(out := StringIO()), stderr=err)
    assert json.loads(out.getvalue()) == {"query_id": "q1", "ids": [f"thread:{thread.pk}"]}
    assert "q1: year:x: Give a year" in err.getvalue()


def test_search_answers_a_file_with_source_ids(index: Any, ciso: Any, bram: Any, carla: Any, tmp_path: Path) -> None:
    factories.make_practice(ciso, bram, title=CANARY, source_id="bron-1")
    own = factories.make_practice(ciso, bram, title=f"Een eigen {CANARY}")
    factories.make_practice(ciso, bram, title=f"Een geheime {CANARY}", label=Label.AMBER, source_id="bron-2")
    rebuild()
    queries, out = tmp_path / "queries.jsonl", tmp_path / "run.jsonl"
    lines = [{"query_id": "q1", "query": CANARY, "type": "x"}, {"query_id": "q2", "query": "nergens"}]
    queries.write_text("\n\n".join(json.dumps(line) for line in lines) + "\n")
    run("search", f"--as={carla.email}", f"--queries={queries}", f"--out={out}")
    answers = [json.loads(line) for line in out.read_text().splitlines()]
    assert answers == [{"query_id": "q1", "ids": ["bron-1", f"practice:{own.pk}"]}, {"query_id": "q2", "ids": []}]
    said = run("search", f"--as={bram.email}", f"--queries={queries}", "--limit=1")
    assert json.loads(said.splitlines()[0]) == {"query_id": "q1", "ids": ["bron-1"]}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "Give a query"),
        (("mus", "--queries=x"), "Give a query"),
        (("mus", "--out=x"), "goes with --queries"),
        (("mus", "--limit=0"), "from 1 to 200"),
        (("mus", "--as=nobody@example.org"), "no account"),
        (("--queries=/nonexistent/file",), "No such file"),
    ],
)
def test_search_says_what_was_wrong(args: tuple[str, ...], said: str, index: Any, anna: Any) -> None:
    with pytest.raises(CommandError, match=said):
        run("search", f"--as={anna.email}", *args)


@pytest.mark.parametrize("line", ["no json", "[]", '{"query": "mus"}', '{"query_id": "q", "query": 3}'])
def test_search_names_the_line_that_is_wrong(line: str, index: Any, anna: Any, tmp_path: Path) -> None:
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"query_id": "q1", "query": "mus"}\n' + line)
    with pytest.raises(CommandError, match="line 2"):
        run("search", f"--as={anna.email}", f"--queries={queries}")


def test_search_without_an_index_says_what_to_do(settings: Any, tmp_path: Path, anna: Any) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "nothing"
    with pytest.raises(CommandError, match="rebuild_index"):
        run("search", "mus", f"--as={anna.email}")


def test_rebuild_index_tells_how_many(index: Any, ciso: Any, anna: Any) -> None:
    factories.make_practice(ciso, anna)
    generation = backend().generation()
    assert "Indexed 1 documents" in run("rebuild_index")
    assert backend().generation() != generation


def test_rebuild_index_shows_progress_on_a_terminal(
    index: Any, ciso: Any, anna: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    factories.make_practice(ciso, anna)
    err = Terminal()
    call_command("rebuild_index", stdout=StringIO(), stderr=err)
    assert "1 of 1 documents" in err.getvalue()


def test_rebuild_index_respects_the_lock(index: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from search.management.commands import rebuild_index

    monkeypatch.setattr(rebuild_index, "rebuild", lambda progress: rebuild(progress, patience=0.0))
    with following(), pytest.raises(CommandError, match="Another process"):
        run("rebuild_index")


def test_index_status_tells_how_the_index_stands(index: Any, ciso: Any, anna: Any) -> None:
    factories.make_practice(ciso, anna)
    rebuild()
    SearchOutbox.objects.create(kind="practice", object_pk=1)
    figures = json.loads(run("index_status", "--json"))
    assert (figures["healthy"], figures["health"], figures["documents"], figures["lag_rows"]) == (True, "ok", 1, 1)
    assert figures["generation"] == backend().generation()
    assert figures["analysis"]
    assert figures["lag_seconds"] < 60
    assert "lag rows: 1" in run("index_status")


def test_index_status_ends_with_an_error_when_something_is_wrong(index: Any, settings: Any, tmp_path: Path) -> None:
    row = SearchOutbox.objects.create(kind="practice", object_pk=1)
    SearchOutbox.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(CommandError, match="attention"):
        run("index_status")
    row.delete()
    assert run("index_status")
    settings.SEARCH_INDEX_DIR = tmp_path / "nothing"
    with pytest.raises(CommandError, match="attention"):
        run("index_status", "--json")
