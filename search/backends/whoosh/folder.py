"""The folder of the index: which index is the current one, who may write, and what is left over.

current             the name of the folder that is searched, replaced in one step
writer.lock         held (flock) by whoever writes; it falls away with its process
indexer.lock        held likewise by whoever follows the database into the index
index-…/            Whoosh's files, and about.json with the signature of schema and analysis
"""

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from search.backends.base import WriterBusyError

POINTER = "current"
ABOUT = "about.json"
PREFIX = "index-"


class IndexFolder:
    """Where an index lives on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Path | None:
        """The folder to search, or None where none was finished yet."""
        try:
            name = (self.root / POINTER).read_text().strip()
        except FileNotFoundError:
            return None
        return self.root / name if name.startswith(PREFIX) and "/" not in name else None

    def writing(self) -> AbstractContextManager[None]:
        """Be the only writer among all processes and threads. Raises WriterBusyError at once if another is."""
        return self._held("writer.lock", "Another process is writing the search index.")

    def following(self) -> AbstractContextManager[None]:
        """Be the only one who follows the database into this index; raises as `writing` does."""
        return self._held("indexer.lock", "Another process is following the database into the search index.")

    @contextmanager
    def _held(self, name: str, otherwise: str) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / name).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise WriterBusyError(otherwise) from None
            yield

    def new(self) -> Path:
        """An empty folder to build an index in."""
        folder = self.root / f"{PREFIX}{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(4)}"
        folder.mkdir(parents=True)
        return folder

    def describe(self, folder: Path, signature: str) -> None:
        """Say by which schema and analysis this index was made."""
        (folder / ABOUT).write_text(json.dumps({"signature": signature}))

    def signature(self, folder: Path) -> str:
        """By which schema and analysis an index was made; "" where that is not known."""
        try:
            return str(json.loads((folder / ABOUT).read_text())["signature"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def swap(self, folder: Path) -> None:
        """Make this the folder to search, in one step, after its files reached the disk."""
        for path in folder.iterdir():
            _sync(path)
        _sync(folder)
        pointer = self.root / f"{POINTER}.new"
        pointer.write_text(folder.name)
        _sync(pointer)
        pointer.replace(self.root / POINTER)
        _sync(self.root)

    def tidy(self, keep: set[Path]) -> None:
        """Remove indexes that nobody needs, such as half-built ones. Only for the one who is writing."""
        for folder in self.root.glob(f"{PREFIX}*"):
            if folder not in keep:
                shutil.rmtree(folder, ignore_errors=True)

    def size(self) -> int:
        """Bytes that the current index takes."""
        folder, total = self.current(), 0
        for path in folder.iterdir() if folder and folder.is_dir() else ():
            with suppress(FileNotFoundError):  # a commit takes files away
                total += path.stat().st_size
        return total


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
