"""The files of one segment, which Whoosh lays together in one.

Whoosh copies each of them into memory when it opens a segment, or maps them, where a file that somebody cuts short
would end the process. We read what is asked for, where it lies: any number of threads may do so at once.
"""

import io
import os
import weakref
from pathlib import Path
from typing import Any

from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.structfile import BufferFile

CUT_SHORT = "A segment of the search index was cut short."


class SegmentFiles(CompoundStorage):
    """The files of a segment, by name. They are closed when nobody uses them any more."""

    def __init__(self, storage: Any, segment: Any) -> None:
        with segment.open_file(storage, segment.COMPOUND_EXT) as file:
            super().__init__(file, use_mmap=False)
            self._file = None
            self._handle = os.dup(file.fileno())
        self._path = Path(storage.folder) / segment.make_filename(segment.COMPOUND_EXT)
        self._bytes = os.fstat(self._handle).st_size
        weakref.finalize(self, os.close, self._handle)

    def check(self) -> None:
        """Raise EOFError where the file lost its end since it was opened, FileNotFoundError where it is gone."""
        if self._path.stat().st_size != self._bytes or os.fstat(self._handle).st_size != self._bytes:
            raise EOFError(CUT_SHORT)

    def open_file(self, name: str, *_args: Any, **_options: Any) -> "FilePart":
        """A file of the segment."""
        return FilePart(self, name)

    def read(self, name: str) -> bytes:
        """All of a file."""
        return self.read_at(*self.range(name))

    def read_at(self, offset: int, length: int) -> bytes:
        """So many bytes from here. Raises EOFError where there are fewer."""
        data = os.pread(self._handle, length, offset)
        if len(data) < length:
            raise EOFError(CUT_SHORT)
        return data


class FilePart(BufferFile):
    """A file of a segment, as Whoosh reads it."""

    def __init__(self, files: SegmentFiles, name: str) -> None:
        self._files, self._name = files, name
        self._offset, self._length = files.range(name)
        self.file = _Stream(self)
        self.onclose, self.is_real, self.is_closed = None, False, False

    def __len__(self) -> int:
        return int(self._length)

    def get(self, position: int, length: int) -> bytes:
        """So many bytes from here, or those that there are."""
        return self._files.read_at(self._offset + position, max(0, min(length, self._length - position)))


class _Stream(io.RawIOBase):
    """Reads a file from its beginning to its end, for the few things that Whoosh reads so."""

    def __init__(self, part: FilePart) -> None:
        self._part, self._at = part, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._part)}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        piece = self._part.get(self._at, len(buffer))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)
