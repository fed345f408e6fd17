"""Where the apps above add themselves to the pages of the base: the menu, tabs, and sections of its pages.

The base knows no app; each app registers in its AppConfig.ready.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from community.models import Community, Theme


@dataclass(frozen=True)
class MenuItem:
    """An entry of the main menu. `allowed` decides per request whether it is shown."""

    label: Promise
    url_name: str
    order: int
    allowed: Callable[[HttpRequest], bool] = lambda _request: True


@dataclass(frozen=True)
class Section:
    """A part of a community's home: `context(request, community)` gives what `template` shows, or None for no part."""

    name: str
    order: int
    template: str
    context: Callable[[HttpRequest, Community], dict[str, Any] | None]


@dataclass(frozen=True)
class Tab:
    """An entry of a community's own navigation; `url_name` takes the slug."""

    name: str
    label: Promise
    url_name: str
    order: int
    allowed: Callable[[HttpRequest, Community], bool] = lambda _request, _community: True


@dataclass(frozen=True)
class HomeSection:
    """A part of the front page of somebody who is logged in: `context(request)`, or None for no part."""

    name: str
    order: int
    template: str
    context: Callable[[HttpRequest], dict[str, Any] | None]


@dataclass(frozen=True)
class ThemeSection:
    """A part of the page of a theme: `context(request, theme)`, or None for no part."""

    name: str
    order: int
    template: str
    context: Callable[[HttpRequest, Theme], dict[str, Any] | None]


_menu: dict[str, MenuItem] = {}
_sections: dict[str, Section] = {}
_tabs: dict[str, Tab] = {}


def add_menu_item(item: MenuItem) -> None:
    """Show this in the main menu."""
    _menu[item.url_name] = item


def add_section(section: Section) -> None:
    """Show this on the home of every community."""
    _sections[section.name] = section


def add_tab(tab: Tab) -> None:
    """Show this in the navigation of every community."""
    _tabs[tab.name] = tab


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The main menu for this request: label, url, and whether it is the current page."""
    allowed: Iterable[MenuItem] = (item for item in _menu.values() if item.allowed(request))
    entries = [(item.label, reverse(item.url_name)) for item in sorted(allowed, key=lambda item: item.order)]
    return [{"label": label, "url": url, "current": request.path == url} for label, url in entries]


def sections(request: HttpRequest, community: Community) -> list[dict[str, Any]]:
    """The parts of a community's home, in order: template, name and context."""
    return _parts(_sections.values(), request, community)


def _parts(registered: Iterable[Any], *about: Any) -> list[dict[str, Any]]:
    found = [(section, section.context(*about)) for section in sorted(registered, key=lambda section: section.order)]
    return [
        {"name": section.name, "template": section.template, "context": context}
        for section, context in found
        if context is not None
    ]


def tabs(request: HttpRequest, community: Community, crumbs: Iterable[tuple[str, str]] = ()) -> list[dict[str, Any]]:
    """The navigation of a community: label, url and `current`, the value of aria-current.

    "page" for the page itself, "true" for the part of the community that the page is in by its crumbs, else "".
    """
    allowed = sorted((tab for tab in _tabs.values() if tab.allowed(request, community)), key=lambda tab: tab.order)
    shown = [(tab.label, reverse(tab.url_name, args=[community.slug])) for tab in allowed]
    urls = {url for _label, url in shown}
    trail = [request.path] if request.path in urls else [url for _name, url in crumbs if url in urls]
    here = {trail[-1]: "page" if trail[-1] == request.path else "true"} if trail else {}
    return [{"label": label, "url": url, "current": here.get(url, "")} for label, url in shown]


_home_sections: dict[str, HomeSection] = {}
_theme_sections: dict[str, ThemeSection] = {}


def add_home_section(section: HomeSection) -> None:
    """Show this on the front page."""
    _home_sections[section.name] = section


def add_theme_section(section: ThemeSection) -> None:
    """Show this on the page of every theme."""
    _theme_sections[section.name] = section


def home_sections(request: HttpRequest) -> list[dict[str, Any]]:
    """The parts of the front page, in order: template, name and context."""
    return _parts(_home_sections.values(), request)


def theme_sections(request: HttpRequest, theme: Theme) -> list[dict[str, Any]]:
    """The parts of a theme's page, in order: template, name and context."""
    return _parts(_theme_sections.values(), request, theme)
