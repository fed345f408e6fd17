"""What every page needs: the navigation of this person, and the name of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from community import access
from community.models import Theme
from community.registry import menu


def site(request: HttpRequest) -> dict[str, Any]:
    """Names for base.html. Themes are read from the database only where a template walks them."""
    user = getattr(request, "user", None)
    context: dict[str, Any] = {"site_name": settings.SITE_NAME, "nav_memberships": (), "menu_items": ()}
    if user is None or not getattr(user, "is_professional", False):
        return context
    return context | {
        "nav_memberships": access.reach_of(user).memberships,
        "nav_themes": SimpleLazyObject(lambda: list(Theme.objects.all())),
        "menu_items": menu(request),
    }
