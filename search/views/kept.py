"""A person's own searches: those made lately, and those saved under a name."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.models import User
from search.actions.history import forget_search, forget_searches, keep_history
from search.actions.saving import change_search, remove_search, save_search
from search.forms import SavedSearchForm
from search.kept import query_in, text_of
from search.models import NoSearchHistory, RecentSearch, SavedSearch


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("My searches"), "/search/saved/" if more else ""), *more]


@require_http_methods(["GET", "HEAD", "POST"])
def show_saved_searches(request: HttpRequest) -> HttpResponseBase:
    """What somebody saved and what they searched lately; a POST saves the search whose address it carries."""
    user = cast(User, request.user)
    if request.method == "POST":
        return _save(request, user)
    context = {
        "saved": SavedSearch.objects.filter(person=user),
        "recent": RecentSearch.objects.filter(person=user),
        "is_kept": not NoSearchHistory.objects.filter(person=user).exists(),
        "crumbs": _crumbs(),
    }
    return render(request, "search/saved_list.html", context)


def _save(request: HttpRequest, user: User) -> HttpResponseBase:
    query = query_in(user, QueryDict(request.POST.get("query", "")))
    form = SavedSearchForm(request.POST)
    if not query:
        messages.error(request, _("There was no search to save."))
        return redirect("saved_searches")
    if form.is_valid():
        try:
            save_search(actor=user, query=query, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The search is saved."))
            return redirect("saved_searches")
    context = {"form": form, "query": query, "text": text_of(query), "crumbs": _crumbs((_("Save this search"), ""))}
    return render(request, "search/saved_edit.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def change_saved_search(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Another name or another alert for a saved search."""
    user = cast(User, request.user)
    search = get_object_or_404(SavedSearch, person=user, pk=pk)
    form = SavedSearchForm(request.POST or None, initial={"name": search.name, "alert": search.alert})
    if form.is_valid():
        change_search(actor=user, search=search, **form.cleaned_data)
        messages.success(request, _("The search is changed."))
        return redirect("saved_searches")
    context: dict[str, Any] = {"form": form, "search": search, "text": text_of(search.query)}
    context["crumbs"] = _crumbs((search.name, ""))
    return render(request, "search/saved_edit.html", context, status=422 if form.errors else 200)


@require_POST
def remove_saved_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a saved search away."""
    user = cast(User, request.user)
    remove_search(actor=user, search=get_object_or_404(SavedSearch, person=user, pk=pk))
    messages.success(request, _("The search is removed."))
    return redirect("saved_searches")


@require_POST
def erase_recent_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase one recent search."""
    user = cast(User, request.user)
    forget_search(actor=user, search=get_object_or_404(RecentSearch, person=user, pk=pk))
    messages.success(request, _("The search is erased."))
    return redirect("saved_searches")


@require_POST
def erase_recent_searches(request: HttpRequest) -> HttpResponse:
    """Erase all recent searches."""
    forget_searches(actor=cast(User, request.user))
    messages.success(request, _("Your recent searches are erased."))
    return redirect("saved_searches")


@require_POST
def change_history(request: HttpRequest) -> HttpResponse:
    """Switch the keeping of recent searches on or off."""
    kept = request.POST.get("kept") == "1"
    keep_history(actor=cast(User, request.user), kept=kept)
    said = _("Your recent searches are kept from now on.") if kept else _("Your recent searches are no longer kept.")
    messages.success(request, said)
    return redirect("saved_searches")
