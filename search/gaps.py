"""What is missing: questions that enough people asked in vain become wishes, and old questions go."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone

from search.models import Question, Wish
from search.wording import names_on_the_site, wording

FEWEST_ASKERS = 5
KEPT = timedelta(days=180)
# So long after a question something may still be opened of what was found.
SESSION = timedelta(hours=1)
MOST_WISHES = 500


@dataclass
class Gap:
    """How many people asked something in vain in the month in which most did."""

    askers: int = 0
    nothing_found: int = 0
    words: str = ""


def unanswered() -> QuerySet[Question]:
    """Nothing was found, or nothing of it was opened."""
    return Question.objects.filter(Q(is_found=False) | Q(is_opened=False, asked_at__lt=timezone.now() - SESSION))


def gather_wishes() -> int:
    """Bring the wishes up to date with the questions. A job of the worker; 0, as there is never more to do at once."""
    now = timezone.now()
    Question.objects.filter(asked_at__lt=now - KEPT).delete()
    gaps = _gaps()
    with transaction.atomic():
        known = {wish.key: wish for wish in Wish.objects.select_for_update()}
        for key, gap in gaps.items():
            wish = known.pop(key, None) or Wish(key=key)
            if (wish.words, wish.askers, wish.nothing_found) != (gap.words, gap.askers, gap.nothing_found):
                wish.words, wish.askers, wish.nothing_found = gap.words, gap.askers, gap.nothing_found
                wish.save()
        # Nobody asks for these any more, or too few, or their words became a name.
        Wish.objects.filter(key__in=known).delete()
    return 0


def _gaps() -> dict[str, Gap]:
    """By key. Pseudonyms last a month, so that people are counted within one month: never one person twice."""
    months = (
        unanswered()
        .values("key", "month")
        .annotate(askers=Count("pk"), nothing=Count("pk", filter=Q(is_found=False)))
        .filter(askers__gte=FEWEST_ASKERS)
        .order_by("-askers", "key")
        .values_list("key", "askers", "nothing")[: MOST_WISHES * 6]
    )
    gaps: dict[str, Gap] = {}
    for key, askers, nothing in months:
        if key not in gaps and len(gaps) < MOST_WISHES:
            gaps[key] = Gap(askers, nothing)
    names = names_on_the_site()
    for key, words in _usual_words(gaps).items():
        again = wording(words, names)
        gaps[key].words = again.words if again and again.key == key else ""
    return {key: gap for key, gap in gaps.items() if gap.words}


def _usual_words(keys: Iterable[str]) -> dict[str, str]:
    """How most people put each of these questions."""
    found: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    rows = unanswered().filter(key__in=list(keys)).values("key", "words").annotate(count=Count("pk"))
    for row in rows.order_by():
        found[row["key"]].append((-row["count"], row["words"]))
    return {key: min(ways)[1] for key, ways in found.items()}


@dataclass(frozen=True)
class Week:
    """How many questions there were in a week, and for how many nothing was found or opened."""

    monday: date
    questions: int
    nothing_found: int
    nothing_opened: int

    @property
    def share(self) -> float:
        """Which part found nothing, 0 to 1."""
        return self.nothing_found / self.questions if self.questions else 0.0


def weeks() -> list[Week]:
    """The weeks for which there are questions, oldest first."""
    idle = Q(is_found=True, is_opened=False, asked_at__lt=timezone.now() - SESSION)
    rows = (
        Question.objects.annotate(week=TruncWeek("asked_at"))
        .values("week")
        .annotate(all=Count("pk"), nothing=Count("pk", filter=Q(is_found=False)), idle=Count("pk", filter=idle))
        .order_by("week")
    )
    return [Week(row["week"].date(), row["all"], row["nothing"], row["idle"]) for row in rows]
