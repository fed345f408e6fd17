"""What search adds to the pages of the base."""

from typing import Any

from django.http import HttpRequest

from community import access
from community.registry import HomeSection, add_home_section


def register() -> None:
    """Lead administrators from their home to the lists of words."""
    add_home_section(HomeSection("search_administration", 1, "search/_administration.html", _for_administrators))


def _for_administrators(request: HttpRequest) -> dict[str, Any] | None:
    return {} if access.can(request.user, "site.administer") else None
