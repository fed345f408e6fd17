"""What an import reads: folders of Markdown, texts to clean, and what it says meanwhile."""

import io

from forums.importing import cleaning, reading
from forums.importing.report import Report
from forums.models import Practice
from tests.forums.sources import run

# -- Folders


def test_a_folder_of_markdown_with_front_matter(bram, ciso, tmp_path):
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "een.md").write_text(
        "---\nid: nr-1\ntitle: 2024\ntags: [jeugd]\nlicence: CC0\nurl: https://example.org\ncollection: 2024-05-01\n"
        "lang: nl\n---\nTekst --- met streepjes.\n"
    )
    (tmp_path / "twee.markdown").write_bytes(b"\xef\xbb\xbf# Uit de kop\r\n\r\nTekst.\r\n")
    (tmp_path / "leeg.md").write_text("---\n---\n# Lege voorkant\n")
    (tmp_path / "geen.txt").write_text("niet")
    assert run("import_practices", tmp_path)[2] == 0
    found = {practice.source_id: practice for practice in Practice.objects.all()}
    assert found.keys() == {"nr-1", "twee.markdown", "leeg.md"}
    assert (found["nr-1"].title, found["nr-1"].collection) == ("2024", "2024-05-01")
    assert found["nr-1"].body == "Tekst --- met streepjes."
    assert found["twee.markdown"].title == "Uit de kop"


def test_one_markdown_file_is_a_folder_of_one(bram, ciso, tmp_path):
    path = tmp_path / "een.md"
    path.write_text("# Kop\n\nTekst")
    assert run("import_practices", path)[2] == 0
    assert Practice.objects.get().source_id == "een.md"


def test_bad_files_of_a_folder_are_named(bram, ciso, tmp_path, monkeypatch):
    outside = tmp_path / "geheim.txt"
    outside.write_text("# Geheim")
    folder = tmp_path / "map"
    (folder / "submap.md").mkdir(parents=True)
    (folder / "link.md").symlink_to(outside)
    bad = {
        "yaml.md": "---\ntitle: [\n---\n# Kop\n",
        "open.md": "---\ntitle: Kop\n",
        "lijst.md": "---\n- a\n---\n# Kop\n",
        "getal.md": f"---\nid: 0x{'f' * 5_000}\n---\n# Kop\n",
        "diep.md": "---\na: " + "[" * 5_000 + "\n---\n# Kop\n",
        "python.md": "---\na: !!python/object/apply:os.system ['true']\n---\n# Kop\n",
        "soort.md": "---\ntitle: true\n---\n# Kop\n",
    }
    for name, text in bad.items():
        (folder / name).write_text(text)
    (folder / "oud.md").write_bytes("coördinatie".encode("latin-1"))
    (folder / "goed.md").write_text("# Goed\n")
    (folder / "lang.md").write_text("# Lang\n" + "a" * 20_000)
    monkeypatch.setattr(reading, "MAX_RECORD", 15_000)
    _out, err, code = run("import_practices", folder)
    assert code == 3
    for name in [*bad, "submap.md", "link.md", "oud.md", "lang.md"]:
        assert f"{name}: skipped: " in err, name
    assert [practice.title for practice in Practice.objects.all()] == ["Goed"]


# -- Cleaning and reporting


def test_the_boxes_of_mkdocs_become_quotes():
    text = 'Voor\n\n!!! note "Let op"\n    Regel een.\n\n    Regel twee.\nNa\n\n??? tip\n\tTekst.'
    assert cleaning.open_admonitions(text) == (
        "Voor\n\n> **Let op**\n>\n> Regel een.\n>\n> Regel twee.\n\nNa\n\n> **Tip**\n>\n> Tekst."
    )
    assert cleaning.open_admonitions("Hé!!! Zeg") == "Hé!!! Zeg"


def test_tables_get_the_columns_of_their_longest_row():
    text = "| a |\n|---|\n| 1 | 2 | 3 |\n\nNa | b\n"
    assert cleaning.widen_tables(text).splitlines()[:2] == ["| a |  |  |", "|---|---|---|"]
    fenced = f"```\n{text}```\n"
    assert cleaning.widen_tables(fenced) == fenced


def test_reading_stays_quick_on_hostile_texts():
    from time import monotonic

    started = monotonic()
    for text in (
        "|-|\n" * 50_000,
        "<svg" * 50_000,
        "| " + " " * 200_000 + "x",
        "!!! a" + " " * 200_000 + '"',
        "![" * 100_000,
    ):
        cleaning.drop_embedded(cleaning.widen_tables(cleaning.open_admonitions(text)))
    assert monotonic() - started < 10


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_shows_a_bar_that_a_record_cannot_steer(monkeypatch):
    report = Report(Terminal())
    report.tell("new")
    report.show(0.5)
    assert report.out.getvalue() == ""  # too soon
    report.started -= 1
    report.show(0.5)
    assert "[###############...............]  50%  1 records" in report.out.getvalue()
    report.skip("line 2", "\x1b[2Jkapot")
    assert "\x1b[2J" not in report.out.getvalue()
    assert report.out.getvalue().endswith("line 2: skipped: ?[2Jkapot\n")


def test_elsewhere_the_progress_is_a_line_now_and_then():
    report = Report(io.StringIO())
    report.started -= 10
    report.show(0.0)
    assert report.out.getvalue().endswith("0 records  0/s  0 s left\n")
    assert report.summary().startswith("0 new, 0 updated, 0 unchanged, 0 skipped in 10")
