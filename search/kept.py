"""A search as it is kept and run again: the query string of its address, written the same for the same search."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, QueryDict
from django.utils.crypto import constant_time_compare

from community import access
from search.backends.base import Order, Results
from search.filtering import Asked, asked_of
from search.finding import Answer, find

MOST_CHARACTERS = 2000
SALT = "search.visit"
VISIT_SECONDS = 86_400  # so long a page of results may tell of itself
NOTHING = Answer(found=[], results=Results(), page=1)


def query_of(asked: Asked) -> str:
    """The query string of a search, without its order; "" where nothing is asked for, or far too much."""
    query = urlencode({name: value for name, value in asked.parameters().items() if name != "sort"})
    return query if not asked.is_nothing and len(query) <= MOST_CHARACTERS else ""


def query_in(user: access.Person, data: Mapping[str, str]) -> str:
    """The same of what this person sent."""
    return query_of(asked_of(user, data))


def text_of(query: str) -> str:
    """What was typed, of a query string."""
    return QueryDict(query).get("q", "")


def find_again(
    user: access.Person, query: str, *, since: datetime | None = None, limit: int = 20, order: Order = "best"
) -> Answer:
    """What this person finds with it now, where asked only what was written since. Raises IndexUnavailableError.

    Nothing where a part of it means nothing to them any more: a search without that part would be another search.
    """
    asked = asked_of(user, QueryDict(query))
    if asked.errors or asked.whole_is_unknown:
        return NOTHING
    filters = asked.filters
    if since:
        filters = replace(filters, since=max(since, filters.since or since))
    return find(user, asked.query, filters, limit=limit, order=order)


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
