"""Markdown to safe HTML, once, when it is written (settings and figures: the security plan, 3.8).

RENDERER_VERSION goes up whenever the same text would give other HTML, so that stored HTML can be renewed.
"""

import html as entities
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import nh3
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

RENDERER_VERSION = 2
MAX_CHARACTERS = 20_000
MAX_COLUMNS = 20
MAX_ROWS = 200

TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "code": {"class"}, "td": {"align"}, "th": {"align"}, "ol": {"start"}}
SAFE_LINK = re.compile(r"(?:https?://|mailto:|/(?![/\\])|#)", re.IGNORECASE)
CODE_CLASS = re.compile(r"language-[\w+#-]{1,30}")


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if SAFE_LINK.match(value) else None
    if attribute == "class":
        return value if CODE_CLASS.fullmatch(value) else None
    return value


def _link_to_image(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """An image elsewhere would tell its server who reads this: there is a link to it instead, with its description."""
    image = tokens[at]
    address = str(image.attrs.get("src", ""))
    name = entities.escape(renderer.renderInlineAsText(image.children or [], options, env) or address)
    return f'<a href="{entities.escape(address)}">{name}</a>'


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20})
    parser.add_render_rule("image", _link_to_image)
    return parser.enable(["table", "strikethrough"])


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_keep_attribute,
        clean_content_tags={"script", "style"},
        strip_comments=True,
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto"},
    )


def check_size(text: str, limit: int = MAX_CHARACTERS) -> None:
    """Refuse what would take seconds to render. Raises ValidationError that says what is too much."""
    if len(text) > limit:
        raise ValidationError(
            _("This text is too long: %(length)d characters, at most %(limit)d."),
            params={"length": len(text), "limit": limit},
        )
    rows = [line for line in text.splitlines() if line.count("|") > 1]
    if len(rows) > MAX_ROWS or any(row.count("|") > MAX_COLUMNS + 1 for row in rows):
        raise ValidationError(
            _("A table can have at most %(columns)d columns and %(rows)d rows."),
            params={"columns": MAX_COLUMNS, "rows": MAX_ROWS},
        )


def render(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Safe HTML of a Markdown text. Raises ValidationError where the text is too large; cut nothing silently."""
    check_size(text, limit)
    return clean(_parser().render(text))


def clean(html: str) -> str:
    """This HTML with nothing in it but the tags, attributes and links that we allow."""
    return _cleaner().clean(html)


def plain_text(html: str) -> str:
    """The words of rendered HTML, for search, excerpts and mail."""
    spaced = re.sub(r"</(?:p|li|h[1-6]|tr|td|th|pre|blockquote)>|<br>", "\n", html)
    return entities.unescape(nh3.clean(spaced, tags=set())).strip()
