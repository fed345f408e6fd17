"""A search as it is kept and run again: the query string of its address, written the same for the same search."""

from dataclasses import replace
from datetime import datetime

from django.core import signing
from django.http import HttpRequest, QueryDict
from django.utils.crypto import constant_time_compare

from community import access
from search.backends.base import Order
from search.finding import Answer, find
from search.query import MAX_CHARACTERS, parse
from search.views.results import filters_of

NAMES = ("q", "in", "kind", "community")  # what makes it another search; the order and the page do not
MOST_CHARACTERS = 2000
SALT = "search.visit"
VISIT_SECONDS = 86_400  # so long a page of results may tell of itself


def query_of(_user: access.Person, data: QueryDict) -> str:
    """The query string of a search as this person asks it; "" where nothing is asked for."""
    kept = QueryDict(mutable=True)
    for name in NAMES:
        values = [" ".join(value.replace("\x00", "").split())[:MAX_CHARACTERS] for value in data.getlist(name)]
        kept.setlist(name, sorted({value for value in values if value})[:20])
    query = kept.urlencode()
    return query if not parse(kept.get("q", "")).is_empty and len(query) <= MOST_CHARACTERS else ""


def text_of(query: str) -> str:
    """What was typed, of a query string."""
    return QueryDict(query).get("q", "")


def find_again(
    user: access.Person, query: str, *, since: datetime | None = None, limit: int = 20, order: Order = "best"
) -> Answer:
    """What this person finds with it now, where asked only what was written since. Raises IndexUnavailableError."""
    data = QueryDict(query)
    filters = filters_of(data)
    if since:
        filters = replace(filters, since=max(since, filters.since or since))
    return find(user, data.get("q", ""), filters, limit=limit, order=order)


def seal(request: HttpRequest, query: str, total: int) -> str:
    """What a page of results may tell of itself later: which search, by whom, and how much was found."""
    return signing.dumps([request.user.pk, query, total], salt=SALT, compress=True)


def unseal(request: HttpRequest, sealed: str) -> tuple[str, int] | None:
    """The search and its number of results; None where it is not this person's, not ours or old."""
    try:
        person, query, total = signing.loads(sealed, salt=SALT, max_age=VISIT_SECONDS)
    except signing.BadSignature:
        return None
    return (query, total) if constant_time_compare(str(person), str(request.user.pk)) else None
