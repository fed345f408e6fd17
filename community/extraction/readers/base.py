"""What the readers share: parts, and XML read as a stream without entities."""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import IO
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from community.packages import DAMAGE

MAX_SHEET = 500_000  # characters of one sheet, so that the first is not all
PIECE = 64 * 1024


class UnreadableError(Exception):
    """The file is not read; `reason` says why in one word: "locked", "large" or "damaged"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Part:
    """A page, slide or sheet: its own name where it has one, its text, and whether more of it is left out."""

    text: str
    name: str = ""
    is_cut: bool = False


@dataclass(frozen=True)
class Marks:
    """What the elements of a format mean, by their local names.

    `texts` hold text, `skipped` are passed over with all that is in them, `breaks` end with a blank or a new line,
    and each of `parts` starts another part.
    """

    texts: Set[str]
    breaks: Mapping[str, str]
    skipped: Set[str] = frozenset()
    parts: Set[str] = frozenset()


class Collector(ContentHandler):
    """Collects the text of a stream of XML."""

    def __init__(self, marks: Marks, started: Callable[[str, AttributesImpl], str] | None = None) -> None:
        super().__init__()
        self.marks, self._started = marks, started
        self.pieces: list[str] = []
        self.size = 0
        self._done: list[Part] = []
        self.name: str | None = None if marks.parts else ""
        self._inside = self._skipping = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - SAX names it so
        """An element begins."""
        local = name.rpartition(":")[2]
        if self._skipping or local in self.marks.skipped:
            self._skipping += 1
            return
        self._inside += local in self.marks.texts
        if local in self.marks.parts:
            self.finish()
            self.name = attribute(attrs, "name")
        if self._started and (text := self._started(local, attrs)):
            self.add(text)

    def endElement(self, name: str) -> None:  # noqa: N802
        """An element ends."""
        if self._skipping:
            self._skipping -= 1
            return
        local = name.rpartition(":")[2]
        self._inside -= local in self.marks.texts
        if local in self.marks.breaks:
            self.add(self.marks.breaks[local])

    def characters(self, content: str) -> None:
        """Text, where it counts."""
        if self._inside and not self._skipping:
            self.add(content)

    def add(self, text: str) -> None:
        """Keep a piece of the part at hand; before the first part there is none."""
        if self.name is not None:
            self.pieces.append(text)
            self.size += len(text)

    def finish(self) -> None:
        """The part at hand is complete."""
        if self.name is not None:
            self._done.append(Part("".join(self.pieces), self.name))
        self.pieces, self.size = [], 0

    def take(self) -> list[Part]:
        """The parts that were completed since they were last taken."""
        done, self._done = self._done, []
        return done

    def cut(self, most: int) -> Part:
        """The part at hand, of which the rest is left out."""
        part = Part("".join(self.pieces)[:most], self.name or "", is_cut=True)
        self.pieces, self.size, self.name = [], 0, None
        return part


def stream(file: IO[bytes], collector: Collector, most: int) -> Iterator[Part]:
    """The parts of a stream of XML, each as soon as it is complete, and at most this many characters of each.

    Raises UnreadableError for damage, and for every declaration of a document type: with it come all entities.
    """
    parser = create_parser(forbid_dtd=True)
    parser.setContentHandler(collector)
    try:
        while piece := file.read(PIECE):
            parser.feed(piece)
            yield from collector.take()
            if collector.size > most:
                yield collector.cut(most)
                if not collector.marks.parts:
                    return
        parser.close()
    except (SAXException, DefusedXmlException, *DAMAGE) as error:
        raise UnreadableError("damaged") from error
    collector.finish()
    yield from collector.take()


def attribute(attrs: AttributesImpl, name: str) -> str:
    """The attribute with this local name, whatever prefix the file gives it; "" where there is none."""
    return next((value for key, value in attrs.items() if key.rpartition(":")[2] == name), "")
