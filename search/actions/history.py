"""A person's own recent searches: kept for nobody else, erased one by one or all at once, or not kept at all."""

from django.db import transaction
from django.utils import timezone

from community import access
from community.models import User
from search.models import NoSearchHistory, RecentSearch
from search.models.kept import digest_of

MOST_RECENT = 20


def remember_search(*, actor: User, query: str) -> None:
    """Put a search on top of somebody's own; nothing where they want none kept. The oldest go."""
    access.require(actor, "person.edit", actor)
    with transaction.atomic():
        if NoSearchHistory.objects.filter(person=actor).exists():
            return
        RecentSearch.objects.update_or_create(
            person=actor, digest=digest_of(query), defaults={"query": query, "searched_at": timezone.now()}
        )
        kept = RecentSearch.objects.filter(person=actor).values_list("pk", flat=True)[:MOST_RECENT]
        RecentSearch.objects.filter(person=actor).exclude(pk__in=list(kept)).delete()


def forget_search(*, actor: User, search: RecentSearch) -> None:
    """Erase one recent search."""
    access.require(actor, "person.edit", search.person)
    search.delete()


def forget_searches(*, actor: User) -> None:
    """Erase all recent searches."""
    access.require(actor, "person.edit", actor)
    RecentSearch.objects.filter(person=actor).delete()


def keep_history(*, actor: User, kept: bool) -> None:
    """Whether recent searches are kept from now on; where not, those that are there go too."""
    access.require(actor, "person.edit", actor)
    with transaction.atomic():
        if kept:
            NoSearchHistory.objects.filter(person=actor).delete()
            return
        NoSearchHistory.objects.get_or_create(person=actor)
        RecentSearch.objects.filter(person=actor).delete()
