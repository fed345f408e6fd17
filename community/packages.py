"""Packed documents (Office, OpenDocument), judged by their table of contents before anything in them is unpacked.

Knows nothing of the site: the process that reads other people's files uses it too.
"""

import lzma
import struct
import zipfile
import zlib
from typing import IO

# The bounds of the security plan, 3.7.
MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200
MAX_DIRECTORY = 1024 * 1024

# What reading a damaged package can raise, each library its own.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
    ValueError, LookupError, OSError, EOFError, RuntimeError,
)  # fmt: skip


class PackageError(Exception):
    """This package is not opened."""


class DamagedPackageError(PackageError):
    """It cannot be read, or its names lead out of it."""


class LargePackageError(PackageError):
    """It unpacks to far more than a document holds."""


class LockedPackageError(PackageError):
    """It, or a part of it, is encrypted."""


def open_package(content: IO[bytes]) -> zipfile.ZipFile:
    """The packed document, once its table of contents is known to be small and honest. Raises PackageError."""
    content.seek(0)
    if content.read(4) != b"PK\x03\x04":
        raise DamagedPackageError
    _check_directory(content)
    content.seek(0)
    try:
        package = zipfile.ZipFile(content)
    except DAMAGE as error:
        raise DamagedPackageError from error
    entries = package.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 1):
        raise LargePackageError
    if any(entry.flag_bits & 1 for entry in entries):
        raise LockedPackageError
    if any(_leads_out(entry.filename) for entry in entries):
        raise DamagedPackageError
    return package


def _check_directory(content: IO[bytes]) -> None:
    """Read the size of the table of contents from the last lines: zipfile itself would load it all."""
    size = content.seek(0, 2)
    content.seek(max(size - 66_000, 0))
    tail = content.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise DamagedPackageError
    entries, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
    if entries > MAX_ENTRIES or directory > MAX_DIRECTORY:
        raise LargePackageError


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in name
