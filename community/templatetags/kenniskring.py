"""What every template may call: relative times, the meaning of labels, the colour of an avatar, form controls."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.template.loader import get_template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from community.models import Label

register = template.Library()

MEANINGS: dict[str, Promise] = {
    Label.CLEAR: gettext_lazy("may be seen by everybody"),
    Label.GREEN: gettext_lazy("may be seen by all professionals on this site"),
    Label.AMBER: gettext_lazy("may be seen by the members of this community"),
    Label.AMBER_STRICT: gettext_lazy("may be seen by members of this community who work for the author's organisation"),
    Label.RED: gettext_lazy("may be seen by the people named, and nobody else"),
}
AVATAR_COLOURS = 8
RELATIVE_DAYS = 7
JUST_NOW = timedelta(minutes=1)


@register.filter
def label_css(label: str) -> str:
    """The part of a class name that stands for a label; empty for what is not a label."""
    return Label(label).css if label in Label.values else ""


@register.filter
def label_meaning(label: str) -> str:
    """Who may see what has this label, in words; empty for what is not a label."""
    return str(MEANINGS[Label(label)]) if label in Label.values else ""


@register.filter
def relative(at: datetime) -> str:
    """How long ago this was, in its largest unit; a date when it is more than a week ago or still to come."""
    now = timezone.now()
    if at > now or (now - at).days >= RELATIVE_DAYS:
        local = timezone.localtime(at)
        month = "b" if get_language() == "nl" else "M"  # Dutch writes months in lower case
        return date_format(local, f"j {month}" if local.year == now.year else f"j {month} Y")
    if now - at < JUST_NOW:
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(at, now, depth=1)}


@register.filter
def full_time(at: datetime) -> str:
    """Day and time in words, in the site's time zone."""
    return date_format(timezone.localtime(at), "j F Y, H:i")


@register.filter
def machine_time(at: datetime) -> str:
    """ISO 8601 in UTC, for the datetime attribute."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


@register.filter
def avatar_colour(pk: int | None) -> int:
    """One of eight colours, always the same for one person."""
    return (pk or 0) % AVATAR_COLOURS + 1


@register.filter
def control(field: BoundField) -> SafeString:
    """The control of a field without a placeholder: the label says what to fill in, and stays in sight."""
    attrs: dict[str, str | bool] = {"placeholder": False}
    if field.field.required and not field.use_fieldset:
        attrs["aria-required"] = "true"
    return field.as_widget(attrs=attrs)


@register.simple_tag(takes_context=True)
def show_section(context: template.Context, section: dict[str, Any]) -> SafeString:
    """A part of a page that an app registered (community/registry.py), with the context that it gave."""
    with context.push(**section["context"]):
        return get_template(section["template"]).template.render(context)  # type: ignore[attr-defined]


@register.filter
def page_numbers(page: Page) -> list[int]:
    """The page numbers to show: the first, the last and those around this one; 0 stands for a gap."""
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else 0 for number in shown]


# What people call their browser and machine, by what its User-Agent says; the first that fits counts.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "FxiOS": "Firefox", "CriOS": "Chrome",
            "Chrome": "Chrome", "Safari": "Safari"}  # fmt: skip
MACHINES = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS X": "Mac",
            "CrOS": "Chromebook", "Linux": "Linux"}  # fmt: skip


@register.filter
def device(user_agent: str) -> str:
    """A browser and its machine in two words, "Firefox, Windows"; what is not known is shown as it is."""
    browser = next((name for part, name in BROWSERS.items() if f"{part}/" in user_agent), "")
    machine = next((name for part, name in MACHINES.items() if part in user_agent), "")
    known = ", ".join(filter(None, (browser, machine)))
    return known or user_agent[:60] or _("Unknown browser")
