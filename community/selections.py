"""Which communities and people a page shows, in a fixed number of queries."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404

from community import access
from community.models import Appointment, Ban, Community, JoinRequest, Membership, User

WORDS = 6  # of a search that are looked at


def communities_for(user: User) -> QuerySet[Community]:
    """What this person may see of the communities: with the number of members, and how the person stands to each."""
    mine = {"community": OuterRef("pk"), "person": user.pk}
    return (
        access.visible_to(user, Community.objects.all())
        .select_related("theme")
        .annotate(
            member_count=Count("memberships", distinct=True),
            is_mine=Exists(Membership.objects.filter(**mine)),
            is_asked=Exists(JoinRequest.objects.filter(**mine)),
            is_barred=Exists(Ban.objects.filter(**mine)),
        )
        .order_by("theme__name", "name")
    )


def find_community(user: Any, slug: str) -> Community:
    """The community of this address, where the person may see it. Raises Http404."""
    return get_object_or_404(access.visible_to(user, Community.objects.select_related("theme")), slug=slug)


def members_of(community: Community, words: str = "") -> QuerySet[Membership]:
    """The members of a community with what a list shows of them, found by words of name, organisation or function."""
    current = Appointment.objects.current().select_related("function", "organisation")
    members = (
        community.memberships.select_related("person__organisation")
        .prefetch_related(Prefetch("person__appointments", current))
        .order_by("person__name", "pk")
    )
    for word in words.split()[:WORDS]:
        members = members.filter(
            Q(person__name__icontains=word)
            | Q(person__organisation__name__icontains=word)
            | Q(pk__in=_by_function(community, word))
        )
    return members


def _by_function(community: Community, word: str) -> QuerySet[Any]:
    holders = Appointment.objects.current().filter(function__name__icontains=word).values("person")
    return Membership.objects.filter(community=community, person__in=holders).values("pk")


def shared_memberships(user: User, person: User) -> QuerySet[Membership]:
    """The memberships of a person that somebody else may know of: in communities where both are."""
    communities = access.visible_to(user, Community.objects.all())
    if user.pk != person.pk:
        communities = communities.filter(pk__in=access.reach_of(user).roles)
    return person.memberships.filter(community__in=communities).select_related("community").order_by("community__name")
