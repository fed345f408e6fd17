"""The text of documents, format by format, as the confined process reads it; and what hostile ones come to."""

import io
from collections.abc import Callable

import pytest

from community.extraction import readers
from community.extraction.kinds import KINDS
from community.extraction.launcher import Answer, run_confined
from community.extraction.walls import Limits
from tests.community import documents as made
from tests.community.hostile_documents import RECIPES

ARABIC = "السلامة في الحي"
HEBREW = "שלום"
DECOMPOSED = "coo\u0308rdinatie cafe\u0301"


def read(content: bytes, kind: str) -> Answer:
    """What the readers say; without the walls, which are looked at elsewhere."""
    answer = Answer()
    try:
        answer.lines = list(readers.read(kind, io.BytesIO(content)))
    except readers.UnreadableError as error:
        answer.end = error.reason
        return answer
    answer.end = answer.lines.pop()["end"]
    return answer


def parts(answer: Answer) -> list[tuple[str, str]]:
    return [tuple(line["part"]) for line in answer.lines if "part" in line]


def texts(content: bytes, kind: str) -> list[str]:
    answer = read(content, kind)
    assert answer.end == ""
    return [text for _name, text in parts(answer)]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("pdf", made.pdf("tekst in een bestand")),
        ("docx", made.docx("tekst in een bestand")),
        ("pptx", made.pptx("tekst in een bestand")),
        ("xlsx", made.xlsx(["tekst in een bestand"], Blad='<row><c t="s"><v>0</v></c></row>')),
        ("odt", made.odt("tekst in een bestand")),
        ("odp", made.odp(Blad="tekst in een bestand")),
        ("ods", made.ods(Blad=[["tekst in een bestand"]])),
        ("text", b"tekst in een bestand"),
    ],
)
def test_each_kind_is_read_behind_the_walls_as_without_them(kind: str, content: bytes):
    answer = run_confined(io.BytesIO(content), kind)
    assert answer.end == ""
    assert answer.lines == read(content, kind).lines
    assert parts(answer)[0][1] == "tekst in een bestand"


def test_every_kind_has_a_reader_and_the_other_way_round():
    assert {kind.reader for kind in KINDS.values()} == readers.READERS.keys()


def test_a_pdf_gives_its_pages_in_order():
    answer = read(made.pdf("Aanpak van ondermijning", "Huisverbod in de praktijk"), "pdf")
    assert parts(answer) == [("", "Aanpak van ondermijning"), ("", "Huisverbod in de praktijk")]
    assert {"tagged": False} in answer.lines


def test_a_tagged_pdf_is_seen_to_be_tagged():
    answer = read(made.tagged_pdf("Toegankelijk"), "pdf")
    assert answer.lines[0] == {"tagged": True}
    assert parts(answer) == [("", "Toegankelijk")]


@pytest.mark.parametrize(
    "catalogue", [b"/MarkInfo << /Marked true >>", b"/MarkInfo 1 /StructTreeRoot 6 0 R", b"/StructTreeRoot 6 0 R"]
)
def test_half_of_what_makes_a_pdf_tagged_is_not_enough(catalogue):
    assert read(made.page_pdf(b"", catalogue), "pdf").lines[0] == {"tagged": False}


def test_pages_without_text_are_counted_all_the_same():
    assert texts(made.pdf("een", "", "drie"), "pdf") == ["een", "", "drie"]


def test_a_pdf_without_pages_has_no_parts():
    empty = made.raw_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"])
    assert texts(empty, "pdf") == []


def test_a_damaged_page_leaves_the_others():
    broken = made.page_pdf(
        b"BT /F1 12 Tf (goed) Tj ET", b"",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1 1] /Contents 7 0 R /Resources << >> >>",
        b"<< /Length 4 /Filter /Onbekend >>\nstream\nxxxx\nendstream",
        kids=b"3 0 R 6 0 R", count=2,
    )  # fmt: skip
    assert texts(broken, "pdf") == ["goed", ""]


@pytest.mark.parametrize("text", [ARABIC, HEBREW, "Ünïcödé ß ŁódźДом", "安全"])
def test_a_pdf_in_any_script_gives_its_letters(text):
    (found,) = texts(made.unicode_pdf(text), "pdf")
    assert sorted(found.replace(" ", "")) == sorted(text.replace(" ", ""))


def test_a_pdf_from_right_to_left_gives_its_words_as_they_are_typed():
    (found,) = texts(made.unicode_pdf(HEBREW), "pdf")
    assert found in (HEBREW, HEBREW[::-1])


@pytest.mark.parametrize("password", ["", "sesam"])
def test_a_locked_pdf_is_said_to_be_locked(password):
    assert read(made.locked_pdf(password), "pdf").end == "locked"


