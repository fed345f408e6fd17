"""What is done to a thread: start it, rename it, lock, pin and hide it."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import TextChoices
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community import access
from community.audit import record
from community.labelling import choose_audience
from community.models import Community, Label, User
from community.signals import content_saved
from forums import broadcast
from forums.actions.attachments import attach_files
from forums.actions.drafts import clear_draft
from forums.actions.reading import read_own_post
from forums.actions.writing import Contribution, add_post, clean_title, find_sent
from forums.models import Post, Thread
from forums.places import new_thread_in


class HidingReason(TextChoices):
    """Why a facilitator hides something; the audit log keeps the code."""

    PERSONAL_DATA = "personal_data", _("It holds personal data")
    TOO_SENSITIVE = "too_sensitive", _("It is too sensitive for this place")
    OFF_TOPIC = "off_topic", _("It does not belong here")
    CONDUCT = "conduct", _("It breaks our rules of conduct")
    DOUBLE = "double", _("It was posted twice")
    OTHER = "other", _("Another reason")


def start_thread(
    *,
    actor: User,
    community: Community,
    title: str,
    contribution: Contribution,
    label: Label | str | None = None,
    named: Iterable[User] = (),
) -> Thread:
    """A new thread with its opening post; the same form sent twice gives the same thread.

    `named`: the people of a TLP:RED thread. Raises Http404, PermissionDenied or ValidationError.
    """
    try:
        with transaction.atomic():
            access.require(actor, "thread.start", community)
            sent = find_sent(actor=actor, contribution=contribution)
            if sent is not None:
                return sent.thread
            label = Label(label or community.default_label)
            audience = choose_audience(label=label, community=community, author=actor, named=named)
            content = {"author": actor, "label": label, "audience": audience}
            thread = Thread.objects.create(community=community, title=clean_title(title=title), **content)
            post = add_post(thread=thread, contribution=contribution, **content)
            attach_files(actor=actor, whole=post, files=contribution.files)
            content_saved.send(sender=Thread, instance=thread)
            read_own_post(post=post)
            clear_draft(actor=actor, place=new_thread_in(community))
            broadcast.announce_list(thread)
            return thread
    except IntegrityError:
        # The same form, sent twice at the same moment: the other one won.
        sent = find_sent(actor=actor, contribution=contribution)
        if sent is None:
            raise
        return sent.thread


def retitle_thread(*, actor: User, thread: Thread, title: str) -> Thread:
    """Another title. Raises Http404, PermissionDenied or ValidationError."""
    with transaction.atomic():
        thread = lock_thread(thread=thread)
        access.require(actor, "thread.edit", thread)
        thread.title = clean_title(title=title)
        if thread.author_id != actor.pk:
            record("thread.retitled", actor=actor, community=thread.community, target=thread)
        _save(thread, "title")
    return thread


def set_locked(*, actor: User, thread: Thread, locked: bool) -> Thread:
    """Close the thread for replies, or open it again. Raises Http404 or PermissionDenied."""
    return _set_date(actor, thread, "thread.lock", "locked_at", locked)


def set_pinned(*, actor: User, thread: Thread, pinned: bool) -> Thread:
    """Keep the thread on top of its list, or let it go. Raises Http404 or PermissionDenied."""
    return _set_date(actor, thread, "thread.pin", "pinned_at", pinned)


def hide_thread(*, actor: User, thread: Thread, reason: HidingReason | str) -> Thread:
    """Show the thread and everything in it to facilitators only. Raises Http404 or PermissionDenied."""
    return _set_date(actor, thread, "thread.hide", "hidden_at", True, reason=HidingReason(reason).value)


def unhide_thread(*, actor: User, thread: Thread) -> Thread:
    """Show a hidden thread to its audience again. Raises Http404 or PermissionDenied."""
    return _set_date(actor, thread, "thread.hide", "hidden_at", False)


def _set_date(actor: User, thread: Thread, right: str, column: str, filled: bool, **details: Any) -> Thread:
    """Fill or empty one date of a thread, and audit it; nothing happens where it is so already."""
    with transaction.atomic():
        thread = lock_thread(thread=thread)
        access.require(actor, right, thread)
        if filled == (getattr(thread, column) is not None):
            return thread
        setattr(thread, column, timezone.now() if filled else None)
        action = f"thread.{'' if filled else 'un'}{column.removesuffix('_at')}"
        record(action, actor=actor, community=thread.community, target=thread, **details)
        _save(thread, column)
        if column == "hidden_at":
            send_saved(thread=thread)
    return thread


def _save(thread: Thread, column: str) -> None:
    thread.save(update_fields=[column])
    content_saved.send(sender=Thread, instance=thread)
    broadcast.announce_thread(thread)


def send_saved(*, thread: Thread) -> None:
    """Tell that all posts of a thread are now seen by others than before."""
    for post in Post.objects.filter(thread=thread).select_related("thread"):
        content_saved.send(sender=Post, instance=post)


def lock_thread(*, thread: Thread) -> Thread:
    """The row as it is now, kept from changing until this transaction ends. Raises Http404 where it went away."""
    locked = Thread.objects.select_for_update(of=("self",)).select_related("community", "author", "audience")
    try:
        return locked.get(pk=thread.pk)
    except Thread.DoesNotExist as error:
        raise Http404 from error
