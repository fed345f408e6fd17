"""The list of threads, a new thread, and another title."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access, markdown
from community.models import Community, User
from forums.actions.threads import retitle_thread, start_thread
from forums.forms.threads import ThreadForm, TitleForm
from forums.forms.writing import add_errors
from forums.models import Draft, Thread
from forums.pace import POSTS_A_MINUTE, keep_pace
from forums.pages import community_context, sent_sequence, threads_context
from forums.places import new_thread_in
from forums.selections import find_thread, threads_of

THREADS_PER_PAGE = 30


def find_community(request: HttpRequest, slug: str) -> Community:
    """The community of this address. Raises Http404."""
    return get_object_or_404(access.visible_to(request.user, Community.objects.all()), slug=slug)


@require_safe
def show_threads(request: HttpRequest, slug: str) -> HttpResponse:
    """The threads of a community, pinned ones first, then the latest talk."""
    community = find_community(request, slug)
    page = Paginator(threads_of(request.user, community=community), THREADS_PER_PAGE).get_page(request.GET.get("page"))
    context = community_context(request, community, (_("Threads"), ""))
    context |= {"page": page, "rights": access.rights(request.user, community, ["thread.start"])}
    return render(request, "forums/thread_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_thread(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for a new thread."""
    community = find_community(request, slug)
    access.require(request.user, "thread.start", community)
    user = cast(User, request.user)
    draft = Draft.objects.filter(person=user, place=new_thread_in(community)).first()
    form = _make_form(request, user, community, draft)
    preview = ""
    if form.is_bound and form.is_valid():
        if "preview" in request.POST:
            preview = markdown.render(form.cleaned_data["body"])
        elif thread := _start(user, community, form):
            messages.success(request, _("Your thread is posted."))
            return redirect(thread)
    context = threads_context(request, community, (_("New thread"), ""))
    context |= {
        "form": form,
        "preview": preview,
        "place": new_thread_in(community),
        "draft": draft,
        "draft_sequence": sent_sequence(request, draft.sequence if draft else 0),
    }
    return render(request, "forums/thread_new.html", context, status=422 if form.errors else 200)


def _make_form(request: HttpRequest, user: User, community: Community, draft: Draft | None) -> ThreadForm:
    options: dict[str, Any] = {
        "community": community,
        "author": user,
        "labels": access.labels_for(user, community),
        "initial": {"label": community.default_label},
    }
    if request.method == "POST":
        return ThreadForm(request.POST, request.FILES, **options)
    if draft:
        options["initial"] |= {"title": draft.title, "body": draft.body}
    return ThreadForm(**options)


def _start(user: User, community: Community, form: ThreadForm) -> Thread | None:
    try:
        keep_pace(user, "post", POSTS_A_MINUTE)
        return start_thread(
            actor=user,
            community=community,
            title=form.cleaned_data["title"],
            contribution=form.contribution(),
            label=form.cleaned_data["label"],
            named=form.named_people,
        )
    except ValidationError as error:
        add_errors(form, error)
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def edit_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Another title for a thread."""
    thread = find_thread(request.user, pk)
    access.require(request.user, "thread.edit", thread)
    form = TitleForm(request.POST or None, initial={"title": thread.title})
    if form.is_valid():
        retitle_thread(actor=cast(User, request.user), thread=thread, title=form.cleaned_data["title"])
        messages.success(request, _("The title is changed."))
        return redirect(thread)
    crumbs = (thread.title, thread.get_absolute_url()), (_("Change the title"), "")
    context = threads_context(request, thread.community, *crumbs) | {"thread": thread, "form": form}
    return render(request, "forums/thread_edit.html", context, status=422 if form.errors else 200)
