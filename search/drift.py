"""Whether the index tells of another past than the database: an older copy was put back, or the last writes were lost.

The rows of the outbox are gone once they were followed, so an index that falls back never hears of them again. The
database therefore remembers which generation it was last followed into.
"""

from search.index import backend
from search.models import IndexMark, SearchOutbox

MARK = 1  # the one row
WHOLE_INDEX = "index"  # the kind of an outbox row that stands for everything


def remember() -> None:
    """Note that the index is level with what was read before. In one transaction with the removal of those rows."""
    IndexMark.objects.update_or_create(pk=MARK, defaults={"generation": backend().generation()})


def has_drifted() -> bool:
    """Whether the index is not where the database left it.

    A commit that was interrupted before the database heard of it has left its rows: then the index may be ahead.
    """
    mark = IndexMark.objects.filter(pk=MARK).values_list("generation", flat=True).first()
    if mark is None or mark == backend().generation():
        return False
    return backend().is_before(mark) or not SearchOutbox.objects.exists()


def distrust() -> None:
    """Let pages look up and count every hit until the index was built anew (finding.py does while rows wait)."""
    if not SearchOutbox.objects.filter(kind=WHOLE_INDEX).exists():
        SearchOutbox.objects.create(kind=WHOLE_INDEX, object_pk=0)
