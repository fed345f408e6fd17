"""Adding operators to a typed text and taking them out, with the rest left as it was typed."""

from collections.abc import Iterable

from search.query.rendering import render_operator
from search.query.tree import Operator


def with_operator(text: str, operator: Operator, language: str) -> str:
    """The text with an operator at its end. A quote that was left open is closed, so that it swallows nothing."""
    closed = f'{text}"' if text.count('"') % 2 else text
    return f"{closed} {render_operator(operator, language)}".strip()


def without_spans(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text without these stretches, such as the places of operators."""
    kept, at = [], 0
    for start, end in sorted(spans):
        kept.append(text[at:start].strip())
        at = max(at, end)
    return " ".join(part for part in (*kept, text[at:].strip()) if part).strip()
