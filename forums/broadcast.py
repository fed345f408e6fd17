"""What the pages of a thread are told after commit. Numbers only: a page fetches what its reader may see."""

from django.db import transaction

from community import live
from community.models import Audience
from forums.models import Post, Thread

OPEN_TO_ALL_MEMBERS = (Audience.Kind.EVERYONE, Audience.Kind.PROFESSIONALS, Audience.Kind.COMMUNITY)


def announce_post(post: Post) -> None:
    """There is a new post."""
    _announce(post.thread, {"number": post.number})
    announce_list(post.thread)


def announce_change(post: Post) -> None:
    """A post was edited, hidden or brought back."""
    _announce(post.thread, {"number": post.number, "changed": True})


def announce_thread(thread: Thread) -> None:
    """The thread itself was locked, hidden, renamed or relabelled."""
    _announce(thread, {"thread": True})
    announce_list(thread)


def announce_list(thread: Thread) -> None:
    """The list of threads of the community changed. What only some members see is not hinted at to the others."""
    if thread.audience.kind in OPEN_TO_ALL_MEMBERS:
        community = thread.community_id
        transaction.on_commit(lambda: live.announce("threads", community, {"changed": True}))


def _announce(thread: Thread, data: dict[str, int | bool]) -> None:
    transaction.on_commit(lambda: live.announce("thread", thread.pk, data))
