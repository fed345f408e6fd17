"""What an uploaded file is, by its content: an allow-list of kinds that a reader can open without danger."""

import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from community.extraction.kinds import OPEN_DOCUMENT, OPEN_XML
from community.packages import DAMAGE, DamagedPackageError, LargePackageError, LockedPackageError, open_package

MAX_MANIFEST = 256 * 1024
MAX_PIXELS = 100_000_000
CHUNK = 64 * 1024

COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The entry of the trailer that says how the rest is encrypted (PDF 2.0, 7.5.5); it is never encrypted itself.
ENCRYPTED_PDF = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R\b|<<)")
MARKUP = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*<\s*(?:!doctype|!--|\?xml|html|head|body|svg|script|iframe|x?math)", re.IGNORECASE
)


@dataclass(frozen=True)
class FileType:
    """A kind of file that may be kept; `holds` looks at the content and raises ValidationError, or tells False."""

    content_type: str
    holds: Callable[[IO[bytes]], bool]


def _starts_with(*beginnings: bytes) -> Callable[[IO[bytes]], bool]:
    return lambda content: content.read(16).startswith(beginnings)


def _is_png(content: IO[bytes]) -> bool:
    head = content.read(24)
    if not head.startswith(b"\x89PNG\r\n\x1a\n") or head[12:16] != b"IHDR":
        return False
    width, height = struct.unpack(">II", head[16:24])
    if width * height > MAX_PIXELS:
        raise ValidationError(_("This picture is too large to open: %(size)s."), params={"size": f"{width} × {height}"})
    return True


def _is_webp(content: IO[bytes]) -> bool:
    head = content.read(12)
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_text(content: IO[bytes]) -> bool:
    """Whether this is UTF-8 without control characters, and no page or picture in disguise."""
    head = content.read(1024)
    content.seek(0)
    if MARKUP.match(head) or head.startswith(b"#!"):
        return False
    try:
        # Whole, as a character may lie across two pieces; what comes here is at most MAX_UPLOAD_BYTES.
        text = content.read().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", text) is None


def _open_package(content: IO[bytes]) -> zipfile.ZipFile | None:
    """The packed document, or None where it is damaged or none at all. Raises ValidationError where it is refused."""
    try:
        return open_package(content)
    except LargePackageError as error:
        raise ValidationError(_("This file unpacks to something far too large.")) from error
    except LockedPackageError as error:
        raise ValidationError(_locked()) from error
    except DamagedPackageError:
        return None


def _locked() -> str:
    return _("This file is locked with a password. Remove the password first.")


def _read_manifest(package: zipfile.ZipFile, name: str) -> bytes:
    """A short file of the package, or nothing where it is missing, damaged or too long to be a manifest."""
    try:
        with package.open(name) as file:
            content = file.read(MAX_MANIFEST + 1)
    except DAMAGE:
        return b""
    return content if len(content) <= MAX_MANIFEST else b""


def _refuse_macros() -> None:
    raise ValidationError(_("Files with macros are not accepted. Save the document without macros."))


def _is_pdf(content: IO[bytes]) -> bool:
    """Whether this begins as a PDF; one that is encrypted is refused, with or without a password to open it."""
    if content.read(5) != b"%PDF-":
        return False
    if ENCRYPTED_PDF.search(content.read()):  # whole, as its place differs; it is at most MAX_UPLOAD_BYTES
        raise ValidationError(_("This PDF is protected. Save it without a password and without restrictions."))
    return True


def _is_open_xml(main: str) -> Callable[[IO[bytes]], bool]:
    def holds(content: IO[bytes]) -> bool:
        if content.read(8) == COMPOUND_FILE:
            raise ValidationError(_locked())  # Office packs what it encrypts in its older kind of file
        package = _open_package(content)
        if package is None:
            return False
        manifest = _read_manifest(package, "[Content_Types].xml")
        names = [name.lower() for name in package.namelist()]
        if b"macroenabled" in manifest.lower() or any(name.endswith("vbaproject.bin") for name in names):
            _refuse_macros()
        return main in names and b"<Types" in manifest and b"<!" not in manifest

    return holds


def _is_open_document(kind: str) -> Callable[[IO[bytes]], bool]:
    def holds(content: IO[bytes]) -> bool:
        package = _open_package(content)
        if package is None or _read_manifest(package, "mimetype").strip() != f"{OPEN_DOCUMENT}{kind}".encode():
            return False
        if any(name.startswith(("Basic/", "Scripts/")) for name in package.namelist()):
            _refuse_macros()
        if b"encryption-data" in _read_manifest(package, "META-INF/manifest.xml"):
            raise ValidationError(_locked())
        return "content.xml" in package.namelist()

    return holds


_JPEG = FileType("image/jpeg", _starts_with(b"\xff\xd8\xff"))
TYPES: dict[str, FileType] = {
    "pdf": FileType("application/pdf", _is_pdf),
    "png": FileType("image/png", _is_png),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "gif": FileType("image/gif", _starts_with(b"GIF87a", b"GIF89a")),
    "webp": FileType("image/webp", _is_webp),
    "txt": FileType("text/plain", _is_text),
    "md": FileType("text/markdown", _is_text),
    "csv": FileType("text/csv", _is_text),
    "docx": FileType(f"{OPEN_XML}wordprocessingml.document", _is_open_xml("word/document.xml")),
    "xlsx": FileType(f"{OPEN_XML}spreadsheetml.sheet", _is_open_xml("xl/workbook.xml")),
    "pptx": FileType(f"{OPEN_XML}presentationml.presentation", _is_open_xml("ppt/presentation.xml")),
    "odt": FileType(f"{OPEN_DOCUMENT}text", _is_open_document("text")),
    "ods": FileType(f"{OPEN_DOCUMENT}spreadsheet", _is_open_document("spreadsheet")),
    "odp": FileType(f"{OPEN_DOCUMENT}presentation", _is_open_document("presentation")),
}
# What a file name may not hide before its last dot: "foto.php.jpg" runs on some servers, "x.exe.pdf" fools people.
RUNNABLE = frozenset({
    "app", "asa", "asax", "asp", "aspx", "bat", "cer", "cfm", "cgi", "cmd", "com", "cpl", "dll", "docm", "dotm",
    "exe", "hta", "htaccess", "htm", "html", "inc", "jar", "jnlp", "js", "jse", "jsp", "jspx", "lnk", "msi",
    "msp", "phar", "php", "php3", "php4", "php5", "php7", "phps", "pht", "phtml", "pif", "pl", "pptm", "ps1",
    "py", "rb", "reg", "scr", "sh", "shtml", "svg", "swf", "url", "vb", "vbe", "vbs", "wsf", "wsh", "xhtml",
    "xlam", "xlsm", "xltm", "xml",
})  # fmt: skip


def recognise(name: str, content: IO[bytes]) -> str:
    """The content type that the content proves; it must fit the name's ending.

    Raises ValidationError for what is not on the list, or is not what its name says.
    """
    *inner, ending = name.lower().split(".") if "." in name else [name, ""]
    file_type = TYPES.get(ending)
    if file_type is None or any(part.strip() in RUNNABLE for part in inner[1:]):
        raise ValidationError(
            _("This kind of file is not accepted. Use one of: %(kinds)s."), params={"kinds": ", ".join(TYPES)}
        )
    content.seek(0)
    if not file_type.holds(content):
        raise ValidationError(_("This is not a good %(kind)s file."), params={"kind": ending})
    return file_type.content_type