def test_a_letter_gives_its_paragraphs_and_notes_without_what_was_deleted():
    body = (
        "<w:p><w:r><w:t>een</w:t><w:tab/><w:t>twee</w:t><w:br/><w:t>drie</w:t></w:r></w:p>"
        "<w:p><w:del><w:r><w:delText>geschrapt</w:delText></w:r></w:del><w:ins><w:r><w:t>nieuw</w:t></w:r></w:ins></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>cel</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "<mc:Fallback xmlns:mc='m'><w:t>dubbel</w:t></mc:Fallback>"
    )
    notes = f"<w:footnotes {made.W}><w:p><w:r><w:t>Voetnoot</w:t></w:r></w:p></w:footnotes>"
    content = made.pack(made.letter("Kop & staart", ARABIC, body=body, **{"word/footnotes.xml": notes}))
    (text,) = texts(content, "docx")
    assert text.split() == ["Kop", "&", "staart", *ARABIC.split(), "een", "twee", "drie", "nieuw", "cel", "Voetnoot"]


def test_text_is_composed_and_free_of_control_characters():
    (text,) = texts(made.docx(DECOMPOSED, "na\u2028lijn"), "docx")
    assert text == "coördinatie café\nna lijn"
    (text,) = texts(b"\xef\xbb\xbfeen\x0c\x00twee\n\n\n\n  drie\xff", "text")
    assert text == "een twee\n\ndrie\ufffd"


def test_slides_come_in_the_order_in_which_they_are_shown():
    answer = read(made.pptx("Welkom", "Aanpak", "Vragen", note="Zeg hier iets aardigs."), "pptx")
    assert parts(answer) == [("", "Welkom"), ("", "Aanpak"), ("", "Vragen\n\nZeg hier iets aardigs.")]


def test_sheets_have_names_and_show_their_cells():
    rows = (
        '<row><c t="s"><v>1</v></c><c><v>42</v></c><c t="inlineStr"><is><t>in de cel</t></is></c></row>'
        '<row><c t="str"><f>A1&amp;B1</f><v>uitkomst</v></c><c t="s"><v>99</v></c></row>'
    )
    answer = read(made.xlsx(["nul", "Gemeente"], Cijfers=rows, Leeg=""), "xlsx")
    assert [(name, text.split()) for name, text in parts(answer)] == [
        ("Cijfers", ["Gemeente", "42", "in", "de", "cel", "uitkomst"]),
        ("Leeg", []),
    ]


def test_a_sheet_is_bounded_and_the_next_one_is_read_all_the_same():
    long = "".join(f"<row><c><v>{number:090}{number**9}</v></c></row>" for number in range(10_000))
    answer = read(made.xlsx(Lang=long, Kort="<row><c><v>7</v></c></row>"), "xlsx")
    (first, second) = parts(answer)
    assert answer.end == "cut"
    assert 400_000 < len(first[1]) <= 500_000
    assert second == ("Kort", "7")


def test_an_open_document_gives_its_text_without_remarks_and_what_was_deleted():
    content = made.odt(
        "Een <text:span>zin</text:span> met<text:s/>ruimte<text:note><text:note-body><text:p>noot</text:p>"
        "</text:note-body></text:note>",
        "<office:annotation><text:p>opmerking</text:p></office:annotation>Twee",
        "<text:tracked-changes><text:p>geschrapt</text:p></text:tracked-changes>Drie",
    )
    (text,) = texts(content, "odt")
    assert text.split() == ["Een", "zin", "met", "ruimtenoot", "Twee", "Drie"]


def test_open_slides_and_sheets_have_names():
    assert parts(read(made.odp(Begin="Welkom", Slot="Dank"), "odp")) == [("Begin", "Welkom"), ("Slot", "Dank")]
    answer = read(made.ods(Eerste=[["a", "b"], ["c"]], Tweede=[["d"]]), "ods")
    assert [(name, text.split()) for name, text in parts(answer)] == [("Eerste", ["a", "b", "c"]), ("Tweede", ["d"])]


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("docx", {"word/anders.xml": "<w/>"}),
        ("docx", {"word/document.xml": "<w:document"}),
        ("pptx", {"ppt/presentation.xml": '<p:sldId xmlns:p="p" xmlns:r="r" r:id="rId1"/>'}),
        ("xlsx", {"xl/workbook.xml": "<workbook><sheet name='x'/></workbook>"}),
        ("odt", {"styles.xml": "<x/>"}),
    ],
)
def test_a_package_without_its_parts_is_damaged(kind, files):
    assert read(made.pack(files), kind).end == "damaged"


def test_text_is_bounded_in_bytes():
    answer = read("é€𝄞 ".encode() * 400_000, "text")
    assert answer.end == "cut"
    assert 1_900_000 < len(parts(answer)[0][1].encode()) <= 2_000_000


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.__name__)
def test_a_hostile_document_comes_to_nothing(recipe: Callable[[], bytes]):
    kind, ends = RECIPES[recipe]
    answer = run_confined(io.BytesIO(recipe()), kind, limits=Limits(processor=3, clock=120))
    assert answer.end in ends
    assert sum(len(text) for _name, text in parts(answer)) <= 2_000_000
    assert "root:" not in str(answer.lines)
