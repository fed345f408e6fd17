"""What the index must follow: each change becomes an outbox row, in the transaction of the change."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from chat.models import Message, Room
from community.models import Community, Organisation, StoredFile, User
from community.signals import content_removed, content_saved, contents_saved, text_read
from forums.models import Attachment, Post, Practice, Thread
from search.models import SearchOutbox

KINDS: dict[type[Model], str] = {
    Practice: "practice",
    Thread: "thread",
    Post: "post",
    Room: "room",
    Message: "message",
    Attachment: "attachment",
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


@receiver([content_saved, content_removed], sender=Attachment, dispatch_uid="search.note_attachment")
def note_attachment(sender: type[Model], instance: Attachment, **_kwargs: Any) -> None:
    """A file comes, goes or changes hands: what it goes with has a document, or has none any more."""
    whole = instance.post or instance.practice
    if whole:
        SearchOutbox.objects.create(kind=KINDS[type(whole)], object_pk=whole.pk)


@receiver(text_read, dispatch_uid="search.note_text")
def note_text(instance: StoredFile, **_kwargs: Any) -> None:
    """The text of a file was read, or read anew."""
    for pk in Attachment.objects.filter(file=instance).values_list("pk", flat=True):
        SearchOutbox.objects.create(kind=KINDS[Attachment], object_pk=pk)


@receiver(pre_save, sender=Community, dispatch_uid="search.note_community")
def note_community(sender: type[Model], instance: Community, **_kwargs: Any) -> None:
    """A community about another theme takes along what is said there; other changes of it are in no document."""
    if Community.objects.filter(pk=instance.pk).exclude(theme=instance.theme_id).exists():
        SearchOutbox.objects.create(kind="community", object_pk=instance.pk)


@receiver(post_save, sender=User, dispatch_uid="search.note_person")
@receiver(post_save, sender=Organisation, dispatch_uid="search.note_organisation")
def note_author(
    sender: type[Model], instance: Model, created: bool, update_fields: frozenset[str] | None, **_kwargs: Any
) -> None:
    """An author may have another name. Logging in, which saves the account too, changes no name."""
    if not created and (update_fields is None or NAMES & set(update_fields)):
        SearchOutbox.objects.create(kind=KINDS[sender], object_pk=instance.pk)
