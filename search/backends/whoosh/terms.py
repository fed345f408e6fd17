"""Where the postings of a term lie, as Whoosh's table of terms says."""

import struct

_EXTENT = struct.Struct("!qi")


def extent_of(value: bytes) -> tuple[int, int]:
    """Offset and length of the postings, which stand last in what Whoosh notes of a term."""
    offset, length = _EXTENT.unpack_from(value, len(value) - _EXTENT.size)
    return offset, length
