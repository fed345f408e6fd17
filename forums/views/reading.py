"""Reading a thread: its page, the jump to what is new, what came since, and how far one is."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.middleware import for_visitors
from community.models import User
from forums.actions.reading import mark_read
from forums.models import Post
from forums.models.threads import POSTS_PER_PAGE
from forums.pages import number_in, thread_context
from forums.selections import find_thread, page_of, posts_of


@for_visitors
@require_safe
def show_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of a thread."""
    thread = find_thread(request.user, pk)
    return render(request, "forums/thread.html", thread_context(request, thread, request.GET.get("page")))


@require_safe
def go_to_unread(request: HttpRequest, pk: int) -> HttpResponse:
    """To the first post that is new to the reader, else to the last one."""
    thread = find_thread(request.user, pk)
    posts = access.visible_to(request.user, Post.objects.filter(thread=thread)).order_by("number")
    number = posts.filter(number__gt=thread.read_number or 0).values_list("number", flat=True).first()
    return redirect(post_url(thread.get_absolute_url(), number or thread.last_visible or 1))


def post_url(thread_url: str, number: int) -> str:
    """The address of a post on the page of its thread."""
    return f"{thread_url}?page={(number - 1) // POSTS_PER_PAGE + 1}#post-{number}"


@for_visitors
@require_safe
def show_posts(request: HttpRequest, pk: int) -> HttpResponse:
    """A fragment for the open page of a thread: its posts after a number, or the one with a number."""
    thread = find_thread(request.user, pk)
    one, after = number_in(request.GET.get("number")), number_in(request.GET.get("after"))
    if one is None and after is None:
        return HttpResponseBadRequest()
    page = page_of(thread, request.GET.get("page"))
    numbers = [number for number in page.object_list if number == one or (after is not None and number > after)]
    posts = posts_of(request.user, thread, numbers) if numbers else []
    context = {
        "thread": thread,
        "posts": posts,
        "news": news_of([post for post in posts if post.author_id != request.user.pk]) if one is None else "",
        "next_page": page.next_page_number() if page.has_next() else None,
    }
    return render(request, "forums/_posts.html", context)


def news_of(posts: list[Post]) -> str:
    """What a screen reader says when these posts appear."""
    if not posts:
        return ""
    names = ", ".join(dict.fromkeys(post.author.name for post in posts))
    text = ngettext("%(count)d new post by %(names)s", "%(count)d new posts by %(names)s", len(posts))
    return text % {"count": len(posts), "names": names}


@require_POST
def read_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Note how far the reader is."""
    thread = find_thread(request.user, pk)
    number = number_in(request.POST.get("number"))
    if number is None:
        return HttpResponseBadRequest()
    mark_read(actor=cast(User, request.user), thread=thread, number=number)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect("threads", thread.community.slug)
