"""Threads and posts as one reader sees them, each page in a fixed number of queries."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.http import Http404

from community import access
from forums.models import Attachment, Draft, Post, ReadPosition, Thread
from forums.models.threads import POSTS_PER_PAGE

POST_RIGHTS = ("post.edit", "post.hide")


def with_reading(user: access.Person, threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """Each thread with `read_number` (None: never opened), `last_visible` and the count `unread`, for this reader."""
    position = ReadPosition.objects.filter(thread=OuterRef("pk"), person=user.pk).values("number")
    posts = access.visible_to(user, Post.objects.filter(thread=OuterRef("pk"))).order_by("-number")
    unread = posts.filter(number__gt=OuterRef("read_number")).order_by().values("thread")
    return threads.annotate(
        read_number=Subquery(position[:1]),
        last_visible=Subquery(posts.values("number")[:1]),
        unread=Subquery(unread.annotate(count=Count("pk")).values("count")),
    )


def threads_of(user: access.Person, **where: Any) -> QuerySet[Thread]:
    """The threads that this reader may see, as a list shows them."""
    return with_reading(user, access.visible_to(user, Thread.objects.for_list().filter(**where)))


def find_thread(user: access.Person, pk: int) -> Any:
    """A thread for its page, with the reader's position and draft, in one query. Raises Http404."""
    draft = Draft.objects.filter(person=user.pk, place=f"thread:{pk}")
    threads = Thread.objects.select_related("community", "author").annotate(
        draft_body=Subquery(draft.values("body")[:1]), draft_sequence=Subquery(draft.values("sequence")[:1])
    )
    thread = with_reading(user, access.visible_to(user, threads)).filter(pk=pk).first()
    if thread is None:
        raise Http404
    return thread


def page_of(thread: Any, number: str | int | None) -> Page[int]:
    """A page of post numbers. Pages are fixed ranges of numbers, so that a link to one stays right."""
    pages = Paginator(range(1, (thread.last_visible or 1) + 1), POSTS_PER_PAGE)
    return pages.get_page(pages.num_pages if number == "last" else number)


def posts_of(user: access.Person, thread: Thread, numbers: Iterable[int]) -> list[Any]:
    """The posts with these numbers that this reader may see, with author, files and rights: two queries."""
    first, last = min(numbers, default=0), max(numbers, default=0)
    rows = Post.objects.filter(thread=thread, number__range=(first, last)).order_by("number")
    files = access.visible_to(user, Attachment.objects.for_page())
    posts: list[Any] = list(
        access.visible_to(user, rows)
        .select_related("author__organisation")
        .prefetch_related(Prefetch("attachments", queryset=files, to_attr="files"))
        .defer("body")
    )
    for post in posts:
        post.thread = thread
        post.rights = access.rights(user, post, POST_RIGHTS)
    return posts
