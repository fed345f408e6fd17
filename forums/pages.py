"""What the pages of threads show: the context of a community, and of one page of a thread."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from community import access, registry
from community.models import Community
from forums.forms.writing import ReplyForm
from forums.models import Thread
from forums.places import reply_in
from forums.selections import page_of, posts_of

NUMBER_DIGITS = 9
THREAD_RIGHTS = (
    "thread.reply",
    "thread.edit",
    "thread.hide",
    "thread.lock",
    "thread.pin",
    "thread.raise_label",
    "thread.lower_label",
)


def community_context(request: HttpRequest, community: Community, *crumbs: tuple[str, str]) -> dict[str, Any]:
    """What every page in a community shares; who may not see the community itself gets no links into it."""
    if not access.can(request.user, "community.view", community):
        return {"community": community, "tabs": [], "crumbs": list(crumbs[-1:])}
    home = (community.name, community.get_absolute_url())
    trail = [home, *crumbs]
    return {"community": community, "tabs": registry.tabs(request, community, trail), "crumbs": trail}


def threads_context(request: HttpRequest, community: Community, *crumbs: tuple[str, str]) -> dict[str, Any]:
    """The same for what lies under a community's list of threads."""
    return community_context(request, community, (_("Threads"), reverse("threads", args=[community.slug])), *crumbs)


def thread_context(
    request: HttpRequest, thread: Any, number: str | int | None, form: forms.Form | None = None
) -> dict[str, Any]:
    """One page of a thread: its posts, what the reader may do, and the form for a reply."""
    page = page_of(thread, number)
    posts = posts_of(request.user, thread, page.object_list)
    rights = access.rights(request.user, thread, THREAD_RIGHTS)
    if form is None and rights["reply"]:
        form = ReplyForm(initial={"body": thread.draft_body or ""})
    return threads_context(request, thread.community, (thread.title, "")) | {
        "thread": thread,
        "named": access.named_in(thread),
        "page": page,
        "posts": posts,
        "last_number": page.object_list[-1],
        "first_new": _first_new(thread, posts),
        "rights": rights,
        "may_manage": any(may for right, may in rights.items() if right != "reply"),
        "form": form,
        "place": reply_in(thread),
        "draft_sequence": thread.draft_sequence or 0,
        "following": request.user.is_authenticated,
    }


def _first_new(thread: Any, posts: list[Any]) -> int | None:
    """The number of the first post that is new to the reader, where the line between read and new is on this page."""
    read = thread.read_number
    if read is None:
        return None
    new = [post.number for post in posts if post.number > read]
    return new[0] if new and new[0] > 1 else None


def sent_sequence(request: HttpRequest, known: int) -> int:
    """The draft's sequence number that a form was sent with, so that a form shown again goes on from there."""
    sent = number_in(request.POST.get("sequence"))
    return known if sent is None else sent


def number_in(text: str | None) -> int | None:
    """A post number or sequence number that came with a request; None for anything else."""
    if text and text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS:
        return int(text)
    return None


def find_live_thread(user: Any, pk: int) -> Thread | None:
    """The thread, where this person may listen to it."""
    return access.visible_to(user, Thread.objects.filter(pk=pk)).first()


def find_live_list(user: Any, pk: int) -> Community | None:
    """The community whose list of threads this person may follow live: members only, as it tells when others write."""
    community = access.visible_to(user, Community.objects.filter(pk=pk)).first()
    return community if community is not None and access.can(user, "thread.start", community) else None
