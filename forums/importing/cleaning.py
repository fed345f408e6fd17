"""Markdown of other systems to plain Markdown: nothing is embedded, and nothing falls out when it is shown."""

import re
from collections.abc import Iterator

from markdownify import markdownify

EMBEDDED = (
    re.compile(r"!\[([^\]\[]{0,300})\]\(\s*<?data:[^)\s]*(?:\s+\"[^\"]{0,300}\")?\s*>?\)"),
    re.compile(r"<img\b[^<>]{0,300}?\bsrc\s*=\s*[\"']?data:([^<>\"']*)[^<>]{0,300}>", re.IGNORECASE),
    re.compile(r"data:image/[\w.+-]{1,40};base64,([A-Za-z0-9+/=]*)"),
)
ADMONITION = re.compile(r'(?:!!!|\?\?\?\+?) +([\w-]+)(?: +[\w-]+)*(?: +"([^"]*)")? *')
DELIMITER = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
CELL_BORDER = re.compile(r"(?<!\\)\|")
MOST_COLUMNS, MAX_DELIMITER = 60, 2_000


def drop_embedded(text: str) -> tuple[str, int]:
    """The text without pictures that are written out in it, and how many those were; their descriptions stay."""
    text, dropped = _drop_drawings(text)
    for number, pattern in enumerate(EMBEDDED):
        text, count = pattern.subn(r"*\1*" if number == 0 else "", text)
        dropped += count
    return text, dropped


def _drop_drawings(text: str) -> tuple[str, int]:
    """The text without SVG elements: hundreds of kilobytes of coordinates between two sentences."""
    lowered, kept, at, dropped = text.lower(), [], 0, 0
    while (start := lowered.find("<svg", at)) >= 0 and (end := lowered.find("</svg>", start)) >= 0:
        kept.append(text[at:start])
        at, dropped = end + len("</svg>"), dropped + 1
    return "".join([*kept, text[at:]]), dropped


def open_admonitions(text: str) -> str:
    """The boxes of MkDocs ("!!! note" and the lines indented under it) as quotes."""
    if "!!! " not in text and "??? " not in text and "???+ " not in text:
        return text
    return "\n".join(_quote_admonitions(text.split("\n")))


def _quote_admonitions(lines: list[str]) -> Iterator[str]:
    inside = False
    for line in lines:
        start = ADMONITION.fullmatch(line)
        if start:
            inside = True
            yield f"> **{start[2] or start[1].capitalize()}**"
            yield ">"
        elif inside and (line.startswith(("    ", "\t")) or not line.strip()):
            yield f"> {line.removeprefix('    ').removeprefix(chr(9))}".rstrip()
        else:
            if inside:
                yield ""
            inside = False
            yield line


def widen_tables(text: str) -> str:
    """Tables with as many columns as their longest row: Markdown leaves out the cells beyond the heading."""
    lines = text.split("\n")
    fence, at = "", 0
    while at < len(lines):
        mark = FENCE.match(lines[at])
        if mark and (not fence or lines[at].strip().startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence and at and _is_delimiter(lines[at - 1], lines[at]):
            at = _widen(lines, at)
        at += 1
    return "\n".join(lines)


def _is_delimiter(heading: str, line: str) -> bool:
    return "|" in heading and "|" in line and len(line) <= MAX_DELIMITER and DELIMITER.fullmatch(line) is not None


def _widen(lines: list[str], delimiter: int) -> int:
    """Widen the table with this delimiter row; gives the number of its last line."""
    end = delimiter + 1
    while end < len(lines) and lines[end].strip():
        end += 1
    heading = _cells(lines[delimiter])
    missing = min(max(map(_cells, lines[delimiter - 1 : end])), MOST_COLUMNS) - heading
    if missing > 0 and _cells(lines[delimiter - 1]) == heading:
        lines[delimiter - 1] = f"{lines[delimiter - 1].rstrip().removesuffix('|')}|{'  |' * missing}"
        lines[delimiter] = f"{lines[delimiter].rstrip().removesuffix('|')}|{'---|' * missing}"
    return end - 1


def _cells(row: str) -> int:
    return len(CELL_BORDER.split(row.strip().removeprefix("|").removesuffix("|")))


def html_to_markdown(html: str) -> str:
    """A text in HTML as Markdown; scripts and styles go. Raises RecursionError where it is nested absurdly deep."""
    kept = re.sub(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", "", html, flags=re.DOTALL | re.IGNORECASE)
    return markdownify(kept, heading_style="ATX", bullets="-").strip()
