"""The text of a file: queued with it, read by the worker, kept once, and nothing that a file does holds up another."""

from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from community import files, texts
from community.extraction.launcher import Answer
from community.models import FileText, StoredFile, TextOutbox
from community.signals import text_read
from tests.community import documents as made
from tests.community.hostile_documents import billion_laughs, cyclic_pages
from tests.factories import CANARY
from tests.forums.uploads import png, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    """The files of which it was told that they were read."""
    heard = []

    def hear(instance, **_kwargs):
        heard.append(instance)

    text_read.connect(hear)
    yield heard
    text_read.disconnect(hear)


@pytest.fixture
def store(anna):
    def keep(name: str, content: bytes) -> StoredFile:
        return files.store_upload(anna, upload(name, content))

    return keep


def answers(*given: Answer | Exception):
    """A reader that ends so, one time after another; what follows the last is a failure of the test."""
    left = list(given)

    def run(_content, _kind, **_options):
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return run


def make_due() -> None:
    TextOutbox.objects.update(not_before=timezone.now())


def test_a_stored_file_is_queued_in_the_same_transaction(store):
    stored = store("brief.docx", made.docx("x"))
    assert stored.text.state == "waiting"
    assert TextOutbox.objects.get().file == stored

    def fail() -> None:
        with transaction.atomic():
            store("brief.docx", made.docx("x"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert TextOutbox.objects.count() == FileText.objects.count() == 1


def test_a_picture_holds_no_text_and_is_not_queued(store):
    assert store("foto.png", png()).text.state == "none"
    assert not TextOutbox.objects.exists()
    assert texts.read_due() == 0


def test_the_worker_reads_a_file_and_tells_it(store, told):
    stored = store("plan.pdf", made.pdf("Eerste bladzijde", "", f"Derde met {CANARY}"))
    assert texts.read_due() == 1
    assert texts.read_due() == 0
    text = FileText.objects.get()
    assert text.pages == [["", "Eerste bladzijde"], ["", ""], ["", f"Derde met {CANARY}"]]
    assert (text.state, text.reason, text.version) == ("done", "", texts.VERSION)
    assert (text.has_text, text.is_tagged, text.is_cut, text.advice) == (True, False, False, "no_tags")
    assert text.read_at
    assert told == [stored]
    assert not TextOutbox.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("goed.pdf", made.tagged_pdf("Tekst"), ""),
        ("zonder-labels.pdf", made.pdf("Tekst"), "no_tags"),
        ("gescand.pdf", made.pdf(""), "no_text"),
        ("leeg.txt", b"\n", ""),
        ("brief.docx", made.docx(), ""),
        ("bom.docx", billion_laughs(), "failed"),
        ("kring.pdf", cyclic_pages(), "failed"),
    ],
)
def test_the_keeper_is_advised_on_what_is_wrong_with_a_file(store, name, content, advice):
    stored = store(name, content)
    assert stored.text.advice == ""
    texts.read_due()
    stored.text.refresh_from_db()
    assert stored.text.advice == advice


def test_what_is_hostile_is_tried_once_and_said_to_have_failed(store, told):
    stored = store("bom.docx", billion_laughs())
    assert texts.read_due() == 1
    text = FileText.objects.get()
    assert (text.state, text.reason, text.pages, text.has_text) == ("failed", "damaged", [], False)
    assert not TextOutbox.objects.exists()
    assert told == [stored]


def test_a_file_that_fails_again_and_again_keeps_no_other_waiting_and_is_given_up(store, monkeypatch):
    poisoned, good = store("slecht.txt", b"slecht"), store("goed.txt", b"goed")
    crash = Answer(end="crashed")
    monkeypatch.setattr(texts, "run_confined", answers(crash, Answer([{"part": ["", "goed"]}], end="")))
    assert [texts.read_due() for _ in range(3)] == [1, 1, 0]
    assert FileText.objects.get(file=good).state == "done"
    row = TextOutbox.objects.get()
    assert (row.file, row.attempts, row.error) == (poisoned, 1, "crashed")
    assert row.not_before > timezone.now()
    monkeypatch.setattr(texts, "run_confined", answers(OSError("no memory"), Answer(end="late"), crash))
    for _ in range(3):
        make_due()
        assert texts.read_due() == 1
    assert not TextOutbox.objects.exists()
    text = FileText.objects.get(file=poisoned)
    assert (text.state, text.reason) == ("failed", "failed")


