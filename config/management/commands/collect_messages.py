"""`collect_messages`: the texts of code and templates into locale/nl, and what is translated into its .mo file.

Babel does what Django's own commands ask GNU gettext for, so that nothing needs installing. For developers only.
"""

from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract_javascript, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.core.management.base import BaseCommand
from django.utils.translation.template import templatize

from config.environment import BASE_DIR

APPS = ("config", "community", "forums", "chat", "search")
PO = BASE_DIR / "locale" / "nl" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


class Command(BaseCommand):
    """Collects and compiles; what is left to translate is listed."""

    help = "Collect the texts of the site into locale/nl and compile what is translated."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        catalog = updated_catalog()
        PO.parent.mkdir(parents=True, exist_ok=True)
        PO.write_bytes(as_po(catalog))
        MO.write_bytes(as_mo(catalog))
        missing = untranslated(catalog)
        self.stdout.write(f"{len(catalog)} texts, {len(missing)} without a Dutch translation.")
        for text in missing:
            self.stdout.write(f"  {text}")


def sources() -> list[Path]:
    """Every file of the site that may hold a text."""
    python = [path for app in APPS for path in (BASE_DIR / app).rglob("*.py") if "migrations" not in path.parts]
    templates = [path for path in (BASE_DIR / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    return sorted(python) + sorted(templates)


def texts(path: Path) -> Iterator[tuple[Any, Any]]:
    """The texts of one file, each with its context: a string, or (singular, plural)."""
    if path.suffix == ".py":
        found = extract_python(BytesIO(path.read_bytes()), KEYWORDS, [], {})
    else:
        found = extract_javascript(BytesIO(templatize(path.read_text()).encode()), KEYWORDS, [], {})
    for _line, keyword, arguments, _comments in found:
        given = arguments if isinstance(arguments, tuple) else (arguments,)
        spec = KEYWORDS[str(keyword)] or (1,)
        context = given[0] if isinstance(spec[0], tuple) else None
        picked = [given[place - 1] for place in spec if isinstance(place, int) and place <= len(given)]
        if picked and all(isinstance(text, str) and text for text in picked):
            yield (picked[0] if len(picked) == 1 else tuple(picked)), context


def collected() -> Catalog:
    """A catalogue of every text of the site, without translations."""
    catalog = Catalog()
    for path in sources():
        for text, context in texts(path):
            catalog.add(text, context=context, locations=[(str(path.relative_to(BASE_DIR)), 0)])
    return catalog


def updated_catalog() -> Catalog:
    """The Dutch catalogue with today's texts; what is no longer used is gone."""
    catalog = read_po(StringIO(PO.read_text()), locale="nl") if PO.exists() else Catalog(locale="nl")
    catalog.update(collected(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def untranslated(catalog: Catalog) -> list[str]:
    """The texts that have no translation yet."""
    lacking = (message for message in catalog if message.id and not all(_strings(message.string)))
    return [message.id if isinstance(message.id, str) else message.id[0] for message in lacking]


def _strings(string: Any) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string or ("",))


def as_po(catalog: Catalog) -> bytes:
    """The catalogue as a .po file that is the same whenever and wherever it is made."""
    buffer = BytesIO()
    write_po(buffer, catalog, width=110, sort_by_file=True, omit_header=True, include_lineno=False)
    header = [
        'msgid ""',
        'msgstr ""',
        r'"Language: nl\n"',
        r'"Content-Type: text/plain; charset=UTF-8\n"',
        rf'"Plural-Forms: {catalog.plural_forms}\n"',
    ]
    return "\n".join([*header, "", ""]).encode() + buffer.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """The translated part of the catalogue as a .mo file."""
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()
