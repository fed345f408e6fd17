"""What the confined process runs: a file in, its text out, part by part. Imports nothing of the site but its like."""

import time
from collections.abc import Iterator
from typing import IO, Any

from community.extraction.cleaning import MAX_BYTES, MAX_NAME, MAX_PARTS, clean
from community.extraction.readers import open_document, open_xml, pdf, plain
from community.extraction.readers.base import UnreadableError
from community.packages import LargePackageError, LockedPackageError, PackageError

PACKAGES = ("pypdf",)  # loaded whole before the walls stand: it loads parts of itself when they are needed
READERS = {
    "pdf": pdf.read,
    "docx": open_xml.read_letter,
    "pptx": open_xml.read_slides,
    "xlsx": open_xml.read_sheets,
    "odt": open_document.read_letter,
    "odp": open_document.read_slides,
    "ods": open_document.read_sheets,
    "text": plain.read,
}
SECONDS = 15.0  # of processor; a little under the limit, so that what was read is kept in good order


def read(kind: str, content: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Lines of an answer (see launcher.py): facts, parts with their name and text, the end. Raises UnreadableError."""
    left, parts, is_cut = MAX_BYTES, 0, False
    until = time.process_time() + SECONDS
    try:
        for found in READERS[kind](content):
            if isinstance(found, dict):
                yield found
                continue
            name, text = clean(found.name, MAX_NAME), clean(found.text, left)
            left -= len(text.encode())
            parts += 1
            yield {"part": [name, text]}
            is_cut = is_cut or found.is_cut
            if left <= 0 or parts == MAX_PARTS or time.process_time() > until:
                is_cut = True
                break
    except PackageError as error:
        raise UnreadableError(_reason(error)) from error
    yield {"end": "cut" if is_cut else ""}


def _reason(error: PackageError) -> str:
    if isinstance(error, LockedPackageError):
        return "locked"
    return "large" if isinstance(error, LargePackageError) else "damaged"
