"""Writing the index: one commit per batch, and new indexes beside the old one. Callers hold the writer's lock."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from whoosh import index
from whoosh.writing import SegmentWriter

from search.backends.base import Document
from search.backends.whoosh.codec import PackedCodec
from search.backends.whoosh.files import SegmentFiles
from search.backends.whoosh.merging import to_merge, to_settle
from search.backends.whoosh.pool import TermPool
from search.backends.whoosh.postings import Flat, unpack_flat
from search.backends.whoosh.schema import fields_of, schema
from search.backends.whoosh.snapshot import Snapshot, read_toc
from search.backends.whoosh.terms import extent_of

MEMORY_MB = 192
DOCUMENTS_PER_SEGMENT = 50_000  # of a new index: what is done of it is on disk, and two segments search as fast as one
PROGRESS_EVERY = 100
MISSING = -1


class BatchWriter(SegmentWriter):
    """Whoosh's writer with our codec, and a merging that takes all postings of a term at once."""

    def __init__(self, opened: index.FileIndex) -> None:
        super().__init__(opened, codec=PackedCodec())
        self.pool = TermPool(self.temp_storage(), MEMORY_MB)

    def absorb(self, segment: Any) -> None:
        """Rewrite the documents of a segment into the new one, without those that were deleted."""
        files = SegmentFiles(self.storage, segment)
        codec = segment.codec()
        places = self._copy_columns(codec.per_document_reader(files, segment), segment)
        terms = codec.terms_reader(files, segment)
        for key, value in terms._tindex.items():
            flat = unpack_flat(terms._postfile.get(*extent_of(value)))
            flat[::3] = [places[number] for number in flat[::3]]
            if kept := _kept(flat):
                field, term = terms._keydecoder(key)
                self.pool.extend(field, term, kept)
        self._added = True

    def _copy_columns(self, columns: Any, segment: Any) -> list[int]:
        """Copy what is kept per document; gives the new number of each, or MISSING."""
        kinds = {name: kind.column_type for name, kind in self.schema.items() if kind.column_type}
        readers = {name: columns.column_reader(name, kind) for name, kind in kinds.items()}
        places = [MISSING] * segment.doc_count_all()
        for number in range(len(places)):
            if segment.is_deleted(number):
                continue
            places[number] = self.docnum
            self.perdocwriter.start_doc(self.docnum)
            for name, kind in kinds.items():
                self.perdocwriter.add_column_value(name, kind, readers[name][number])
            self.perdocwriter.finish_doc()
            self.docnum += 1
        return places


def _kept(flat: Flat) -> Flat:
    """Postings without those of deleted documents."""
    if MISSING not in flat[::3]:
        return flat
    groups = zip(flat[::3], flat[1::3], flat[2::3], strict=True)
    return [value for group in groups if group[0] != MISSING for value in group]


def create(folder: Path, documents: Iterable[Document], progress: Callable[[int], None] | None = None) -> int:
    """Build an index of these documents in an empty folder; the last one of a key counts. Gives their number."""
    index.create_in(folder, schema()).close()
    seen: set[str] = set()
    again: dict[str, Document] = {}

    def first_ones() -> Iterable[Document]:
        for document in documents:
            # Numbers of what the same writer added before are not known to it: repeated keys wait for a last commit.
            if document.key in seen:
                again[document.key] = document
                continue
            seen.add(document.key)
            yield document
            if progress and len(seen) % PROGRESS_EVERY == 0:
                progress(len(seen))

    remaining = iter(first_ones())
    for document in remaining:
        _write(folder, chain((document,), islice(remaining, DOCUMENTS_PER_SEGMENT - 1)))
    if again:
        change(Snapshot(folder), folder, list(again.values()), ())
    if progress:
        progress(len(seen))
    return len(seen)


def change(snapshot: Snapshot, folder: Path, documents: Iterable[Document], removed: Iterable[str]) -> int:
    """Replace, add and remove in one commit; the last document of a key counts, and removal wins.

    `snapshot` must be of the present generation.
    """
    latest = {document.key: document for document in documents}
    gone = set(removed)
    for key in gone:
        latest.pop(key, None)
    if not latest and not gone:
        return 0
    stale = [place for key in (*gone, *latest) for place in snapshot.find(key)]
    _write(folder, latest.values(), stale, to_merge)
    return len(latest) + len(gone)


def settle(folder: Path) -> int:
    """Merge what is worth merging while there is nothing else to do; how many documents were rewritten."""
    if not to_settle(read_toc(folder).segments):
        return 0
    return _write(folder, choose=lambda segments, _added: to_settle(segments))


Choose = Callable[[Sequence[Any], int], list[Any]]


def _write(
    folder: Path,
    documents: Iterable[Document] = (),
    stale: Iterable[tuple[str, int]] = (),
    choose: Choose = lambda _segments, _added: [],
) -> int:
    """One commit: take away what stands at these places, add documents, merge the chosen segments.

    Gives how many documents were written.
    """
    opened = index.open_dir(folder)
    writer = BatchWriter(opened)
    try:
        segments = {segment.segment_id(): segment for segment in writer.segments}
        for name, number in stale:
            segments[name].delete_document(number)
        for document in documents:
            writer.add_document(**fields_of(document))
        writer.commit(mergetype=partial(_absorb_all, choose(writer.segments, writer.docnum)))
    except BaseException:
        _cancel(writer)
        raise
    finally:
        opened.close()
    return int(writer.docnum)


def _absorb_all(merged: Sequence[Any], writer: BatchWriter, segments: Sequence[Any]) -> list[Any]:
    """A merge policy of Whoosh: gives the segments that stay."""
    for segment in merged:
        if segment.doc_count():
            writer.absorb(segment)
    return [segment for segment in segments if segment not in merged]


def _cancel(writer: SegmentWriter) -> None:
    """Give up a writer that failed, and let go of Whoosh's lock, which it keeps after a failed commit."""
    try:
        writer.cancel()
    except Exception:  # noqa: BLE001 - the writer is in an unknown state, and what went wrong is already on its way
        if writer.writelock:
            writer.writelock.release()
