"""What a document says, as rows of the posting table: by term, audience and block, entries and places packed.

A term is a folded word, or "=" and a stem: words hold letters and digits only. An entry says of a term in one text of
one document how often it stands there, and how many of its places are kept; the places of all entries follow each
other in the same order. So a row grows by appending to both.
"""

import struct
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.analysis import fold, normalise, stem, tokens
from search.backends.base import Document

TEXTS = ("title", "tags", "author", "body")  # their place here is the number that entries name them by
TITLE, TAGS, AUTHOR, BODY = range(4)
STEM = "="
MAX_TEXT = 1_000_000
MAX_POSITION = 0xFFFF  # what stands further on is counted but not kept: phrases are found in the first 65,536 words
COUNT_BITS = 14
MAX_COUNT = (1 << COUNT_BITS) - 1
BLOCK = 512  # documents of one audience whose postings share rows

ENTRY = np.dtype([("number", "<u4"), ("count", "<u2"), ("kept", "<u2")])  # count: the text in its two highest bits
PLACE = np.dtype("<u2")
_PACK = struct.Struct("<IHH").pack
Entries = npt.NDArray[np.void]


class Texts(NamedTuple):
    """The texts of a document as they are kept and analysed, in the order of TEXTS."""

    title: str
    tags: str
    author: str
    body: str


class Stand(NamedTuple):
    """Where a document's postings are: its number, and the rows of which audience and block."""

    number: int
    audience: int
    block: int


class Key(NamedTuple):
    """Names a row of the posting table."""

    term: str
    audience: int
    block: int


@dataclass(slots=True)
class Row:
    """What a row of the posting table holds. `documents` is how many have the term in another text than the author."""

    documents: int = 0
    entries: bytearray = field(default_factory=bytearray)
    places: bytearray = field(default_factory=bytearray)


Rows = defaultdict[Key, Row]
Terms = dict[str, list[tuple[int, list[int]]]]  # by term: text and positions


def texts_of(document: Document) -> Texts:
    """The texts of a document, as PostgreSQL can keep them: without NUL and halves of letters."""
    return Texts(
        title=" ".join(clean(document.title)[:MAX_TEXT].split()),
        tags=clean(" \n ".join(document.tags)),
        author=clean(f"{document.author} {document.organisation}"),
        body=clean(document.body)[:MAX_TEXT],
    )


def clean(text: str) -> str:
    """A text normalised as analysis wants it, that UTF-8 and PostgreSQL can hold."""
    return normalise(text).replace("\x00", " ").encode("utf-8", "replace").decode()


def terms_of(texts: Texts) -> tuple[Terms, list[int]]:
    """All terms of a document with their places, and the number of words of each text."""
    terms: defaultdict[str, list[tuple[int, list[int]]]] = defaultdict(list)
    lengths = []
    for number, text in enumerate(texts):
        places: defaultdict[str, list[int]] = defaultdict(list)
        length = 0
        for token in tokens(fold(text)):
            places[token.word].append(token.position)
            length += 1
        stems: defaultdict[str, list[int]] = defaultdict(list)
        for word, positions in places.items():
            terms[word].append((number, positions))
            stems[STEM + stem(word)].extend(positions)
        for term, positions in stems.items():
            terms[term].append((number, sorted(positions)))
        lengths.append(length)
    return terms, lengths


def add_to(rows: Rows, terms: Mapping[str, list[tuple[int, list[int]]]], stand: Stand) -> None:
    """Put the postings of one document into the rows where they belong."""
    for term, where in terms.items():
        row = rows[Key(term, stand.audience, stand.block)]
        row.documents += any(text != AUTHOR for text, _positions in where)
        for text, positions in where:
            kept = positions if positions[-1] <= MAX_POSITION else [at for at in positions if at <= MAX_POSITION]
            count = text << COUNT_BITS | min(len(positions), MAX_COUNT)
            row.entries += _PACK(stand.number, count, min(len(kept), MAX_POSITION))
            row.places += array("H", kept[:MAX_POSITION]).tobytes()


def without(entries: bytes, places: bytes, numbers: Iterable[int]) -> Row:
    """A row less what it says of these documents."""
    known = np.frombuffer(entries, ENTRY)
    stays = ~np.isin(known["number"], np.fromiter(numbers, "<u4"))
    kept = known[stays]
    telling = kept[kept["count"] >> COUNT_BITS != AUTHOR]["number"]
    return Row(
        documents=len(np.unique(telling)),
        entries=bytearray(kept.tobytes()),
        places=bytearray(np.frombuffer(places, PLACE)[np.repeat(stays, known["kept"])].tobytes()),
    )
