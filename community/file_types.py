"""What an uploaded file is, by its content: an allow-list of kinds that a reader can open without danger."""

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Bounds for packed documents, before anything in them is unpacked (the security plan, 3.7).
MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200
MAX_DIRECTORY = 1024 * 1024
MAX_MANIFEST = 256 * 1024
MAX_PIXELS = 100_000_000
CHUNK = 64 * 1024

OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
# What reading a damaged package can raise, each library its own.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
    ValueError, LookupError, OSError, EOFError, RuntimeError,
)  # fmt: skip
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
    """The packed document, once its directory is known to be small and honest. None where it is no zip."""
    if content.read(4) != b"PK\x03\x04":
        return None
    _check_directory(content)
    content.seek(0)
    try:
        package = zipfile.ZipFile(content)
    except DAMAGE:
        return None
    entries = package.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 1):
        raise ValidationError(_("This file unpacks to something far too large."))
    if any(entry.flag_bits & 1 for entry in entries):
        raise ValidationError(_("This file is locked with a password. Remove the password first."))
    return None if any(_leads_out(entry.filename) for entry in entries) else package


def _check_directory(content: IO[bytes]) -> None:
    """Read the size of the zip's table of contents from its last lines: zipfile itself would load it all."""
    size = content.seek(0, 2)
    content.seek(max(size - 66_000, 0))
    tail = content.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise ValidationError(_("This file is damaged."))
    entries, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
    if entries > MAX_ENTRIES or directory > MAX_DIRECTORY:
        raise ValidationError(_("This file unpacks to something far too large."))


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in name


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


def _is_open_xml(main: str) -> Callable[[IO[bytes]], bool]:
    def holds(content: IO[bytes]) -> bool:
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
        return "content.xml" in package.namelist()

    return holds


_JPEG = FileType("image/jpeg", _starts_with(b"\xff\xd8\xff"))
TYPES: dict[str, FileType] = {
    "pdf": FileType("application/pdf", _starts_with(b"%PDF-")),
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
