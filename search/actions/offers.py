"""Counting who saw a community named beyond their rights, and who opened it: once per person, under a pseudonym."""

from collections.abc import Iterable

from django.utils import timezone

from community import access
from community.models import Community, User
from search.models import OfferSeen
from search.offers import pseudonym


def note_offers(*, actor: User, communities: Iterable[Community]) -> None:
    """These communities were named to this person."""
    access.require(actor, "person.edit", actor)
    for community in communities:
        _note(actor, community)


def note_offer_opened(*, actor: User, community: Community) -> None:
    """This person went to look at a community that was named."""
    access.require(actor, "community.view", community)
    _note(actor, community, is_opened=True)


def _note(actor: User, community: Community, **facts: bool) -> None:
    OfferSeen.objects.update_or_create(
        community=community, asker=pseudonym(actor, community), defaults={"seen_at": timezone.now(), **facts}
    )
