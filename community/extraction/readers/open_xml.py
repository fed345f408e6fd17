"""The text of Word, PowerPoint and Excel documents (ECMA-376): the parts that a reader of the document sees."""

import posixpath
from collections.abc import Iterator
from typing import IO
from xml.sax.xmlreader import AttributesImpl
from zipfile import ZipFile

from community.extraction.cleaning import MAX_BYTES
from community.extraction.readers.base import (
    MAX_SHEET,
    Collector,
    Marks,
    Part,
    UnreadableError,
    attribute,
    stream,
)
from community.packages import open_package

# Left out: what was deleted with changes tracked (delText is not `t`), and the second form of the same drawing.
TEXT = Marks(texts={"t"}, breaks={"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "tc": "\t"}, skipped={"Fallback"})
SHEET = Marks(texts={"v", "t"}, breaks={"c": "\t", "row": "\n"}, skipped={"f", "rPh"})
STRINGS = Marks(texts={"t"}, breaks={}, skipped={"rPh"})  # rPh: how to pronounce it
NOTHING = Marks(texts=frozenset(), breaks={})


def read_letter(content: IO[bytes]) -> Iterator[Part]:
    """A Word document as one part, with its notes after it."""
    package = open_package(content)
    names = [name for name in ("word/footnotes.xml", "word/endnotes.xml") if name in package.namelist()]
    texts = [_text(package, name) for name in ("word/document.xml", *names)]
    yield Part("\n".join(part.text for part in texts), is_cut=any(part.is_cut for part in texts))


def read_slides(content: IO[bytes]) -> Iterator[Part]:
    """A PowerPoint document, a part per slide in their order, with what is in the notes under it."""
    package = open_package(content)
    relations = _relations(package, "ppt/presentation.xml")
    for _name, key in _listed(package, "ppt/presentation.xml", "sldId"):
        slide = _target(relations, key)
        part = _text(package, slide)
        notes = [target for kind, target in _relations(package, slide).values() if kind.endswith("/notesSlide")]
        texts = [part, *(_text(package, name) for name in notes)]
        yield Part("\n".join(one.text for one in texts), is_cut=part.is_cut)


def read_sheets(content: IO[bytes]) -> Iterator[Part]:
    """An Excel document, a part per sheet: what its cells show, without formulas."""
    package = open_package(content)
    relations = _relations(package, "xl/workbook.xml")
    shared = _shared_strings(package)
    for name, key in _listed(package, "xl/workbook.xml", "sheet"):
        yield _sheet(package, _target(relations, key), name, shared)


def _open(package: ZipFile, name: str) -> IO[bytes]:
    try:
        return package.open(name)
    except (KeyError, ValueError, RuntimeError, NotImplementedError) as error:
        raise UnreadableError("damaged") from error


def _text(package: ZipFile, name: str) -> Part:
    with _open(package, name) as file:
        return next(stream(file, Collector(TEXT), MAX_BYTES))


def _relations(package: ZipFile, name: str) -> dict[str, tuple[str, str]]:
    """What a part of the package refers to: by key, the kind of relation and the name in the package."""
    folder, base = posixpath.split(name)
    found: dict[str, tuple[str, str]] = {}

    def note(element: str, attrs: AttributesImpl) -> str:
        if element == "Relationship" and attrs.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attrs.get("Target", "")))
            found[attrs.get("Id", "")] = (attrs.get("Type", ""), target.lstrip("/"))
        return ""

    listing = f"{folder}/_rels/{base}.rels"
    if listing in package.namelist():
        with _open(package, listing) as file:
            list(stream(file, Collector(NOTHING, note), MAX_BYTES))
    return found


def _target(relations: dict[str, tuple[str, str]], key: str) -> str:
    if key not in relations:
        raise UnreadableError("damaged")
    return relations[key][1]


def _listed(package: ZipFile, name: str, wanted: str) -> list[tuple[str, str]]:
    """The slides or sheets in the order of the document: the name of each and the key of its relation."""
    found: list[tuple[str, str]] = []

    def note(element: str, attrs: AttributesImpl) -> str:
        if element == wanted:
            # Slides carry a number beside the key of their relation, both called "id".
            keys = [value for key, value in attrs.items() if key.endswith(":id")]
            found.append((attrs.get("name", ""), keys[0] if keys else ""))
        return ""

    with _open(package, name) as file:
        list(stream(file, Collector(NOTHING, note), MAX_BYTES))
    return found


class _Strings(Collector):
    """Collects the texts that sheets share; past a bound they are empty, as no more would be shown anyway."""

    def __init__(self) -> None:
        super().__init__(STRINGS)
        self.shared: list[str] = []
        self._kept = 0

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX names it so
        super().endElement(name)
        if name.rpartition(":")[2] == "si":
            self.shared.append("".join(self.pieces) if self._kept < MAX_BYTES else "")
            self._kept += self.size
            self.pieces, self.size = [], 0


def _shared_strings(package: ZipFile) -> list[str]:
    collector = _Strings()
    if "xl/sharedStrings.xml" in package.namelist():
        with _open(package, "xl/sharedStrings.xml") as file:
            list(stream(file, collector, MAX_BYTES))
    return collector.shared


class _Cells(Collector):
    """Collects what cells show: a number stands for a shared text where the cell says so."""

    def __init__(self, shared: list[str]) -> None:
        super().__init__(SHEET)
        self._shared = shared
        self._is_shared, self._cell = False, 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        if name.rpartition(":")[2] == "c":
            self._is_shared = attribute(attrs, "t") == "s"
            self._cell = len(self.pieces)
        super().startElement(name, attrs)

    def endElement(self, name: str) -> None:  # noqa: N802
        if name.rpartition(":")[2] == "c" and self._is_shared:
            place = "".join(self.pieces[self._cell :]).strip()
            del self.pieces[self._cell :]
            if place.isascii() and place.isdigit() and int(place) < len(self._shared):
                self.add(self._shared[int(place)])
        super().endElement(name)


def _sheet(package: ZipFile, name: str, title: str, shared: list[str]) -> Part:
    with _open(package, name) as file:
        part = next(stream(file, _Cells(shared), MAX_SHEET))
    return Part(part.text, title, part.is_cut)
