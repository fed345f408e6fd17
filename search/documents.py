"""The one list of what can be found: practices, threads, posts, messages and files, and what the index holds of each.

What is hidden, a draft, or part of something hidden is not in the index at all. The post that opens a thread is part
of the thread's document, with its files, unless it has an audience of its own. Posts and messages carry no title: that
of the thread would make all its replies as good as the thread itself. A file is a document too: it is found by its
name, and by its text once that is read.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chat.models import Message
from community.markdown import plain_text
from community.models import User
from forums.models import Attachment, Evidence, Post, Practice, Thread
from search.backends.base import PAGE_END, Document

AT_ONCE = 200  # rows that are read together
FILES_AT_ONCE = 10  # the text of one may be two million bytes
OVERDUE = -0.5
PRACTICE_TEXTS = (*Practice.SECTIONS, "body")
# How a thread stands, for everybody who sees it: its counters leave out what only some of them may see.
THREAD_STATUS = Case(
    When(locked_at__isnull=False, then=Value("locked")),
    When(post_count__lte=1, then=Value("unanswered")),
    default=Value("answered"),
    output_field=CharField(),
)


def has_file(**belongs: Any) -> Exists:
    """Whether a file goes with a row, seen by all who see the row."""
    return Exists(Attachment.objects.filter(hidden_at__isnull=True, audience=OuterRef("audience"), **belongs))


HAS_FILE = {
    "practice": has_file(practice=OuterRef("pk")),
    "thread": has_file(post__thread=OuterRef("pk"), post__number=1, post__hidden_at__isnull=True),
    "post": has_file(post=OuterRef("pk")),
}


@dataclass(frozen=True)
class Kind:
    """A kind of thing that can be found. `rows` selects what may be in the index, `document` makes it of one row."""

    name: str
    plural: Promise
    rows: Callable[[], QuerySet[Any]]
    fetch: Callable[[QuerySet[Any]], QuerySet[Any]]
    document: Callable[[Any], Document]
    at_once: int = AT_ONCE


def _practices() -> QuerySet[Practice]:
    return Practice.objects.filter(hidden_at__isnull=True, published_at__isnull=False)


def _threads() -> QuerySet[Thread]:
    return Thread.objects.filter(hidden_at__isnull=True)


def _posts() -> QuerySet[Post]:
    rows = Post.objects.filter(hidden_at__isnull=True, thread__hidden_at__isnull=True)
    return rows.exclude(Q(number=1) & Q(audience=F("thread__audience")))


def _messages() -> QuerySet[Message]:
    return Message.objects.filter(hidden_at__isnull=True, room__hidden_at__isnull=True)


def _attachments() -> QuerySet[Attachment]:
    of_posts = Q(post__hidden_at__isnull=True, post__thread__hidden_at__isnull=True)
    of_practices = Q(practice__hidden_at__isnull=True, practice__published_at__isnull=False)
    return Attachment.objects.filter(
        Q(post__isnull=False) & of_posts | Q(practice__isnull=False) & of_practices, hidden_at__isnull=True
    )


def _fetch_practices(rows: QuerySet[Practice]) -> QuerySet[Practice]:
    rows = rows.annotate(has_file=HAS_FILE["practice"]).select_related("author__organisation", "theme")
    return rows.prefetch_related("tags").defer(*PRACTICE_TEXTS)


def _fetch_threads(rows: QuerySet[Thread]) -> QuerySet[Thread]:
    opening = Post.objects.filter(number=1, hidden_at__isnull=True, audience=F("thread__audience")).defer("body")
    rows = rows.annotate(has_file=HAS_FILE["thread"], status=THREAD_STATUS)
    return rows.select_related("author__organisation", "community__theme").prefetch_related(
        Prefetch("posts", queryset=opening, to_attr="opening")
    )


def _fetch_posts(rows: QuerySet[Post]) -> QuerySet[Post]:
    return (
        rows.annotate(has_file=HAS_FILE["post"])
        .select_related("author__organisation", "community__theme")
        .defer("body")
    )


def _fetch_messages(rows: QuerySet[Message]) -> QuerySet[Message]:
    return rows.select_related("author__organisation", "community__theme").defer("body")


def _fetch_attachments(rows: QuerySet[Attachment]) -> QuerySet[Attachment]:
    return rows.select_related("author__organisation", "community__theme", "practice__theme", "post", "file__text")


def _document(kind: str, thing: Any, *, title: str, body: str, written_at: datetime, **more: Any) -> Document:
    author: User = thing.author
    return Document(
        key=f"{kind}:{thing.pk}",
        kind=kind,
        title=title,
        body=body,
        audience=thing.audience_id,
        community=thing.community_id,
        author=author.name,
        organisation=author.organisation.name if author.organisation else "",
        label=thing.label,
        has=("document",) if getattr(thing, "has_file", False) else (),
        written_at=written_at,
        **more,
    )


def _practice(practice: Practice) -> Document:
    texts = [plain_text(practice.html[name]) for name in PRACTICE_TEXTS if practice.html.get(name)]
    body = "\n".join(texts)
    if practice.summary and practice.summary.rstrip("…") not in body:
        body = f"{practice.summary}\n{body}"
    return _document(
        "practice", practice, title=practice.title, body=body, written_at=practice.published_at or practice.created_at,
        tags=tuple(tag.name for tag in practice.tags.all()), theme=practice.theme.slug, status=practice.status.value,
        quality=_quality(practice),
    )  # fmt: skip


def _quality(practice: Practice) -> float:
    if practice.is_overdue:
        return OVERDUE
    return list(Evidence).index(Evidence(practice.evidence)) / (len(Evidence) - 1)


def _thread(thread: Any) -> Document:
    body = "\n".join(plain_text(post.html) for post in thread.opening)
    at = thread.last_post_at or thread.created_at
    return _document(
        "thread", thread, title=thread.title, body=body, written_at=at, theme=thread.community.theme.slug,
        status=thread.status, whole=f"thread:{thread.pk}",
    )  # fmt: skip


def _part(kind: str, part: Post | Message, whole: str) -> Document:
    return _document(
        kind, part, title="", body=plain_text(part.html), written_at=part.created_at, theme=part.community.theme.slug,
        whole=whole,
    )  # fmt: skip


def _post(post: Post) -> Document:
    return _part("post", post, f"thread:{post.thread_id}")


def _message(message: Message) -> Document:
    return _part("message", message, f"room:{message.room_id}")


def _attachment(attachment: Attachment) -> Document:
    text = getattr(attachment.file, "text", None)  # files of before their texts were read have none yet
    pages = ["\n".join(filter(None, page)) for page in text.pages] if text else []
    of_thread = {"whole": f"thread:{attachment.post.thread_id}"} if attachment.post else {}
    theme = attachment.practice.theme if attachment.practice else attachment.community.theme
    return _document(
        "attachment", attachment, title=attachment.file.name, body=PAGE_END.join(pages),
        written_at=attachment.created_at, theme=theme.slug, **of_thread,
    )  # fmt: skip


KINDS = {
    kind.name: kind
    for kind in (
        Kind("practice", _("Practices"), _practices, _fetch_practices, _practice),
        Kind("thread", _("Threads"), _threads, _fetch_threads, _thread),
        Kind("post", _("Replies"), _posts, _fetch_posts, _post),
        Kind("message", _("Chat"), _messages, _fetch_messages, _message),
        Kind("attachment", _("Files"), _attachments, _fetch_attachments, _attachment, FILES_AT_ONCE),
    )
}


def count() -> int:
    """How many documents there are in the database."""
    first, *others = (kind.rows().order_by().values_list("pk") for kind in KINDS.values())
    return first.union(*others, all=True).count()


def everything() -> Iterator[Document]:
    """All documents, read a few hundred rows at a time: no reading stays open for long."""
    for kind in KINDS.values():
        last = 0
        while rows := list(kind.fetch(kind.rows().filter(pk__gt=last).order_by("pk"))[: kind.at_once]):
            yield from map(kind.document, rows)
            last = rows[-1].pk


def documents_of(name: str, keys: Iterable[int]) -> Iterator[Document]:
    """The documents of those things that may be in the index as they are now; the others are left out."""
    kind, wanted = KINDS[name], sorted(set(keys))
    for start in range(0, len(wanted), kind.at_once):
        yield from map(kind.document, kind.fetch(kind.rows().filter(pk__in=wanted[start : start + kind.at_once])))
