"""Reading the public collections in place, as documents for an index: KENNISKRING_SHARED (default ../shared)."""

import gzip
import html
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from search.backends.base import Document

ROOT = Path(__file__).resolve().parent.parent
CORPUS = Path(os.environ.get("KENNISKRING_SHARED", ROOT.parent / "shared")) / "corpus"
AUDIENCE = 1
PLAIN = (
    (re.compile(r"data:[a-z/+.-]+;base64,[A-Za-z0-9+/=\s]+"), " "),
    (re.compile(r"<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)>", re.DOTALL | re.IGNORECASE), " "),
    (re.compile(r"</?[a-zA-Z][^<>]{0,2000}>"), " "),
    (re.compile(r"(!?)\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)"), r"\2"),
    (re.compile(r"[*_`~|#>]+"), " "),
)


def plain(markdown: str) -> str:
    """The words of a Markdown text, roughly."""
    for pattern, by in PLAIN:
        markdown = pattern.sub(by, markdown)
    return html.unescape(markdown)


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a collection."""
    open_text = gzip.open if path.suffix == ".gz" else open
    with open_text(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def documents(path: Path) -> Iterator[Document]:
    """The documents of a collection, all for one audience."""
    for record in records(path):
        yield Document(
            key=f"practice:{record['id']}",
            kind="practice",
            title=record["title"],
            body=plain(record["body_markdown"]),
            audience=AUDIENCE,
            community=1,
            tags=tuple(record.get("tags") or ()),
        )


def passages() -> Iterator[Document]:
    """The paragraphs that answer the questions."""
    return documents(CORPUS / "qa_passages_nl_public.jsonl")
