"""Where a draft will be posted: a short name such as "thread:12" or "community:3:thread", and what it leads to."""

import re
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse

from community import access
from community.models import Community, User
from forums.models import Thread

PLACE = re.compile(r"(?:thread:(?P<thread>[1-9]\d{0,17})|community:(?P<community>[1-9]\d{0,17}):thread)", re.ASCII)


@dataclass(frozen=True)
class Place:
    """A place that the person can see: what it is called, where its form stands, and the community it is in."""

    name: str
    title: str
    url: str
    community: Community


def reply_in(thread: Thread) -> str:
    """The place of a reply."""
    return f"thread:{thread.pk}"


def new_thread_in(community: Community) -> str:
    """The place of a new thread."""
    return f"community:{community.pk}:thread"


def find_place(user: User, name: str) -> Place:
    """The place of this name. Raises Http404 where there is none or this person may not see it."""
    places = find_places(user, [name])
    if not places:
        raise Http404
    return places[name]


def find_places(user: User, names: list[str]) -> dict[str, Place]:
    """Those of the places that this person can see now, in two queries however many there are."""
    found = {name: match for name in names if (match := PLACE.fullmatch(name))}
    threads = [int(match["thread"]) for match in found.values() if match["thread"]]
    communities = [int(match["community"]) for match in found.values() if match["community"]]
    places = []
    for thread in access.visible_to(user, Thread.objects.filter(pk__in=threads).select_related("community")):
        url = f"{thread.get_absolute_url()}?page=last#reply"
        places.append(Place(reply_in(thread), thread.title, url, thread.community))
    for community in access.visible_to(user, Community.objects.filter(pk__in=communities)):
        url = reverse("thread_new", args=[community.slug])
        places.append(Place(new_thread_in(community), community.name, url, community))
    return {place.name: place for place in places}
