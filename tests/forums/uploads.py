"""Files for tests: good ones of every kind, and hostile ones made by recipe."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

TYPES_XML = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>'


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    """An upload as a form gives it; the type that the browser claims is never believed."""
    return SimpleUploadedFile(name, content, content_type="text/html")


def pack(files: dict[str, bytes]) -> bytes:
    """A zip with these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return buffer.getvalue()


def png(width: int = 1, height: int = 1) -> bytes:
    """A picture that says it is this large."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


def open_xml(main: str = "word/document.xml", **more: bytes) -> bytes:
    """A document of Word, Excel or PowerPoint."""
    return pack({"[Content_Types].xml": TYPES_XML, main: b"<document/>", **more})


def open_document(kind: str = "text", **more: bytes) -> bytes:
    """A document of LibreOffice."""
    mimetype = f"application/vnd.oasis.opendocument.{kind}".encode()
    return pack({"mimetype": mimetype, "content.xml": b"<document/>", **more})


GOOD = {
    "plan.pdf": (b"%PDF-1.7\n%\xe2\xe3\n", "application/pdf"),
    "foto.png": (png(), "image/png"),
    "foto.jpg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
    "foto.JPEG": (b"\xff\xd8\xff\xe1\x00\x10Exif", "image/jpeg"),
    "foto.gif": (b"GIF89a\x01\x00\x01\x00", "image/gif"),
    "foto.webp": (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    "notitie.txt": ("Coördinatie in de wijk\n".encode(), "text/plain"),
    "notitie v1.2.md": (b"# Kop\n", "text/markdown"),
    "lijst.csv": (b"naam;aantal\n", "text/csv"),
    "brief.docx": (open_xml(), f"{'application/vnd.openxmlformats-officedocument.'}wordprocessingml.document"),
    "cijfers.xlsx": (open_xml("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "dia.pptx": (
        open_xml("ppt/presentation.xml"),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "brief.odt": (open_document(), "application/vnd.oasis.opendocument.text"),
    "cijfers.ods": (open_document("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
    "dia.odp": (open_document("presentation"), "application/vnd.oasis.opendocument.presentation"),
}

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
BAD = {
    "an empty file": ("leeg.pdf", b""),
    "a picture that runs scripts": ("plaatje.svg", SVG),
    "that picture as PNG": ("plaatje.png", SVG),
    "that picture as text": ("plaatje.txt", SVG),
    "a page": ("pagina.html", HTML),
    "a page as PDF": ("pagina.pdf", HTML),
    "a page as text": ("pagina.txt", b"\xef\xbb\xbf \n" + HTML),
    "a page before a PDF": ("pagina.pdf", b"<script>alert(1)</script>%PDF-1.4"),
    "a program": ("programma.exe", b"MZ\x90"),
    "a program as PDF": ("programma.pdf", b"MZ\x90"),
    "a script as text": ("script.txt", b"#!/bin/sh\nrm -rf /\n"),
    "a picture that is also PHP": ("image.jpg.php", b"\xff\xd8\xff<?php"),
    "PHP that is also a picture": ("image.php.jpg", b"\xff\xd8\xff<?php"),
    "a program that looks like a PDF": ("rekening.pdf.exe", b"%PDF-1.4"),
    "a program in a turned name": ("photo\u202egpj.exe", b"\xff\xd8\xff"),
    "no ending": ("bestand", b"tekst"),
    "only an ending": (".txt", b"tekst"),
    "a name of nothing": ("\u202e\x00 ..", b"tekst"),
    "text in another encoding": ("oud.txt", "coördinatie".encode("latin-1")),
    "text with a NUL": ("nul.txt", b"tekst\x00tekst"),
    "a plain zip": ("map.zip", pack({"a.txt": b"a"})),
    "a zip as document": ("map.docx", pack({"a.txt": b"a"})),
    "a zip as an open document": ("map.odt", pack({"a.txt": b"a"})),
    "text as a document": ("brief.docx", b"PK, maar dan anders"),
    "a spreadsheet as letter": ("cijfers.docx", open_xml("xl/workbook.xml")),
    "macros": ("brief.docx", open_xml(**{"word/vbaProject.bin": b"x"})),
    "a letter that Office locked": ("brief.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)),
    "an open document that is locked": (
        "brief.odt",
        open_document(**{"META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
    ),
    "a locked PDF": ("plan.pdf", b"%PDF-1.7\ntrailer << /Root 1 0 R /Encrypt 5 0 R >>"),
    "a PDF locked in place": ("plan.pdf", b"%PDF-1.7\ntrailer << /Encrypt<</V 1>> >>"),
    "macros by type": (
        "brief.docx",
        pack({"[Content_Types].xml": b"<Types application/macroEnabled.main+xml>", "word/document.xml": b"x"}),
    ),
    "macros in an open document": ("brief.odt", open_document(**{"Basic/Standard/Module1.xml": b"x"})),
    "entities in the manifest": (
        "bom.docx",
        pack({"[Content_Types].xml": b"<!DOCTYPE x [<!ENTITY e 'x'>]>" + TYPES_XML, "word/document.xml": b"x"}),
    ),
    "a manifest far too long": (
        "bom.docx",
        pack({"[Content_Types].xml": TYPES_XML + zlib.compress(b"x") * 40_000, "word/document.xml": b"x"}),
    ),
    "a zip that unpacks to far more": ("bom.docx", open_xml(**{"word/media/x.bin": bytes(20_000_000)})),
    "a zip with too many files": ("bom.docx", open_xml(**{f"word/{number}": b"" for number in range(2_001)})),
    "a zip that leads out": ("uit.docx", open_xml(**{"../../evil.txt": b"x"})),
    "a zip with a drive": ("uit.docx", open_xml(**{"C:\\evil.txt": b"x"})),
    "a zip cut off": ("half.docx", open_xml()[:-30]),
    "a zip with a broken directory": ("kapot.docx", open_xml().replace(b"PK\x01\x02", b"PK\x09\x09")),
    "a zip with a broken manifest": (
        "kapot.docx",
        open_xml().replace(b"[Content_Types].xml", b"[Content_Typez].xml", 1),
    ),
    "a picture of four thousand million points": ("vloed.png", png(64_000, 64_000)),
    "a picture with half a header": ("half.png", png()[:14]),
}
