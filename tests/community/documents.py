"""Documents for tests, each as a real program would write it, and hostile ones that are valid all the same."""

import io
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from xml.sax.saxutils import escape

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fpdf import FPDF

from community.extraction.kinds import OPEN_DOCUMENT
from tests.forums.uploads import TYPES_XML

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in (("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"))
)


def pack(files: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return buffer.getvalue()


# -- PDF


def pdf(*pages: str) -> bytes:
    """A PDF with these pages, written by fpdf2; an empty text is a page with a drawing alone."""
    document = FPDF()
    document.set_font("Helvetica", size=11)
    for text in pages:
        document.add_page()
        if text:
            document.multi_cell(0, 6, text)
        else:
            document.rect(10, 10, 100, 50)
    return bytes(document.output())


def unicode_pdf(text: str) -> bytes:
    """A PDF in whatever script, with a font of empty boxes that is made here."""
    signs = sorted({sign for sign in text if not sign.isspace()} | {" "})
    names = [".notdef", *(f"u{ord(sign):04X}" for sign in signs)]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(sign): f"u{ord(sign):04X}" for sign in signs})
    font.setupGlyf({name: TTGlyphPen(None).glyph() for name in names})
    font.setupHorizontalMetrics(dict.fromkeys(names, (500, 0)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Vakjes", "styleName": "Regular", "psName": "Vakjes-Regular"})
    font.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    font.setupPost()
    document = FPDF()
    with tempfile.NamedTemporaryFile(suffix=".ttf") as file:
        font.save(file.name)
        document.add_font("vakjes", fname=file.name)
    document.set_font("vakjes", size=11)
    document.add_page()
    document.multi_cell(0, 6, text)
    return bytes(document.output())


def raw_pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first of which is the catalogue, with a right table of contents."""
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


def stream(content: bytes) -> bytes:
    """A packed stream of a PDF."""
    packed = zlib.compress(content, 6)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


def page_pdf(content: bytes, catalogue: bytes = b"", *more: bytes, kids: bytes = b"3 0 R", count: int = 1) -> bytes:
    """A PDF of a page with these drawing operators; `more` objects begin at number 6, `kids` lists the pages."""
    return raw_pdf([
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        stream(content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *more,
    ])  # fmt: skip


def tagged_pdf(text: str) -> bytes:
    """A PDF with a tree of structure: a paragraph."""
    return page_pdf(
        b"/P << /MCID 0 >> BDC BT /F1 12 Tf 50 700 Td (%s) Tj ET EMC" % text.encode("latin-1"),
        b"/MarkInfo << /Marked true >> /StructTreeRoot 6 0 R /Lang (nl)",
        b"<< /Type /StructTreeRoot /K 7 0 R >>",
        b"<< /Type /StructElem /S /P /P 6 0 R /Pg 3 0 R /K 0 >>",
    )


def locked_pdf(password: str = "") -> bytes:
    """A PDF that is encrypted: with a password to open it, or with restrictions alone."""
    document = FPDF()
    document.set_encryption(owner_password="eigenaar", user_password=password)
    document.set_font("Helvetica", size=11)
    document.add_page()
    document.cell(text="geheim")
    return bytes(document.output())


# -- Office


def _relations(*targets: tuple[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{KIND}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<?xml version="1.0"?><Relationships {RELATIONS}>{rows}</Relationships>'


def letter(*paragraphs: str, body: str = "", **more: str | bytes) -> dict[str, str | bytes]:
    """The files of a Word document with these paragraphs; `body` is markup that follows them."""
    text = "".join(f"<w:p><w:r><w:t>{escape(one)}</w:t></w:r></w:p>" for one in paragraphs)
    main = f'<?xml version="1.0" encoding="UTF-8"?><w:document {W}><w:body>{text}{body}</w:body></w:document>'
    return {"[Content_Types].xml": TYPES_XML, "word/document.xml": main, **more}


def docx(*paragraphs: str, **more: str | bytes) -> bytes:
    """A Word document with these paragraphs."""
    return pack(letter(*paragraphs, **more))


def pptx(*slides: str, note: str = "") -> bytes:
    """A PowerPoint document; its slides are stored in another order than they are shown in."""
    numbers = list(range(len(slides), 0, -1))
    listed = "".join(f'<p:sldId id="{255 + at}" r:id="rId{at}"/>' for at in range(1, len(slides) + 1))
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES_XML,
        "ppt/presentation.xml": f'<p:presentation xmlns:p="p" {R}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>',
        "ppt/_rels/presentation.xml.rels": _relations(*(("slide", f"slides/slide{number}.xml") for number in numbers)),
    }
    for number, text in zip(numbers, slides, strict=True):
        shapes = f"<a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p>"
        files[f"ppt/slides/slide{number}.xml"] = f'<p:sld xmlns:p="p" {A}>{shapes}</p:sld>'
    if note:
        files["ppt/slides/_rels/slide1.xml.rels"] = _relations(("notesSlide", "../notesSlides/notesSlide1.xml"))
        files["ppt/notesSlides/notesSlide1.xml"] = f"<p:notes xmlns:p='p' {A}><a:p><a:t>{note}</a:t></a:p></p:notes>"
    return pack(files)


def xlsx(shared: Sequence[str] = (), **sheets: str) -> bytes:
    """An Excel document of sheets by name, each the markup of its rows."""
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(sheets, 1)
    )
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES_XML,
        "xl/workbook.xml": f"<workbook {R}><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            *(("worksheet", f"/xl/worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1))
        ),
        "xl/sharedStrings.xml": f"<sst>{''.join(f'<si><t>{escape(text)}</t></si>' for text in shared)}</sst>",
    }
    for at, rows in enumerate(sheets.values(), 1):
        files[f"xl/worksheets/sheet{at}.xml"] = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    return pack(files)


# -- OpenDocument


def open_document(kind: str, body: str, **more: str | bytes) -> bytes:
    """An OpenDocument file of this kind with this markup in its body."""
    main = f"<office:document-content {ODF}><office:body>{body}</office:body></office:document-content>"
    return pack({"mimetype": f"{OPEN_DOCUMENT}{kind}", "content.xml": main, **more})


def odt(*paragraphs: str) -> bytes:
    """A text document with these paragraphs of markup."""
    text = "".join(f"<text:p>{one}</text:p>" for one in paragraphs)
    return open_document("text", f"<office:text>{text}</office:text>")


def odp(**slides: str) -> bytes:
    """A presentation of slides by name."""
    pages = "".join(
        f'<draw:page draw:name="{name}"><draw:frame><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>'
        "</draw:page>"
        for name, text in slides.items()
    )
    return open_document("presentation", f"<office:presentation>{pages}</office:presentation>")


def ods(**sheets: Sequence[Sequence[str]]) -> bytes:
    """A spreadsheet of sheets by name, each a list of rows."""
    tables = "".join(
        f'<table:table table:name="{name}">{"".join(_row(row) for row in rows)}</table:table>'
        for name, rows in sheets.items()
    )
    return open_document("spreadsheet", f"<office:spreadsheet>{tables}</office:spreadsheet>")


def _row(cells: Sequence[str]) -> str:
    cells_ = "".join(f"<table:table-cell><text:p>{escape(cell)}</text:p></table:table-cell>" for cell in cells)
    return f"<table:table-row>{cells_}</table:table-row>"
