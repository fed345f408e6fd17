"""From a tree back to a text that parses to the same tree."""

import re

from search.query.operators import shown_name
from search.query.tree import Operator, Phrase, Query, Word

_PLAIN = re.compile(r"[\w:+/-]*[\w+]")


def render(query: Query, language: str = "en") -> str:
    """The query as text, its operators named in this language."""
    parts = [render_term(term) for term in query.terms]
    parts += [f"-{render_term(term)}" for term in query.without]
    parts += [render_operator(operator, language) for operator in query.operators]
    return " ".join(parts)


def render_term(term: Word | Phrase) -> str:
    """A word or phrase as typed."""
    field = f"{'tag' if term.field == 'tags' else term.field}:" if term.field else ""
    if isinstance(term, Phrase):
        return f'{field}"{" ".join(term.words)}"'
    return f"{field}{term.text}{'*' if term.is_prefix else ''}"


def render_operator(operator: Operator, language: str = "en") -> str:
    """An operator as typed, its value in quotes where it would not be read in one piece without."""
    value = operator.value if _PLAIN.fullmatch(operator.value) else f'"{operator.value}"'
    return f"{'-' if operator.is_negated else ''}{shown_name(operator.name, language)}:{value}"
