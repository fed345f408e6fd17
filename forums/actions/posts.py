"""What is done to a post: reply, edit, hide."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from community import access
from community.audit import record
from community.labelling import choose_part_audience
from community.models import Label, User
from community.signals import content_saved
from forums import broadcast
from forums.actions.attachments import attach_files
from forums.actions.drafts import clear_draft
from forums.actions.reading import read_own_post
from forums.actions.threads import HidingReason, lock_thread
from forums.actions.writing import Contribution, add_post, find_sent, refresh_counters, render_body
from forums.models import Post, Thread
from forums.places import reply_in


def reply(
    *,
    actor: User,
    thread: Thread,
    contribution: Contribution,
    label: Label | str | None = None,
    named: Iterable[User] = (),
) -> Post:
    """The next post of a thread; the same form sent twice gives the same post. Without a label: the thread's.

    Raises Http404, PermissionDenied or ValidationError.
    """
    try:
        with transaction.atomic():
            # Its lock makes the numbers dense, and lets a second sending of the same form see the first.
            thread = lock_thread(thread=thread)
            access.require(actor, "thread.view", thread)
            sent = find_sent(actor=actor, contribution=contribution)
            if sent is not None:
                return sent
            access.require(actor, "thread.reply", thread)
            chosen, audience = choose_part_audience(label=label, whole=thread, author=actor, named=named)
            post = add_post(thread=thread, contribution=contribution, author=actor, label=chosen, audience=audience)
            attach_files(actor=actor, whole=post, files=contribution.files)
            read_own_post(post=post)
            clear_draft(actor=actor, place=reply_in(thread))
            broadcast.announce_post(post)
            return post
    except IntegrityError:
        # The same form, sent at the same moment to two threads: the other one won.
        sent = find_sent(actor=actor, contribution=contribution)
        if sent is None:
            raise
        return sent


def edit_post(*, actor: User, post: Post, body: str, files: Sequence[UploadedFile] = ()) -> Post:
    """Other words or more files in one's own post. Raises Http404, PermissionDenied or ValidationError."""
    with transaction.atomic():
        post = _lock_post(post)
        access.require(actor, "post.edit", post)
        rendered = render_body(body=body)
        if rendered["body"] == post.body and not files:
            return post
        for name, value in rendered.items():
            setattr(post, name, value)
        post.edited_at = timezone.now()
        post.save(update_fields=[*rendered, "edited_at"])
        attach_files(actor=actor, whole=post, files=files)
        content_saved.send(sender=Post, instance=post)
        broadcast.announce_change(post)
    return post


def hide_post(*, actor: User, post: Post, reason: HidingReason | str) -> Post:
    """Show this post to facilitators only. Raises Http404 or PermissionDenied."""
    return _set_hidden(actor, post, True, reason=HidingReason(reason).value)


def unhide_post(*, actor: User, post: Post) -> Post:
    """Show a hidden post to its audience again. Raises Http404 or PermissionDenied."""
    return _set_hidden(actor, post, False)


def _set_hidden(actor: User, post: Post, hidden: bool, **details: Any) -> Post:
    with transaction.atomic():
        post = _lock_post(post)
        access.require(actor, "post.hide", post)
        if hidden == (post.hidden_at is not None):
            return post
        post.hidden_at = timezone.now() if hidden else None
        action = "post.hidden" if hidden else "post.unhidden"
        record(action, actor=actor, community=post.community, target=post, **details)
        post.save(update_fields=["hidden_at"])
        refresh_counters(thread=post.thread)
        content_saved.send(sender=Post, instance=post)
        broadcast.announce_change(post)
    return post


def _lock_post(post: Post) -> Post:
    """The post as it is now, under the lock of its thread, which guards the counters. Raises Http404."""
    thread = lock_thread(thread=post.thread)
    try:
        fresh = Post.objects.select_related("community", "author").get(pk=post.pk)
    except Post.DoesNotExist as error:
        raise Http404 from error
    fresh.thread = thread
    return fresh
