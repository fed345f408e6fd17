"""Writing the index: one commit per batch, and new indexes beside the old one. Callers hold the writer's lock."""

from collections.abc import Callable, Iterable
from pathlib import Path

from whoosh import index, writing

from search.backends.base import Document
from search.backends.whoosh.schema import fields_of, schema

MEMORY_MB = 192
PROGRESS_EVERY = 100


def create(folder: Path, documents: Iterable[Document], progress: Callable[[int], None] | None = None) -> int:
    """Build an index of these documents in an empty folder; the last one of a key counts. Gives their number."""
    made = index.create_in(folder, schema())
    writer = made.writer(limitmb=MEMORY_MB)
    seen: dict[str, int] = {}
    again: dict[str, Document] = {}
    try:
        for document in documents:
            # An update does not see what the same writer added before: repeated keys wait for a second commit.
            if document.key in seen:
                again[document.key] = document
                continue
            seen[document.key] = 1
            writer.add_document(**fields_of(document))
            if progress and len(seen) % PROGRESS_EVERY == 0:
                progress(len(seen))
        writer.commit()
    except BaseException:
        _cancel(writer)
        raise
    finally:
        made.close()
    if again:
        change(folder, list(again.values()), ())
    if progress:
        progress(len(seen))
    return len(seen)


def change(folder: Path, documents: Iterable[Document], removed: Iterable[str]) -> int:
    """Replace, add and remove in one commit; the last document of a key counts, and removal wins."""
    latest = {document.key: document for document in documents}
    gone = set(removed)
    for key in gone:
        latest.pop(key, None)
    if not latest and not gone:
        return 0
    opened = index.open_dir(folder)
    writer = opened.writer()
    try:
        _delete(writer, (*gone, *latest))
        for document in latest.values():
            writer.add_document(**fields_of(document))
        writer.commit()
    except BaseException:
        _cancel(writer)
        raise
    finally:
        opened.close()
    return len(latest) + len(gone)


def _delete(writer: writing.SegmentWriter, keys: Iterable[str]) -> None:
    """Take keys out of the index; one reader for all, where Whoosh's own way opens one for each."""
    reader = writer.reader()
    try:
        for key in keys:
            if ("key", key) in reader:
                for number in list(reader.postings("key", key).all_ids()):
                    writer.delete_document(number)
    finally:
        reader.close()


def _cancel(writer: writing.SegmentWriter) -> None:
    """Give up a writer that failed, and let go of Whoosh's lock, which it keeps after a failed commit."""
    try:
        writer.cancel()
    except Exception:  # noqa: BLE001 - the writer is in an unknown state, and what went wrong is already on its way
        if writer.writelock:
            writer.writelock.release()
