"""What the index must follow: each change becomes an outbox row, in the transaction of the change."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.db.models.signals import post_save
from django.dispatch import receiver

from chat.models import Message, Room
from community.models import Organisation, User
from community.signals import content_removed, content_saved, contents_saved
from forums.models import Post, Practice, Thread
from search.models import SearchOutbox

KINDS: dict[type[Model], str] = {
    Practice: "practice",
    Thread: "thread",
    Post: "post",
    Room: "room",
    Message: "message",
    User: "person",
    Organisation: "organisation",
}
NAMES = {"name", "organisation", "organisation_id"}  # what documents hold of their authors


@receiver([content_saved, content_removed], dispatch_uid="search.note_content")
def note_content(sender: type[Model], instance: Model, **_kwargs: Any) -> None:
    """A thing that can be found, or that others are part of, changed or goes away."""
    if kind := KINDS.get(sender):
        SearchOutbox.objects.create(kind=kind, object_pk=instance.pk)


@receiver(contents_saved, dispatch_uid="search.note_contents")
def note_contents(sender: type[Model], instances: Sequence[Model], **_kwargs: Any) -> None:
    """Many things of one kind changed at once."""
    if kind := KINDS.get(sender):
        SearchOutbox.objects.bulk_create(SearchOutbox(kind=kind, object_pk=instance.pk) for instance in instances)


@receiver(post_save, sender=User, dispatch_uid="search.note_person")
@receiver(post_save, sender=Organisation, dispatch_uid="search.note_organisation")
def note_author(
    sender: type[Model], instance: Model, created: bool, update_fields: frozenset[str] | None, **_kwargs: Any
) -> None:
    """An author may have another name. Logging in, which saves the account too, changes no name."""
    if not created and (update_fields is None or NAMES & set(update_fields)):
        SearchOutbox.objects.create(kind=KINDS[sender], object_pk=instance.pk)
