"""One post: replying, its permanent link, editing and hiding it."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access, markdown
from community.middleware import for_visitors
from community.models import User
from forums.actions.posts import edit_post, hide_post, reply, unhide_post
from forums.forms.threads import HidingForm
from forums.forms.writing import EditForm, ReplyForm, add_errors
from forums.models import Attachment, Post
from forums.pace import POSTS_A_MINUTE, keep_pace
from forums.pages import sent_sequence, thread_context, threads_context
from forums.selections import find_thread
from forums.views.reading import post_url


@require_POST
def add_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Post a reply; with the preview button, show it first."""
    thread = find_thread(request.user, pk)
    access.require(request.user, "thread.reply", thread)
    form = ReplyForm(request.POST, request.FILES)
    preview = ""
    if form.is_valid():
        if "preview" in request.POST:
            preview = markdown.render(form.cleaned_data["body"])
        elif post := _reply(cast(User, request.user), thread, form):
            messages.success(request, _("Your reply is posted."))
            return redirect(place_of(post))
    context = thread_context(request, thread, "last", form)
    context |= {"preview": preview, "draft_sequence": sent_sequence(request, thread.draft_sequence or 0)}
    return render(request, "forums/thread.html", context, status=422 if form.errors else 200)


def _reply(user: User, thread: object, form: ReplyForm) -> Post | None:
    try:
        keep_pace(user, "post", POSTS_A_MINUTE)
        return reply(actor=user, thread=thread, contribution=form.contribution())  # type: ignore[arg-type]
    except ValidationError as error:
        add_errors(form, error)
        return None


def place_of(post: Post) -> str:
    """Where a post stands on the page of its thread."""
    return post_url(post.thread.get_absolute_url(), post.number)


def find_post(request: HttpRequest, pk: int) -> Post:
    """The post with its thread. Raises Http404."""
    posts = Post.objects.select_related("thread__community", "community", "author")
    return get_object_or_404(access.visible_to(request.user, posts), pk=pk)


@for_visitors
@require_safe
def show_post(request: HttpRequest, pk: int) -> HttpResponse:
    """The permanent link of a post leads to its place."""
    return redirect(place_of(find_post(request, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
def change_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit one's own post."""
    post = find_post(request, pk)
    access.require(request.user, "post.edit", post)
    is_sent = request.method == "POST"
    form = EditForm(request.POST, request.FILES) if is_sent else EditForm(initial={"body": post.body})
    preview = ""
    if form.is_bound and form.is_valid():
        if "preview" in request.POST:
            preview = markdown.render(form.cleaned_data["body"])
        elif _edit(cast(User, request.user), post, form):
            messages.success(request, _("Your post is changed."))
            return redirect(place_of(post))
    files = access.visible_to(request.user, Attachment.objects.for_page().filter(post=post))
    context = _post_context(request, post, _("Edit your post")) | {"form": form, "preview": preview, "files": files}
    return render(request, "forums/post_edit.html", context, status=422 if form.errors else 200)


def _edit(user: User, post: Post, form: EditForm) -> bool:
    try:
        edit_post(actor=user, post=post, body=form.cleaned_data["body"], files=form.cleaned_data["files"])
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


def _post_context(request: HttpRequest, post: Post, title: str) -> dict[str, object]:
    crumbs = (post.thread.title, place_of(post)), (title, "")
    return threads_context(request, post.thread.community, *crumbs) | {"post": post, "thread": post.thread}


@require_http_methods(["GET", "HEAD", "POST"])
def change_hiding(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide a post with a reason, or show a hidden one again."""
    post = find_post(request, pk)
    access.require(request.user, "post.hide", post)
    user = cast(User, request.user)
    if request.method == "POST" and post.hidden_at is not None:
        unhide_post(actor=user, post=post)
        messages.success(request, _("The post is shown again."))
        return redirect(place_of(post))
    form = HidingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        hide_post(actor=user, post=post, reason=form.cleaned_data["reason"])
        messages.success(request, _("The post is hidden."))
        return redirect(place_of(post))
    context = _post_context(request, post, _("Hide this post")) | {"form": form, "thing": post}
    return render(request, "forums/hiding.html", context, status=422 if form.errors else 200)