def test_a_worker_that_is_killed_leaves_the_file_to_be_read_again_and_not_for_ever(store, monkeypatch):
    stored = store("plan.txt", b"plan")

    def be_killed(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(texts, "run_confined", be_killed)
    for number in range(texts.MAX_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            texts.read_due()
        row = TextOutbox.objects.get()
        assert row.attempts == number + 1
        assert row.not_before > timezone.now()  # for another worker it is taken, for a while
        assert texts.read_due() == 0
        make_due()
    assert texts.read_due() == 1
    assert (FileText.objects.get(file=stored).state, TextOutbox.objects.count()) == ("failed", 0)


def test_a_file_whose_bytes_are_gone_is_given_up_in_the_end(store):
    stored = store("weg.txt", b"weg")
    default_storage.delete(stored.storage_name)
    for _ in range(texts.MAX_ATTEMPTS):
        make_due()
        assert texts.read_due() == 1
    assert (FileText.objects.get().state, TextOutbox.objects.count()) == ("failed", 0)


def test_what_was_read_before_a_process_was_stopped_is_kept(store, monkeypatch):
    store("lang.pdf", made.pdf("x"))
    part = Answer([{"tagged": True}, {"part": ["", "eerste"]}], end="slow")
    monkeypatch.setattr(texts, "run_confined", answers(part))
    texts.read_due()
    text = FileText.objects.get()
    assert (text.state, text.pages, text.is_cut, text.is_tagged) == ("done", [["", "eerste"]], True, True)


def test_what_the_process_says_is_not_believed(store, monkeypatch):
    store("plan.txt", b"plan")
    lines = [
        {"part": ["\ud800naam", "te\x00kst\ud800"]}, {"part": "tekst"}, {"part": [1, 2]}, {"part": ["", "x", "y"]},
        {"tagged": "ja"}, {"part": ["", "x" * 3_000_000]}, {"part": ["", "na de grens"]}, {"hoera": 1},
    ]  # fmt: skip
    monkeypatch.setattr(texts, "run_confined", answers(Answer(lines, end="")))
    texts.read_due()
    text = FileText.objects.get()
    assert text.pages[0] == ["naam", "te kst"]
    assert [len(page[1]) for page in text.pages] == [6, 2_000_000 - 6, 0]
    assert text.is_tagged is False


def test_a_text_that_cannot_be_kept_is_tried_again(store, monkeypatch):
    store("plan.txt", b"plan")
    failing = [DatabaseError("disk full")]

    def fail(**_kwargs):
        if failing:
            raise failing.pop()

    text_read.connect(fail)
    try:
        assert texts.read_due() == 1
        assert FileText.objects.get().state == "waiting"
        assert TextOutbox.objects.get().error == "DatabaseError"
        make_due()
        assert texts.read_due() == 1
    finally:
        text_read.disconnect(fail)
    assert FileText.objects.get().pages == [["", "plan"]]


def test_two_workers_read_a_file_once(store, monkeypatch):
    store("plan.txt", b"plan")

    def read_twice(*_args, **_options):
        assert texts.read_due() == 0
        return Answer([{"part": ["", "plan"]}], end="")

    monkeypatch.setattr(texts, "run_confined", read_twice)
    assert texts.read_due() == 1


def test_a_file_that_is_removed_meanwhile_leaves_nothing(store, monkeypatch):
    stored = store("plan.txt", b"plan")

    def remove(*_args, **_options):
        files.remove_stored(stored)
        return Answer([{"part": ["", "plan"]}], end="")

    monkeypatch.setattr(texts, "run_confined", remove)
    assert texts.read_due() == 1
    assert not FileText.objects.exists()
    assert not TextOutbox.objects.exists()


# -- The command


def command(**options) -> str:
    out = StringIO()
    call_command("extract_texts", stdout=out, **options)
    return out.getvalue()


def test_files_of_an_older_version_and_files_never_read_are_read_again(store):
    old, never, fresh, picture = (
        store("oud.txt", b"oud"), store("nooit.txt", b"nooit"), store("vers.txt", b"vers"), store("foto.png", png()),
    )  # fmt: skip
    command(now=True)
    FileText.objects.filter(file=old).update(version=0, pages=[["", "zoals het was"]])
    FileText.objects.filter(file=never).delete()
    assert command().splitlines() == ["Queued 2 files.", "done: 2, none: 1, waiting: 1", "2 files are yet to be read."]
    assert FileText.objects.get(file=old).pages == [["", "zoals het was"]]  # until it is read
    assert command().startswith("Queued 0 files.")
    assert "0 files are yet to be read." in command(now=True)
    assert FileText.objects.get(file=old).pages == [["", "oud"]]
    assert FileText.objects.get(file=never).pages == [["", "nooit"]]
    assert command(all=True).startswith("Queued 3 files.")
    assert {row.file for row in TextOutbox.objects.all()} == {old, never, fresh}
    assert picture.text.state == "none"


def test_the_command_says_which_walls_stand(monkeypatch):
    assert command(check=True).splitlines()[0] == "limits: yes"
    assert not TextOutbox.objects.exists()
    from community.management.commands import extract_texts

    monkeypatch.setattr(extract_texts, "run_confined", answers(Answer()))
    with pytest.raises(CommandError):
        command(check=True)


def test_the_web_process_never_starts_a_reader(store, monkeypatch):
    def refuse(*_args, **_options):
        raise AssertionError("a file was read while it was stored")

    monkeypatch.setattr("community.extraction.launcher.subprocess.Popen", refuse)
    store("plan.pdf", made.pdf("x"))
    assert TextOutbox.objects.count() == 1
