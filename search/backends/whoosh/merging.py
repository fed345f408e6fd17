"""Which segments are merged when: a commit rewrites few documents, so that what was written is found at once.

Documents that are added are merged with the smallest segments, as long as the next one is at most twice as large as
what is merged already: so there are about as many segments as the logarithm of the documents, and each document is
rewritten only a few times in its life. What would take longer than a commit may take waits until there is nothing else
to do (`to_settle`). Where that never comes, the smaller half is merged once in some ten thousand documents.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

NEXT = 2  # how many times larger than what is merged already a segment may be to be merged too
AT_A_COMMIT = 1000  # documents that a commit may rewrite: about half a second
IN_QUIET = 10_000  # the same while nothing else is to be done: about five seconds, which a new post may have to wait
TOO_MANY = 20  # segments: with so many, searches suffer more than a commit harms that takes seconds
MOSTLY_GONE = 0.5  # from this share of deleted documents on, a segment is worth rewriting


class Sized(Protocol):
    """What is asked of a segment."""

    def doc_count(self) -> int:
        """Its documents, without deleted ones."""

    def doc_count_all(self) -> int:
        """Its documents, deleted ones included."""


S = TypeVar("S", bound=Sized)


def to_merge(segments: Sequence[S], added: int) -> list[S]:
    """The segments that a commit of `added` documents should rewrite with them."""
    ordered = _smallest_first(segments)
    if len(ordered) >= TOO_MANY:
        return ordered[: TOO_MANY // 2]
    chosen: list[S] = []
    for segment in ordered:
        count = segment.doc_count()
        if count and not (added + count <= AT_A_COMMIT and count <= NEXT * added):
            break
        chosen.append(segment)
        added += count
    return chosen


def to_settle(segments: Sequence[S]) -> list[S]:
    """The segments to rewrite into one while nothing else is to be done; none where all is well."""
    ordered = _smallest_first(segments)
    chosen: list[S] = []
    size = 0
    for at, segment in enumerate(ordered, start=1):
        count = segment.doc_count()
        if size + count > IN_QUIET:
            break
        if at > 1 and (count <= NEXT * size or count + size <= AT_A_COMMIT):
            chosen = ordered[:at]
        size += count
    wasted = (segment for segment in ordered if segment.doc_count() <= MOSTLY_GONE * segment.doc_count_all())
    return chosen or [segment for segment in wasted if segment.doc_count() <= IN_QUIET][:1]


def _smallest_first(segments: Iterable[S]) -> list[S]:
    return sorted(segments, key=lambda segment: segment.doc_count())
