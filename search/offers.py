"""Beyond one's rights: communities that one could join and that may have what was asked.

Only communities whose owner offers them; found by words that every professional may read anyway (theme, name,
introduction, titles of what is TLP:CLEAR or TLP:GREEN), which a job of the worker collects. What is stricter, hidden
or a draft has no part in it: neither in the answer nor in the time it takes.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from community import access
from community.models import Audience, Community, Label, Openness, User
from forums.models import Practice, Thread
from search.analysis import is_stop_word, stem, words
from search.models import OfferedWord, OfferSeen
from search.query import MAX_CHARACTERS

MOST_NAMED = 3
MOST_ASKED = 16  # words
MOST_STEMS = 5000  # of a community
FEWEST_PEOPLE = 5  # before a number is told
COUNTED = timedelta(days=90)
OPEN = Q(
    label__in=[Label.CLEAR, Label.GREEN],
    audience__in=[Audience.EVERYONE_ID, Audience.PROFESSIONALS_ID],
    hidden_at__isnull=True,
)


def offered() -> QuerySet[Community]:
    """The communities that are offered to others; those that are hidden never are."""
    return Community.objects.filter(is_offered=True).exclude(openness=Openness.HIDDEN)


def communities_beyond(user: User, text: str) -> list[Community]:
    """Up to three communities that this person may know of, is not in and not banned from. One query, or none."""
    stems = sorted(_stems([text[:MAX_CHARACTERS]]))[:MOST_ASKED]
    if not stems:
        return []
    met = Count("offered_words", filter=Q(offered_words__stem__in=stems))
    candidates = access.visible_to(user, offered()).exclude(pk__in=access.reach_of(user).roles)
    candidates = candidates.exclude(bans__person=user).select_related("theme")
    fewest = len(stems) if len(stems) <= 2 else (len(stems) + 1) // 2  # noqa: PLR2004 - of two words both count
    return list(candidates.annotate(met=met).filter(met__gte=fewest).order_by("-met", "name")[:MOST_NAMED])


def _stems(texts: Iterable[str]) -> set[str]:
    return {stem(word) for text in texts for word in words(text) if not is_stop_word(word)}


# -- What the worker keeps up


def collect_words() -> int:
    """Bring the words of all offered communities up to date. A job of the worker; 0, as nothing is left to do."""
    communities = list(offered().select_related("theme"))
    OfferedWord.objects.exclude(community__in=communities).delete()
    for community in communities:
        _renew(community, _open_stems(community))
    OfferSeen.objects.filter(seen_at__lt=timezone.now() - COUNTED).delete()
    return 0


def _open_stems(community: Community) -> set[str]:
    theme = community.theme
    texts = [theme.name, theme.name_en, community.name, community.introduction]
    titles = [
        rows.filter(OPEN, community=community).order_by("-pk").values_list("title", flat=True)[:MOST_STEMS]
        for rows in (Practice.objects.published(), Thread.objects.all())
    ]
    found = _stems([*texts, *titles[0], *titles[1]])
    return set(sorted(found)[:MOST_STEMS])


def _renew(community: Community, stems: set[str]) -> None:
    with transaction.atomic():
        known = set(OfferedWord.objects.filter(community=community).values_list("stem", flat=True))
        OfferedWord.objects.filter(community=community, stem__in=known - stems).delete()
        new = (OfferedWord(community=community, stem=one) for one in sorted(stems - known))
        OfferedWord.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)


# -- What the owner sees


def pseudonym(person: User, community: Community) -> str:
    """For this community only: nobody can tell whether two communities were shown to the same person."""
    return salted_hmac("search.offer", f"{community.pk}:{person.pk}", algorithm="sha256").hexdigest()[:32]


def demand(request: HttpRequest, community: Community) -> dict[str, Any] | None:
    """How many people saw this community named and opened it, for those in charge; None as long as too few did."""
    if not community.is_offered or not access.can(request.user, "community.see_demand", community):
        return None
    since = timezone.now() - COUNTED
    seen = OfferSeen.objects.filter(community=community, seen_at__gte=since)
    counts = seen.aggregate(seen=Count("pk"), opened=Count("pk", filter=Q(is_opened=True)))
    told = {name: count if count >= FEWEST_PEOPLE else None for name, count in counts.items()}
    return {**told, "fewest": FEWEST_PEOPLE, "days": COUNTED.days}
