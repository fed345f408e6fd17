"""What practices add to the pages of the base: the menu, the tab and the newest practices of a community."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import access, registry
from community.models import Community, Theme
from forums.practice_selections import practices_of

NEWEST = 5
TEMPLATE = "forums/_newest_practices.html"


def newest_practices(request: HttpRequest, community: Community) -> dict[str, Any]:
    """The practices that this community published last."""
    practices = practices_of(request.user, {}).filter(community=community)
    return {
        "community": community,
        "practices": list(practices[:NEWEST]),
        "rights": access.rights(request.user, community, ["practice.create"]),
        "all_url": reverse("community_practices", args=[community.slug]),
    }


def newest_of_all(request: HttpRequest) -> dict[str, Any]:
    """The practices that anybody published last, for the front page."""
    return {"practices": list(practices_of(request.user, {})[:NEWEST]), "rights": {}, "all_url": reverse("practices")}


def newest_of_theme(request: HttpRequest, theme: Theme) -> dict[str, Any]:
    """The practices of this theme that were published last."""
    practices = practices_of(request.user, {}).filter(theme=theme)
    all_url = f"{reverse('practices')}?theme={theme.slug}"
    return {"practices": list(practices[:NEWEST]), "rights": {}, "all_url": all_url}


def may_look(request: HttpRequest) -> bool:
    """Whether the knowledge base is open to this person at all."""
    return settings.PUBLISH_CLEAR or request.user.is_authenticated


def register() -> None:
    """Add it all, when the site starts."""
    registry.add_menu_item(registry.MenuItem(_("Knowledge base"), "practices", order=30, allowed=may_look))
    registry.add_tab(registry.Tab("practices", _("Practices"), "community_practices", order=40))
    registry.add_section(registry.Section("practices", 30, TEMPLATE, newest_practices))
    registry.add_home_section(registry.HomeSection("practices", 30, TEMPLATE, newest_of_all))
    registry.add_theme_section(registry.ThemeSection("practices", 20, TEMPLATE, newest_of_theme))
