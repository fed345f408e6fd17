"""What facets and their values are called, as people read it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from search.documents import KINDS

FACET_NAMES: dict[str, Promise] = {
    "kind": _("Kind"),
    "theme": _("Theme"),
    "community": _("Community"),
    "organisation": _("Organisation"),
    "year": _("Year"),
    "label": _("Label"),
    "status": _("Status"),
    "has": _("Goes with it"),
    "since": pgettext_lazy("from this day on", "From"),
    "until": pgettext_lazy("before this day", "Before"),
}
STATUS_NAMES: dict[str, Promise] = {
    "published": _("Published"),
    "unanswered": _("Unanswered"),
    "answered": _("Answered"),
    "locked": _("Locked"),
}
HAS_NAMES: dict[str, Promise] = {"document": _("Document")}
VALUE_NAMES: dict[str, dict[str, Promise]] = {
    "kind": {kind.name: kind.plural for kind in KINDS.values()},
    "status": STATUS_NAMES,
    "has": HAS_NAMES,
}
