"""The pages on which administrators keep the lists of words that searches go by."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access
from community.models import User
from community.views.communities import add_errors
from search.actions import lexicon as actions
from search.analysis import words_apart
from search.forms import LexiconFilterForm, LexiconForm
from search.lexicon import Listed, listed
from search.models import LexiconEntry

ENTRIES_PER_PAGE = 50


@require_safe
def show_lexicon(request: HttpRequest) -> HttpResponse:
    """All entries, shipped and own."""
    access.require(request.user, "site.administer")
    form = LexiconFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {"q": "", "kind": ""}
    found = [one for one in listed() if _is_wanted(one, chosen)]
    context = {
        "form": form,
        "page": Paginator(found, ENTRIES_PER_PAGE).get_page(request.GET.get("page")),
        "query": urlencode({name: value for name, value in chosen.items() if value}),
        "crumbs": [(_("Words for searching"), "")],
    }
    return render(request, "search/lexicon.html", context)


def _is_wanted(one: Listed, chosen: dict[str, Any]) -> bool:
    said = " ".join(word for text in (one.entry.term, *one.entry.others) for word in words_apart(text))
    return one.entry.kind in (chosen["kind"] or one.entry.kind) and all(
        word in said for word in words_apart(chosen["q"])
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_entry(request: HttpRequest) -> HttpResponseBase:
    """The form for a new entry, or for an own one in the place of a shipped one."""
    access.require(request.user, "site.administer")
    asked = (request.GET.get("kind", ""), request.GET.get("term", ""))
    known = next((one for one in listed() if (one.entry.kind, one.entry.term) == asked), None)
    initial = {"kind": asked[0], "term": asked[1], "others": "\n".join(known.entry.others) if known else ""}
    return _fill_in(request, LexiconForm(request.POST or None, initial=initial), None, _("New entry"))


@require_http_methods(["GET", "HEAD", "POST"])
def change_entry(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The form for an own entry."""
    access.require(request.user, "site.administer")
    entry = get_object_or_404(LexiconEntry, pk=pk)
    initial = {"kind": entry.kind, "term": entry.term, "others": "\n".join(entry.others)}
    return _fill_in(request, LexiconForm(request.POST or None, initial=initial), entry, _("Change an entry"))


def _fill_in(request: HttpRequest, form: LexiconForm, entry: LexiconEntry | None, title: str) -> HttpResponseBase:
    if form.is_valid():
        actor = cast(User, request.user)
        try:
            saved = actions.save_entry(actor=actor, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            if entry and entry.pk != saved.pk:  # it has other words now
                actions.remove_entry(actor=actor, entry=entry)
            messages.success(request, _("The entry is kept. It counts from the next search on."))
            return redirect("lexicon")
    crumbs = [(_("Words for searching"), reverse("lexicon")), (title, "")]
    context = {"form": form, "entry": entry, "title": title, "crumbs": crumbs}
    return render(request, "search/lexicon_edit.html", context, status=422 if form.errors else 200)


@require_POST
def remove_entry(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Remove an own entry."""
    access.require(request.user, "site.administer")
    actions.remove_entry(actor=cast(User, request.user), entry=get_object_or_404(LexiconEntry, pk=pk))
    messages.success(request, _("The entry is removed."))
    return redirect("lexicon")


@require_POST
def switch_off(request: HttpRequest) -> HttpResponseBase:
    """Do without a shipped entry."""
    access.require(request.user, "site.administer")
    try:
        actions.switch_off(
            actor=cast(User, request.user), kind=request.POST.get("kind", ""), key=request.POST.get("key", "")
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The entry is switched off."))
    return redirect("lexicon")
