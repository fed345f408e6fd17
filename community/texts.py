"""Reading the text of files: queued when a file is stored, done by the worker, behind walls (community/extraction).

A file that cannot be read is tried no more: what it holds does not change. What may be the machine's fault (no memory
for another process, a store that does not answer, a worker that is killed) is tried again, ever later, a few times.
"""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from community.extraction.cleaning import MAX_BYTES, MAX_NAME, MAX_PARTS, clean
from community.extraction.kinds import KINDS
from community.extraction.launcher import Answer, run_confined
from community.files import open_stored
from community.models import FileText, Reason, StoredFile, TextOutbox, TextState
from community.signals import text_read

logger = logging.getLogger(__name__)

VERSION = 1  # of what the readers give: raise it when they give more, and `extract_texts` reads all files again
MAX_ATTEMPTS = 4
CLAIM = timedelta(minutes=2)  # longer than reading may take; after that, the worker must have been killed
AT_ONCE = 500
# What an end means that is no good one. Those of TRY_AGAIN may be the machine's fault.
REASONS = {
    "locked": Reason.LOCKED, "damaged": Reason.DAMAGED, "large": Reason.LARGE,
    "memory": Reason.HEAVY, "flood": Reason.HEAVY, "slow": Reason.HEAVY, "late": Reason.HEAVY,
}  # fmt: skip
TRY_AGAIN = ("late", "crashed")


def queue_texts(*, everything: bool = False) -> int:
    """Let files be read again: those of an older version and those never looked at, or all. Returns how many.

    What was read before stays until it is replaced.
    """
    files = StoredFile.objects.filter(content_type__in=KINDS).exclude(pk__in=TextOutbox.objects.values("file"))
    if not everything:
        files = files.filter(Q(text__isnull=True) | Q(text__version__lt=VERSION))
    keys = list(files.values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        with transaction.atomic():
            FileText.objects.bulk_create((FileText(file_id=key) for key in some), ignore_conflicts=True)
            TextOutbox.objects.bulk_create(TextOutbox(file_id=key) for key in some)
    return len(keys)


def read_due() -> int:
    """Read the file that waits longest; 1 where there was one. The job of the worker."""
    due = TextOutbox.objects.due().values_list("pk", "not_before").first()
    if due is None:
        return 0
    pk, not_before = due
    # The try counts from its beginning: should it kill the worker, it has been one all the same.
    mine = TextOutbox.objects.filter(pk=pk, not_before=not_before)
    if mine.update(not_before=timezone.now() + CLAIM, attempts=F("attempts") + 1):
        _try(TextOutbox.objects.select_related("file").get(pk=pk))
    return 1


def _try(row: TextOutbox) -> None:
    is_last = row.attempts >= MAX_ATTEMPTS
    try:
        answer = Answer() if row.attempts > MAX_ATTEMPTS else _read(row.file)
        if answer.end in TRY_AGAIN and not is_last and not answer.lines:
            _put_off(row, answer.end)
        else:
            _keep(row, answer)
    except Exception as error:
        logger.exception("The text of file %s could not be read.", row.file_id)
        if is_last:
            _keep(row, Answer())
        else:
            _put_off(row, type(error).__name__)


def _put_off(row: TextOutbox, error: str) -> None:
    row.attempts -= 1  # back_off counts it too
    row.back_off(error)


def _read(stored: StoredFile) -> Answer:
    with open_stored(stored) as content:
        answer = run_confined(content, KINDS[stored.content_type].reader)
    if missing := {"network", "calls"} - set(answer.walls):
        logger.info("File %s was read without these walls: %s.", stored.pk, ", ".join(sorted(missing)))
    return answer


def _keep(row: TextOutbox, answer: Answer) -> None:
    """Keep what was read, and tell that it can be found; the row in the outbox is done."""
    pages = _pages(answer.lines)
    has_text = any(text for _name, text in pages)
    is_read = answer.end in ("", "cut") or has_text
    with transaction.atomic():
        FileText.objects.filter(file=row.file_id).update(
            state=TextState.DONE if is_read else TextState.FAILED,
            reason="" if is_read else REASONS.get(answer.end, Reason.FAILED),
            version=VERSION,
            pages=pages,
            has_text=has_text,
            is_tagged=next((line["tagged"] is True for line in answer.lines if "tagged" in line), None),
            is_cut=is_read and answer.end != "",
            read_at=timezone.now(),
        )
        TextOutbox.objects.filter(pk=row.pk).delete()
        text_read.send(sender=StoredFile, instance=row.file)


def _pages(lines: list[dict[str, Any]]) -> list[list[str]]:
    """The parts of an answer, bounded and cleaned once more: who reads hostile files may have been taken over."""
    pages: list[list[str]] = []
    left = MAX_BYTES
    for line in lines:
        match line.get("part"):
            case [str(name), str(text)] if len(pages) < MAX_PARTS:
                pages.append([clean(name, MAX_NAME), clean(text, left)])
                left -= len(pages[-1][1].encode())
    return pages
