"""What the index holds of a document, and how the words are handed to Whoosh: already analysed, positions packed."""

import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from whoosh import columns, fields, formats

from search.analysis import Token, fingerprint, fold, normalise, stem, tokens
from search.backends.base import Document

SCHEMA_VERSION = 3
MAX_POSITION = 0xFFFF  # places further on are counted but not kept: phrases are found in the first 65,535 words
MAX_TEXT = 1_000_000
TEXT_FIELDS = ("title", "body", "tags", "author")
Posting = tuple[bytes, int, float, bytes]


class PackedPositions(formats.Format):
    """Positions as unsigned shorts, ready for `array`."""

    def decode_positions(self, value: bytes) -> list[int]:
        """The positions of a posting, in order."""
        return unpack_positions(value)

    def decode_frequency(self, value: bytes) -> int:
        """How many positions there are."""
        return len(value) // 2

    def decode_weight(self, value: bytes) -> float:
        """The same, as a weight."""
        return float(len(value) // 2)


class Words(fields.FieldType):
    """A field that takes postings as `postings` makes them, and leaves analysis to us."""

    def __init__(self) -> None:
        super().__init__(format=PackedPositions(), analyzer=None)

    def index(self, value: Iterable[Posting], **_options: Any) -> Iterator[Posting]:
        """The postings as they came."""
        return iter(value)


def schema() -> fields.Schema:
    """The fields of the index: words and stems per text, the key, facts for filters and facets, the texts."""
    words = {name: Words() for text in TEXT_FIELDS for name in (text, f"{text}_stem")}
    return fields.Schema(
        key=fields.ID(unique=True),
        facts=fields.COLUMN(columns.VarBytesColumn()),
        text=fields.COLUMN(columns.VarBytesColumn()),
        **words,
    )


def signature() -> str:
    """Names schema and analysis; an index with another signature is outdated."""
    return f"{SCHEMA_VERSION}-{fingerprint()}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters, facets and ranking must know of a document without opening it."""

    key: str
    kind: str
    audience: int
    values: dict[str, list[str]]  # see base.NARROWED
    written: float  # seconds since 1970, 0 for unknown
    quality: float
    title_length: int
    body_length: int


def unpack_facts(packed: bytes) -> Facts:
    """Facts as they were before `fields_of` packed them."""
    return Facts(*orjson.loads(packed))


def unpack_positions(value: bytes) -> list[int]:
    """Positions as they were before `postings` packed them."""
    return array("H", value).tolist()


def unpack_text(packed: bytes) -> tuple[str, str]:
    """Title and body."""
    title, _line, body = zlib.decompress(packed).decode().partition("\n")
    return title, body


def postings(found: Iterable[Token]) -> tuple[list[Posting], list[Posting], int]:
    """The postings of words and of stems, and the number of words."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    length = 0
    for token in found:
        places[token.word].append(token.position)
        length += 1
    stems: defaultdict[str, list[int]] = defaultdict(list)
    for word, positions in places.items():
        stems[stem(word)].extend(positions)
    return _packed(places), _packed({word: sorted(positions) for word, positions in stems.items()}), length


def _packed(places: dict[str, list[int]]) -> list[Posting]:
    packed = []
    for word, positions in places.items():
        kept = positions if positions[-1] <= MAX_POSITION else [place for place in positions if place <= MAX_POSITION]
        packed.append(
            (word.encode("utf-8", "replace"), len(positions), float(len(positions)), array("H", kept).tobytes())
        )
    return packed


def _whole(text: str) -> str:
    """The text without lone surrogates, which cannot be written."""
    return text.encode("utf-8", "replace").decode()


def fields_of(document: Document) -> dict[str, Any]:
    """A document as the writer takes it."""
    title = " ".join(normalise(document.title)[:MAX_TEXT].split())
    body = normalise(document.body)[:MAX_TEXT]
    texts = {
        "title": title,
        "body": body,
        "tags": normalise(" \n ".join(document.tags)),
        "author": normalise(f"{document.author} {document.organisation}"),
    }
    values: dict[str, Any] = {}
    lengths = {}
    for name, text in texts.items():
        values[name], values[f"{name}_stem"], lengths[name] = postings(tokens(fold(text)))
    facts = Facts(
        key=document.key,
        kind=document.kind,
        audience=document.audience,
        values={name: [_whole(value) for value in values] for name, values in document.values().items()},
        written=document.written_at.timestamp() if document.written_at else 0.0,
        quality=document.quality,
        title_length=lengths["title"],
        body_length=lengths["body"],
    )
    packed = orjson.dumps([getattr(facts, name) for name in Facts.__slots__])
    stored = zlib.compress(f"{title}\n{body}".encode("utf-8", "replace"), 1)
    return {"key": document.key, "facts": packed, "text": stored} | values
