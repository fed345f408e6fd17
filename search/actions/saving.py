"""Saving a search under a name, changing it, and taking it away."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access
from community.models import User
from search.models import Alert, SavedSearch
from search.models.kept import digest_of

MOST_SAVED = 50


def save_search(*, actor: User, query: str, name: str, alert: str = Alert.OFF) -> SavedSearch:
    """A new saved search. Raises ValidationError where there are too many, or this one is there already."""
    access.require(actor, "person.edit", actor)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=actor.pk)  # two tabs at once do not make the fifty-first
        mine = SavedSearch.objects.filter(person=actor)
        if same := mine.filter(digest=digest_of(query)).first():
            raise ValidationError(_("You saved this search already, as “%(name)s”."), params={"name": same.name})
        if mine.count() >= MOST_SAVED:
            raise ValidationError(_("You have %(most)s saved searches. Remove one first."), params={"most": MOST_SAVED})
        return SavedSearch.objects.create(person=actor, query=query, name=name, alert=alert)


def change_search(*, actor: User, search: SavedSearch, name: str, alert: str) -> SavedSearch:
    """Another name or another alert. An alert that is switched on tells of what is written from now on."""
    with transaction.atomic():
        search = SavedSearch.objects.select_for_update().get(pk=search.pk)
        access.require(actor, "person.edit", search.person)
        if search.alert == Alert.OFF != alert:
            search.alerted_at = search.told_until = timezone.now()
        search.name, search.alert = name, alert
        search.save()
    return search


def remove_search(*, actor: User, search: SavedSearch) -> None:
    """Take a saved search away, and with it its alert."""
    access.require(actor, "person.edit", search.person)
    search.delete()
