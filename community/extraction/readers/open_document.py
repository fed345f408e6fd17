"""The text of OpenDocument files (ISO/IEC 26300): everything is in content.xml."""

from collections.abc import Iterator
from typing import IO

from community.extraction.cleaning import MAX_BYTES
from community.extraction.readers.base import MAX_SHEET, Collector, Marks, Part, UnreadableError, stream
from community.packages import open_package

BREAKS = {"p": "\n", "h": "\n", "line-break": "\n", "tab": "\t", "s": " ", "table-cell": "\t", "table-row": "\n"}
SKIPPED = {"annotation", "tracked-changes"}  # remarks, and what was deleted with changes tracked
LETTER = Marks({"p", "h"}, BREAKS, SKIPPED)
SLIDES = Marks({"p", "h"}, BREAKS, SKIPPED, parts={"page"})
SHEETS = Marks({"p", "h"}, BREAKS, SKIPPED, parts={"table"})


def read_letter(content: IO[bytes]) -> Iterator[Part]:
    """A text document as one part."""
    return _read(content, LETTER, MAX_BYTES)


def read_slides(content: IO[bytes]) -> Iterator[Part]:
    """A presentation, a part per slide, with its notes."""
    return _read(content, SLIDES, MAX_BYTES)


def read_sheets(content: IO[bytes]) -> Iterator[Part]:
    """A spreadsheet, a part per sheet."""
    return _read(content, SHEETS, MAX_SHEET)


def _read(content: IO[bytes], marks: Marks, most: int) -> Iterator[Part]:
    package = open_package(content)
    try:
        file = package.open("content.xml")
    except (KeyError, ValueError, RuntimeError, NotImplementedError) as error:
        raise UnreadableError("damaged") from error
    with file:
        yield from stream(file, Collector(marks), most)
