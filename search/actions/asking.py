"""Counting what is asked and not found; picking up what enough people asked for, and taking it off the list."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access
from community.audit import record
from community.models import User
from search.models import Question, Wish
from search.wording import pseudonym, wording_of


def _count(actor: User, query: str, **facts: bool) -> None:
    if (asked := wording_of(query)) is None:
        return
    month = timezone.localdate().replace(day=1)
    values = {"words": asked.words, "asked_at": timezone.now(), **facts}
    Question.objects.update_or_create(
        asker=pseudonym(actor, month), month=month, key=asked.key, defaults=values
    )  # fmt: skip


def note_question(*, actor: User, query: str, is_found: bool) -> None:
    """Count a question under a pseudonym; nothing of a query that is personal or narrowed."""
    access.require(actor, "person.edit", actor)
    _count(actor, query, is_found=is_found)


def note_opened(*, actor: User, query: str) -> None:
    """Something that was found was opened: the question was answered, as far as we know."""
    access.require(actor, "person.edit", actor)
    _count(actor, query, is_found=True, is_opened=True)


def pick_up_wish(*, actor: User, wish: Wish) -> Wish:
    """Say that one is going to describe it. Raises ValidationError where somebody else does already."""
    access.require(actor, "wish.pick_up")
    with transaction.atomic():
        wish = Wish.objects.select_for_update().get(pk=wish.pk)
        if wish.picked_up_by_id not in (None, actor.pk):
            raise ValidationError(_("Somebody else picked this up already."))
        wish.picked_up_by, wish.picked_up_at = actor, timezone.now()
        wish.save(update_fields=["picked_up_by", "picked_up_at"])
    return wish


def let_go_of_wish(*, actor: User, wish: Wish) -> None:
    """Leave it to others again: who picked it up, or who may remove it."""
    if wish.picked_up_by_id != actor.pk:
        access.require(actor, "wish.remove")
    Wish.objects.filter(pk=wish.pk).update(picked_up_by=None, picked_up_at=None)


def remove_wish(*, actor: User, wish: Wish) -> None:
    """Take it off the list for good: it does not come back while people ask for it."""
    access.require(actor, "wish.remove")
    with transaction.atomic():
        Wish.objects.filter(pk=wish.pk).update(removed_at=timezone.now())
        record("search.wish_removed", actor=actor, wish=wish.pk)
