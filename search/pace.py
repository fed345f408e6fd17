"""How fast one person may search: enough for people, too little for programs that read the site empty."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

SEARCHES_A_MINUTE = 60
# What is looked up while one types leaves so many searches of the minute alone: typing never locks anybody out.
KEPT_FOR_SEARCHES = 20
LOOK_UPS_A_MINUTE = 120  # of places to go to, by their names
SECONDS = 60


def goes_too_fast(request: HttpRequest, *, kept: int = 0) -> bool:
    """Count one more search of this person, or of this address where nobody is logged in.

    With `kept`, it is refused and not counted where only so many searches of this minute are left.
    """
    return _is_over(request, "search", SEARCHES_A_MINUTE, kept)


def looks_up_too_fast(request: HttpRequest) -> bool:
    """Count one more look-up of names."""
    return _is_over(request, "places", LOOK_UPS_A_MINUTE)


def _is_over(request: HttpRequest, what: str, most: int, kept: int = 0) -> bool:
    who = request.user.pk or get_adapter().get_client_ip(request)  # reads past the proxies that we trust
    key = f"pace:{what}:{who}"
    if kept and cache.get(key, 0) >= most - kept:
        return True
    if cache.add(key, 1, SECONDS):
        return False
    try:
        return cache.incr(key) > most
    except ValueError:  # the minute ended in between
        return False
