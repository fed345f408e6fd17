"""`{% show_desk %}`: what stands under a search: saving it, or the searches that one keeps."""

from typing import Any

from django import template

from search.forms import SavedSearchForm
from search.kept import query_of, seal, text_of

register = template.Library()
FEW_RECENT = 6


@register.inclusion_tag("search/_desk.html", takes_context=True)
def show_desk(context: template.Context) -> dict[str, Any]:
    """Under results a form that saves the search; where nothing is asked, what this person saved and searched."""
    request = context["request"]
    shared = {"request": request, "csrf_token": context.get("csrf_token"), "user": request.user}
    if not request.user.is_authenticated:
        return shared
    query = query_of(context["asked"])
    if not query:
        recent, saved = request.user.recent_searches.all()[:FEW_RECENT], request.user.saved_searches.all()
        return shared | {"recent": recent, "saved": saved}
    if "answer" not in context:  # there is no index just now
        return shared
    text = text_of(query)
    form = SavedSearchForm(initial={"name": text[:100]})
    return shared | {"query": query, "text": text, "form": form, "seen": seal(request, query, context["total"])}
