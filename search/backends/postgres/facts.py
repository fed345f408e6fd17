"""What ranking and filters must know of every document, in memory: one row of numbers each, by the document's number.

It follows the index: a newer generation is read as the rows that changed since, so that a commit costs its own size.
"""

import json
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from search.backends.base import NARROWED, Document
from search.backends.postgres.session import Session
from search.backends.postgres.tables import Tables
from search.models import SearchIndex

MAX_KEPT_AUDIENCES = 64
RECORD = np.dtype(
    [
        ("number", "<u4"), ("alive", "?"), ("audience", "<i8"), ("written", "<f8"), ("quality", "<f4"),
        ("title_length", "<u4"), ("body_length", "<u4"), ("codes", "<i4", (len(NARROWED),)),
    ]
)  # fmt: skip
NOTHING = 0  # the code of a document that says nothing under a name
Mask = npt.NDArray[np.bool_]
Values = dict[str, tuple[str, ...]]


def pack(values: tuple[str, ...]) -> str:
    """Values as the table of values keeps them."""
    return json.dumps(values)


def record_of(document: Document, number: int, codes: Mapping[str, int], lengths: list[int]) -> bytes:
    """The facts of a document: `codes` by name, `lengths` in words of its texts."""
    record = np.zeros(1, RECORD)
    record["number"], record["alive"], record["audience"] = number, True, document.audience
    record["written"] = document.written_at.timestamp() if document.written_at else 0.0
    record["quality"] = document.quality
    record["title_length"], record["body_length"] = lengths[0], lengths[-1]
    record["codes"] = [codes.get(name, NOTHING) for name in NARROWED]
    return record.tobytes()


def gone_record(number: int) -> bytes:
    """The facts of a document that was taken out."""
    record = np.zeros(1, RECORD)
    record["number"] = number
    return record.tobytes()


@dataclass(frozen=True, slots=True)
class Readable:
    """The documents that a reader may see. All that scores depend on is counted over them."""

    mask: Mask
    count: int
    title_average: float
    body_average: float


@dataclass(slots=True)
class Facts:
    """The facts of one generation of an index. Only read, so safe for threads, but for what `readable` keeps."""

    index: int
    generation: int
    records: npt.NDArray[np.void]
    names: dict[int, str]
    values: dict[int, tuple[str, ...]]
    codes: defaultdict[tuple[str, str], list[int]]
    _readable: OrderedDict[frozenset[int], Readable] = field(default_factory=OrderedDict)

    def readable(self, audiences: Set[int]) -> Readable:
        """What these audiences may see, kept per generation. No audiences, no documents."""
        wanted = frozenset(audiences)
        found = self._readable.get(wanted)
        if found is None:
            records = self.records
            known = [one for one in wanted if -(1 << 63) <= one < 1 << 63]
            mask = records["alive"] & np.isin(records["audience"], np.array(sorted(known), "<i8"))
            count = int(np.count_nonzero(mask))
            titles, bodies = (int(records[name][mask].sum()) for name in ("title_length", "body_length"))
            found = Readable(mask, count, titles / (count or 1), bodies / (count or 1))
            self._readable[wanted] = found
            while len(self._readable) > MAX_KEPT_AUDIENCES:
                self._readable.popitem(last=False)
        return found

    def column(self, name: str) -> npt.NDArray[np.int32]:
        """The codes of all documents under one name of NARROWED."""
        found: npt.NDArray[np.int32] = self.records["codes"][:, NARROWED.index(name)]
        return found


def read(session: Session, index: SearchIndex, known: Facts | None) -> Facts:
    """The facts of this generation; what is known of an older one of the same index is not read again."""
    if known and (known.index, known.generation) == (index.pk, index.generation):
        return known
    if known is None or known.index != index.pk or known.generation > index.generation:
        known = Facts(index.pk, -1, np.zeros(1, RECORD), {}, {NOTHING: ()}, defaultdict(list))
    return _newer(session, Tables(index.pk), index.generation, known)


def _newer(session: Session, tables: Tables, generation: int, known: Facts) -> Facts:
    rows = session.rows(
        tables.sql("SELECT string_agg(facts, ''::bytea) FROM {document} WHERE changed > %(since)s"),
        {"since": known.generation},
    )
    fresh = np.frombuffer(rows[0][0] or b"", RECORD)
    size = max(len(known.records), int(fresh["number"].max(initial=0)) + 1)
    records = np.zeros(size, RECORD)
    records[: len(known.records)] = known.records
    records[fresh["number"]] = fresh
    names, values = dict(known.names), dict(known.values)
    codes: defaultdict[tuple[str, str], list[int]] = defaultdict(list, {key: [*of] for key, of in known.codes.items()})
    found: list[Any] = session.rows(
        tables.sql("SELECT code, name, packed FROM {value} WHERE code > %(last)s"), {"last": max(values)}
    )
    for code, name, packed in found:
        names[code], values[code] = name, tuple(json.loads(packed))
        for value in values[code]:
            codes[name, value].append(code)
    return Facts(known.index, generation, records, names, values, codes)
