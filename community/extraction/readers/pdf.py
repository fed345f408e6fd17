"""The text of a PDF, page by page, and whether it is tagged: without tags a screen reader has no structure to go by."""

from collections.abc import Iterator
from typing import IO, Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from community.extraction.readers.base import Part, UnreadableError


def read(content: IO[bytes]) -> Iterator[Part | dict[str, Any]]:
    """A fact on tags, then a part per page. Raises UnreadableError where no page can be read."""
    reader = PdfReader(content)
    if reader.is_encrypted:
        raise UnreadableError("locked")
    yield {"tagged": _is_tagged(reader)}
    readable = damaged = 0
    for number in range(len(reader.pages)):
        try:
            text = reader.pages[number].extract_text()
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - one damaged page leaves the others
            text, damaged = "", damaged + 1
        else:
            readable += 1
        yield Part(text)
    if damaged and not readable:
        raise UnreadableError("damaged")


def _is_tagged(reader: PdfReader) -> bool:
    """Whether it says that it is tagged, and holds a tree of structure (PDF 2.0, 14.7 and 14.8)."""
    catalog = reader.root_object
    marked = catalog.get("/MarkInfo")
    marked = marked.get_object() if marked is not None else None
    is_marked = isinstance(marked, DictionaryObject) and bool(getattr(marked.get("/Marked"), "value", False))
    return is_marked and "/StructTreeRoot" in catalog
