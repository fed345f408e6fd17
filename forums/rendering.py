"""Long texts from elsewhere to safe HTML: more room, known HTML read as HTML, and headings that can be linked to."""

import html as entities
import re
from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token

from community import markdown

# Goes up with markdown.RENDERER_VERSION, whenever the same text would give other HTML.
RENDERER_VERSION = markdown.RENDERER_VERSION * 100 + 1
MAX_CHARACTERS = 200_000
# Above this, tables are shown as they were typed: a table costs time by its cells, also by its empty ones.
MAX_CELLS = 20_000
CONTENTS_FROM = 4  # headings, from which a table of contents helps

# Elements that leave their text behind when the cleaner takes them away. What is not on this list was no
# HTML to its writer ("<naam van de gemeente>"), and is shown as it stands.
ELEMENTS = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "big", "blockquote", "br", "button", "caption", "center", "cite", "code", "col",
    "colgroup", "dd", "defs", "del", "details", "dfn", "div", "dl", "dt", "ellipse", "em", "fegaussianblur",
    "femerge", "femergenode", "feoffset", "figcaption", "figure", "filter", "font", "footer", "foreignobject", "g",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "iframe", "img", "input", "ins", "kbd", "label", "li",
    "line", "main", "mark", "nav", "ol", "p", "path", "picture", "pre", "q", "rect", "s", "samp", "script", "section",
    "small", "source", "span", "strike", "strong", "style", "sub", "summary", "sup", "svg", "switch", "table",
    "tbody", "td", "text", "tfoot", "th", "thead", "time", "tr", "tspan", "tt", "u", "ul", "var", "video", "wbr",
})  # fmt: skip
TAG = re.compile(r"</?([a-zA-Z][\w:-]*)([^<>]{0,5000})>")
ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
DEAD_LINK = re.compile(r'<a rel="noopener noreferrer nofollow">(.*?)</a>', re.DOTALL)
HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
LINKED_HEADING = re.compile(r'<h([2-6]) id="(part-\d+)">(.*?)</h\1>', re.DOTALL)


class Heading(NamedTuple):
    """An entry of a table of contents."""

    level: int
    anchor: str
    text: str


def _show_image(
    _self: RendererProtocol, tokens: Sequence[Token], index: int, _options: Any, _env: MutableMapping[str, Any]
) -> str:
    """A picture as its description, with a link where it lies on the web: pages of ours load nothing from others."""
    token = tokens[index]
    source = str(token.attrs.get("src", ""))
    text = entities.escape(token.content or source.rsplit("/", 1)[-1])
    return f'<a href="{entities.escape(source)}">{text}</a>' if source.startswith("http") else f"<em>{text}</em>"


def _show_html(
    _self: RendererProtocol, tokens: Sequence[Token], index: int, _options: Any, _env: MutableMapping[str, Any]
) -> str:
    return TAG.sub(_keep_tag, tokens[index].content)


def _keep_tag(match: re.Match[str]) -> str:
    name = match[1].lower()
    if name not in ELEMENTS:
        return entities.escape(match[0])
    if name == "img":
        alt = ALT.search(match[2])
        return f"<em>{alt[1] or alt[2] or ''}</em>" if alt else ""
    # Raw scripts and styles were never text to read; the cleaner removes them whole.
    return match[0]


@cache
def _parser(html: bool, tables: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": html, "linkify": False, "maxNesting": 20})
    parser.enable(["table", "strikethrough"] if tables else ["strikethrough"])
    parser.add_render_rule("image", _show_image)
    parser.add_render_rule("html_inline", _show_html)
    parser.add_render_rule("html_block", _show_html)
    return parser


def has_large_tables(text: str) -> bool:
    """Whether the tables of this text are shown as they were typed."""
    rows = [row.count("|") for line in text.splitlines() if (row := line).count("|") > 1]
    return len(rows) * max(rows, default=0) > MAX_CELLS


def render_imported(text: str, *, html: bool = True) -> str:
    """Safe HTML of a text from elsewhere. `html`: whether HTML in it is read as such.

    Raises ValidationError where it is longer than MAX_CHARACTERS.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValidationError(
            _("This text is too long: %(length)d characters, at most %(limit)d."),
            params={"length": len(text), "limit": MAX_CHARACTERS},
        )
    cleaned = markdown.clean(_parser(html, not has_large_tables(text)).render(text))
    # What led to a place within the source's own site leads nowhere here, and should not look like a link.
    return DEAD_LINK.sub(r"\1", cleaned)


def link_headings(html: str, title: str = "") -> str:
    """Rendered HTML with headings that fit under a page's own, in order of level, each with an anchor.

    A first heading that repeats the title of the page goes. The anchors are ours, never the text's.
    """
    found = list(HEADING.finditer(html))
    if found and html.startswith(found[0][0]) and markdown.plain_text(found[0][2]).strip() == title.strip():
        html = html[found[0].end() :].lstrip()
        found = list(HEADING.finditer(html))
    highest = min((int(match[1]) for match in found), default=1)
    level, number = 1, 0

    def link(match: re.Match[str]) -> str:
        nonlocal level, number
        level, number = min(int(match[1]) - highest + 2, level + 1, 6), number + 1
        return f'<h{level} id="part-{number}">{match[2]}</h{level}>'

    return HEADING.sub(link, html)


def contents_of(html: str) -> list[Heading]:
    """The headings to show as a table of contents: the two highest levels, none for a short text."""
    found = [Heading(int(level), anchor, text) for level, anchor, text in LINKED_HEADING.findall(html)]
    highest = min((heading.level for heading in found), default=0)
    chosen = [heading for heading in found if heading.level <= highest + 1]
    if len(chosen) < CONTENTS_FROM:
        return []
    return [heading._replace(text=markdown.plain_text(heading.text)) for heading in chosen if heading.text.strip()]
