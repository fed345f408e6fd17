"""What this app adds to the pages of the base: the tab and the latest threads of a community."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from community import access, registry
from community.live import Topic, register_topic
from community.models import Community
from forums.models import Thread
from forums.pages import find_live_list, find_live_thread
from forums.selections import with_reading

LATEST = 5
LATEST_OF_MINE = 10


def latest_threads(request: HttpRequest, community: Community) -> dict[str, Any]:
    """The threads of this community in which somebody wrote last."""
    latest = Thread.objects.by_latest_post().filter(community=community)
    threads = with_reading(request.user, access.visible_to(request.user, latest))[:LATEST]
    return {
        "community": community,
        "threads": list(threads),
        "rights": access.rights(request.user, community, ["thread.start"]),
    }


def latest_of_mine(request: HttpRequest) -> dict[str, Any]:
    """The threads of one's own communities in which somebody wrote last, for the front page."""
    mine = Thread.objects.by_latest_post().filter(community__in=access.reach_of(request.user).roles)
    threads = with_reading(request.user, access.visible_to(request.user, mine))[:LATEST_OF_MINE]
    return {"threads": list(threads), "names_community": True}


def register() -> None:
    """Add it all, when the site starts."""
    registry.add_home_section(registry.HomeSection("threads", 10, "forums/_threads_of_mine.html", latest_of_mine))
    registry.add_tab(registry.Tab("threads", _("Threads"), "threads", order=20))
    registry.add_section(registry.Section("threads", 10, "forums/_latest_threads.html", latest_threads))
    register_topic(Topic("thread", find_live_thread))
    register_topic(Topic("threads", find_live_list))
