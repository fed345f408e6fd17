"""What is new for saved searches: the worker runs them, and writes one mail a day at most to one person.

The mail's row holds keys only. When it leaves, rights are asked again, and labels decide what it says: titles of what
is TLP:CLEAR or TLP:GREEN; of the rest only that there is something, without the name of the search, as a name beside
"new" would say what it is about.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from community.emails import queue_mail
from community.models import Label, User
from search.backends.base import IndexUnavailableError
from search.finding import Row, rows_of
from search.kept import find_again
from search.models import Alert, SavedSearch, SearchOutbox

logger = logging.getLogger(__name__)

KIND = "search_news"
HOUR = 7  # in the morning, in the site's time zone
PEOPLE_AT_ONCE = 20
MOST_NEW = 100  # of a search that are looked at
MOST_NAMED = 5
# What is written right now may not be committed or indexed yet: it is left to the next time, so that nothing is missed.
SETTLED = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
OPEN_LABELS = frozenset({Label.CLEAR, Label.GREEN})


def send_alerts() -> int:
    """Look for news of some people whose saved searches are due; how many were looked at. A job of the worker."""
    now = timezone.now()
    due = SavedSearch.objects.filter(_is_due(now), person__in=User.objects.professionals())
    people = due.order_by("person").values_list("person", flat=True).distinct()[:PEOPLE_AT_ONCE]
    done = 0
    for person in User.objects.filter(pk__in=list(people)):
        try:
            _look_for(person, list(due.filter(person=person)), now)
        except IndexUnavailableError:
            break  # it is being built: everything stays due
        done += 1
    return done


def _is_due(now: datetime) -> Q:
    """Daily ones once a morning, weekly ones on Monday: so all of one person's news is in one mail."""
    local = timezone.localtime(now)
    morning = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if local < morning:
        morning -= timedelta(days=1)
    monday = morning - timedelta(days=morning.weekday())
    return Q(alert=Alert.DAILY, alerted_at__lt=morning) | Q(alert=Alert.WEEKLY, alerted_at__lt=monday)


def _look_for(person: User, searches: list[SavedSearch], now: datetime) -> None:
    """Run these searches of one person, and write down one mail where there is news."""
    until = _settled(now)
    looked = {search.pk: _new_keys(person, search, until) for search in searches}
    # What there was no time for stays due: to leave something out would be to lose it.
    news = {pk: keys for pk, keys in looked.items() if keys is not None}
    with transaction.atomic():
        mine = SavedSearch.objects.select_for_update().filter(pk__in=news)
        current = list(mine)
        taken = [one for one in searches if one.pk in news and _is_unchanged(one, current)]
        mine.filter(pk__in=[one.pk for one in taken]).update(alerted_at=now, told_until=until)
        if found := [[one.pk, news[one.pk]] for one in taken if news[one.pk]]:
            queue_mail(person, KIND, searches=found)


def _is_unchanged(search: SavedSearch, now: Iterable[SavedSearch]) -> bool:
    """Whether nobody changed it, and no other worker told of it, while it was run."""
    state = (search.pk, search.alerted_at, search.alert, search.digest)
    return state in {(one.pk, one.alerted_at, one.alert, one.digest) for one in now}


def _settled(now: datetime) -> datetime:
    """Until when everything that was written is in the index."""
    waiting = SearchOutbox.objects.order_by("created_at").values_list("created_at", flat=True).first()
    return max(min(now - SETTLED, waiting or now), now - LONGEST_WAIT)


def _new_keys(person: User, search: SavedSearch, until: datetime) -> list[str] | None:
    """What this person finds now and was written since the last time, newest first, as kind:pk; None: out of time."""
    answer = find_again(person, search.query, since=search.told_until, limit=MOST_NEW, order="newest")
    if answer.results.is_partial:
        return None
    rows = (one.row for one in answer.found)
    return [f"{row.kind}:{row.pk}" for row in rows if search.told_until <= row.written_at < until]


def about_news(person: User, context: dict[str, Any]) -> dict[str, Any] | None:
    """What the mail says, of what its reader may see as it leaves and still wants to be told of; None: nothing."""
    if not person.is_professional:
        return None
    wanted = SavedSearch.objects.filter(person=person).exclude(alert=Alert.OFF).in_bulk()
    found = [(wanted[pk], keys) for pk, keys in context["searches"] if pk in wanted]
    rows = rows_of(person, {key for _search, keys in found for key in keys})
    parts = [(search, [rows[key] for key in keys if key in rows]) for search, keys in found]
    named = [part for search, some in parts if (part := _named(search, some))]
    is_more = any(row.label not in OPEN_LABELS for row in rows.values())
    if not named and not is_more:
        return None
    return {"parts": named, "is_more": is_more, "url": reverse("saved_searches")}


def _named(search: SavedSearch, rows: list[Row]) -> dict[str, Any] | None:
    """A search with the titles that a mail may tell."""
    told = [row for row in rows if row.label in OPEN_LABELS]
    if not told:
        return None
    lines = [{"title": row.name, "address": settings.SITE_URL + row.url} for row in told[:MOST_NAMED]]
    return {"name": search.name, "lines": lines, "has_more": len(told) > MOST_NAMED}
