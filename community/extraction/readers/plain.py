"""Text as it stands: one part."""

from collections.abc import Iterator
from typing import IO

from community.extraction.cleaning import MAX_BYTES
from community.extraction.readers.base import Part


def read(content: IO[bytes]) -> Iterator[Part]:
    """The text of a plain file; what is no UTF-8 becomes a sign that says so."""
    data = content.read(MAX_BYTES + 1)
    yield Part(data[:MAX_BYTES].decode("utf-8-sig", "replace"), is_cut=len(data) > MAX_BYTES)
