"""How far somebody has read: a number per thread that only goes up."""

from django.db import transaction
from django.utils import timezone

from community import access
from community.models import User
from forums.models import Post, ReadPosition, Thread


def mark_read(*, actor: User, thread: Thread, number: int) -> int:
    """Note that the person read up to this post; gives the position that stands. Raises Http404 or PermissionDenied."""
    with transaction.atomic():
        access.require(actor, "thread.view", thread)
        # What is not written yet cannot have been read.
        number = min(number, Thread.objects.values_list("last_number", flat=True).get(pk=thread.pk))
        return _raise_position(actor, thread, number)


def read_own_post(*, post: Post) -> None:
    """One's own post is not new to oneself, if everything before it was read."""
    before = ReadPosition.objects.filter(person=post.author_id, thread=post.thread_id)
    if post.is_opening or before.filter(number=post.number - 1).exists():
        _raise_position(post.author, post.thread, post.number)


def _raise_position(person: User, thread: Thread, number: int) -> int:
    position, _made = ReadPosition.objects.get_or_create(person=person, thread=thread, defaults={"number": number})
    if position.number >= number:
        return position.number
    ReadPosition.objects.filter(pk=position.pk, number__lt=number).update(number=number, updated_at=timezone.now())
    return number
