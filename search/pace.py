"""How fast one person may search: enough for people, too little for programs that read the site empty."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

SEARCHES_A_MINUTE = 60
SECONDS = 60


def goes_too_fast(request: HttpRequest) -> bool:
    """Count one more search of this person, or of this address where nobody is logged in."""
    who = request.user.pk or get_adapter().get_client_ip(request)  # reads past the proxies that we trust
    key = f"pace:search:{who}"
    if cache.add(key, 1, SECONDS):
        return False
    try:
        return cache.incr(key) > SEARCHES_A_MINUTE
    except ValueError:  # the minute ended in between
        return False
