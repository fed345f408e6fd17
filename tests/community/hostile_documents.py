"""Hostile documents by name: each is a valid file of its kind, so that it is the bound that stops it and no defect."""

import random
import zipfile
from collections.abc import Callable

from tests.community.documents import A, docx, letter, open_document, pack, page_pdf, raw_pdf, stream, xlsx
from tests.forums.uploads import TYPES_XML

LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
# Noise, so that what packs to almost nothing keeps to the bound of ratio, and must be stopped by another.
NOISE = random.Random(3).randbytes(400_000)
BILLION_LAUGHS = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "lol">{LAUGHS}]>'


def ratio_bomb() -> bytes:
    """A small Word document that unpacks to 60 MB of text: under the bound of size, over that of ratio."""
    return docx("x" * 1000, **{"word/document.xml": _document("a" * 60_000_000)})


def size_bomb() -> bytes:
    """A Word document that unpacks to more than 200 MB and packs badly enough to keep to the ratio."""
    noise = random.Random(1).randbytes(1_500_000)
    return docx("x", **{"word/media/a.bin": noise, "word/media/b.bin": bytes(230_000_000)})


def stored_text_bomb() -> bytes:
    """30 MB of text that is not packed at all: every bound of the package is kept."""
    return pack(letter(body=f"<w:p><w:r><w:t>{'woord ' * 5_000_000}</w:t></w:r></w:p>"), zipfile.ZIP_STORED)


def lying_package() -> bytes:
    """A document whose table of contents says that the text is short."""
    content = bytearray(docx("lang " * 200_000))
    at = content.rfind(b"word/document.xml") - 46  # its entry in the table of contents
    content[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(content)


def many_entries() -> bytes:
    """A document of 2,001 files."""
    return docx("x", **{f"word/media/{number}": b"" for number in range(2_001)})


def billion_laughs() -> bytes:
    """A document whose text is one entity, which is ten of another, and so on nine times."""
    return docx(**{"word/document.xml": BILLION_LAUGHS + _document("&l9;")})


def quadratic_blowup() -> bytes:
    """One long entity, named many times."""
    head = f'<!DOCTYPE w [<!ENTITY a "{"a" * 50_000}">]>'
    return docx(**{"word/document.xml": head + _document("&a;" * 50_000), "word/media/a.bin": NOISE})


def outside_entity() -> bytes:
    """A document that asks for a file of the machine (XXE)."""
    head = '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return docx(**{"word/document.xml": head + _document("&e;")})


def outside_definition() -> bytes:
    """An open document that asks for its definition over the network."""
    return open_document("text", "x", **{"content.xml": '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd"><d>tekst</d>'})


def deep_nesting() -> bytes:
    """300,000 elements in each other."""
    body = "<w:p>" * 300_000 + "<w:r><w:t>diep</w:t></w:r>" + "</w:p>" * 300_000
    return pack(letter(body=body, **{"word/media/a.bin": NOISE}))


def deep_slides() -> bytes:
    """A presentation that names the same slide a hundred thousand times."""
    rows = "".join('<p:sldId id="1" r:id="rId1"/>' for _ in range(100_000))
    relation = '<Relationships><Relationship Id="rId1" Type="x/slide" Target="slides/a.xml"/></Relationships>'
    return pack({
        "[Content_Types].xml": TYPES_XML,
        "ppt/presentation.xml": f'<p:presentation xmlns:p="p" xmlns:r="r">{rows}</p:presentation>',
        "ppt/_rels/presentation.xml.rels": relation,
        "ppt/media/a.bin": NOISE,
        "ppt/slides/a.xml": f'<p:sld xmlns:p="p" {A}><a:p><a:t>{"dia " * 10_000}</a:t></a:p></p:sld>',
    })  # fmt: skip


def empty_cells() -> bytes:
    """A sheet of two million empty cells, and shared texts of which nobody knows."""
    return xlsx(
        [""] * 100_000 + [NOISE.hex()], Blad='<row><c t="s"><v>99999999999</v></c>' + "<c/>" * 2_000_000 + "</row>"
    )


def cyclic_pages() -> bytes:
    """A PDF whose tree of pages holds itself."""
    return raw_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"])


def cyclic_form() -> bytes:
    """A PDF page whose drawing draws itself."""
    form = stream(b"/X0 Do").replace(
        b"<< ", b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X0 6 0 R >> >> ", 1
    )
    return page_pdf(b"/X0 Do", b"", form).replace(b"/Font <<", b"/XObject << /X0 6 0 R >> /Font <<")


def deep_pdf() -> bytes:
    """A PDF with 100,000 arrays in each other."""
    return raw_pdf([
        b"<< /Type /Catalog /Pages 2 0 R /Deep %s >>" % (b"[" * 100_000 + b"]" * 100_000),
        b"<< /Type /Pages /Kids [] /Count 0 >>",
    ])  # fmt: skip


def pdf_bomb() -> bytes:
    """A small PDF whose page unpacks to 90 MB."""
    return page_pdf(b"BT /F1 12 Tf " + b"(aaaaaaaa) Tj " * 7_000_000)


def slow_pdf() -> bytes:
    """A small PDF with a million operators: slow rather than large."""
    return page_pdf(b"BT /F1 12 Tf " + b"(a) Tj 1 0 Td " * 1_000_000)


def twice_packed_pdf() -> bytes:
    """A PDF whose page is packed twice over, to get past the look at its size."""
    inner = stream(stream(b" " * 80_000_000).partition(b"stream\n")[2])
    return page_pdf(b"").replace(stream(b""), inner.replace(b"/FlateDecode", b"[/FlateDecode /FlateDecode]"))


def countless_pages() -> bytes:
    """A PDF with 9,000 pages, all of them the same one."""
    return page_pdf(b"BT /F1 12 Tf 50 700 Td (pagina) Tj ET", kids=b"3 0 R " * 9_000, count=9_000)


def junk_pdf() -> bytes:
    """What begins as a PDF and goes on as noise."""
    return b"%PDF-1.7\n" + random.Random(2).randbytes(200_000)


def _document(text: str) -> str:
    return f'<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'


# Per recipe: its kind, and how reading it may end. "" and "cut" are ends of a file that is read, or read in part.
RECIPES: dict[Callable[[], bytes], tuple[str, set[str]]] = {
    ratio_bomb: ("docx", {"large"}),
    size_bomb: ("docx", {"large"}),
    stored_text_bomb: ("docx", {"cut"}),
    lying_package: ("docx", {"damaged"}),
    many_entries: ("docx", {"large"}),
    billion_laughs: ("docx", {"damaged"}),
    quadratic_blowup: ("docx", {"damaged"}),
    outside_entity: ("docx", {"damaged"}),
    outside_definition: ("odt", {"damaged"}),
    deep_nesting: ("docx", {""}),
    deep_slides: ("pptx", {"cut"}),
    empty_cells: ("xlsx", {"cut"}),
    cyclic_pages: ("pdf", {"", "damaged"}),
    cyclic_form: ("pdf", {"", "damaged"}),
    deep_pdf: ("pdf", {"", "damaged"}),
    pdf_bomb: ("pdf", {"damaged"}),
    slow_pdf: ("pdf", {"slow"}),
    twice_packed_pdf: ("pdf", {"damaged"}),
    countless_pages: ("pdf", {"cut", "slow"}),
    junk_pdf: ("pdf", {"damaged"}),
}
