"""A line's Markdown as HTML: what community/markdown.py makes of it, without headings, rules and tables."""

import re
from functools import cache

import nh3
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from community import markdown

LONGEST = 8192
TAGS = {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "s", "strong", "ul"}
LINE_END = re.compile(r"(?<![\n ])\n(?!\n)")


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=TAGS,
        attributes={"a": {"href"}, "code": {"class"}, "ol": {"start"}},
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto"},
    )


def clean_body(body: str) -> str:
    """The text as it is kept. Raises ValidationError where it is empty, too long, or no text."""
    body = body.replace("\r\n", "\n").strip()
    if not body:
        raise ValidationError(_("Write a message first."))
    if "\x00" in body:
        raise ValidationError(_("This message holds characters that cannot be kept."))
    markdown.check_size(body, LONGEST)
    return body


def render_line(body: str) -> str:
    """Safe HTML of a line. A line end that was typed is a line end: in a chat nobody types two spaces before it."""
    html = _cleaner().clean(markdown.render(LINE_END.sub("  \n", body), 2 * LONGEST)).strip()
    return html if html.startswith("<") else f"<p>{html}</p>"
