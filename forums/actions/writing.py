"""What starting a thread and replying share: the text that is sent in, its checks, and the counters it moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from community import markdown
from community.models import User
from community.signals import content_saved
from forums.models import Post, Thread

TITLE_LENGTH = 150


@dataclass(frozen=True)
class Contribution:
    """What somebody sends in: a Markdown text, its files, and the key of the form that it came from."""

    body: str
    files: Sequence[UploadedFile] = ()
    idempotency_key: UUID | None = None


def clean_title(*, title: str) -> str:
    """The title in one line. Raises ValidationError where it is empty or too long."""
    title = " ".join(title.replace("\0", "").split())
    if not title:
        raise ValidationError({"title": _("Give the thread a title.")})
    if len(title) > TITLE_LENGTH:
        raise ValidationError({"title": _("The title is too long: at most %d characters.") % TITLE_LENGTH})
    return title


def render_body(*, body: str) -> dict[str, Any]:
    """The fields of a post that follow from its text. Raises ValidationError where it is empty or too large."""
    body = body.replace("\0", "").replace("\r\n", "\n").strip()
    if not body:
        raise ValidationError({"body": _("Write a text first.")})
    try:
        html = markdown.render(body)
    except ValidationError as error:
        raise ValidationError({"body": error.messages}) from error
    return {"body": body, "html": html, "renderer": markdown.RENDERER_VERSION}


def find_sent(*, actor: User, contribution: Contribution) -> Post | None:
    """The post that this form already made, where it was sent twice."""
    if contribution.idempotency_key is None:
        return None
    sent = Post.objects.select_related("thread__community")
    return sent.filter(author=actor, idempotency_key=contribution.idempotency_key).first()


def add_post(*, thread: Thread, contribution: Contribution, **content: Any) -> Post:
    """The next post of a thread whose row is locked by this transaction; the counters move with it."""
    thread.last_number += 1
    post = Post.objects.create(
        thread=thread,
        number=thread.last_number,
        community=thread.community,
        idempotency_key=contribution.idempotency_key,
        **render_body(body=contribution.body),
        **content,
    )
    if post.audience_id == thread.audience_id:
        thread.post_count += 1
        thread.last_post_at, thread.last_author = post.created_at, post.author
    thread.save(update_fields=["last_number", "post_count", "last_post_at", "last_author"])
    content_saved.send(sender=Post, instance=post)
    return post


def refresh_counters(*, thread: Thread) -> None:
    """Count again what everybody who sees the thread sees: after hiding, relabelling or importing posts."""
    seen_by_all = Post.objects.filter(thread=thread, audience=thread.audience_id, hidden_at__isnull=True)
    last = seen_by_all.order_by("-number").first()
    thread.post_count = seen_by_all.count()
    thread.last_post_at = last.created_at if last else thread.created_at
    thread.last_author_id = last.author_id if last else thread.author_id
    thread.save(update_fields=["post_count", "last_post_at", "last_author"])
