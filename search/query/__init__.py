"""The query language: what a reader types becomes a small tree of our own, and no engine's syntax gets through.

    aangifte doen           words: all count, and more matched words are better
    "bij de burgemeester"   a phrase: exactly these words in this order
    -horeca -"lokale driehoek"    without these
    veilig*                 a prefix of at least three letters
    title:aangifte          only in the title (also titel:, tag:, author: or auteur:)
    in:title                all words only in the title
    type:thread -label:red  operators, see operators.py; each may have a minus

Everything else is plain text. Nothing raises: input is cut to the limits and read as well as possible. What an
operator's value means is settled elsewhere (search/filtering.py), as that needs the reader.
"""

from search.query.editing import with_operator, without_spans
from search.query.parsing import parse
from search.query.rendering import render, render_operator, render_term
from search.query.tree import (
    FIELDS,
    MAX_CHARACTERS,
    MAX_OPERATORS,
    MAX_TYPED,
    MAX_WORD_LENGTH,
    MAX_WORDS,
    MIN_PREFIX_LENGTH,
    Operator,
    Phrase,
    Query,
    Word,
)

__all__ = [
    "FIELDS",
    "MAX_CHARACTERS",
    "MAX_OPERATORS",
    "MAX_TYPED",
    "MAX_WORDS",
    "MAX_WORD_LENGTH",
    "MIN_PREFIX_LENGTH",
    "Operator",
    "Phrase",
    "Query",
    "Word",
    "parse",
    "render",
    "render_operator",
    "render_term",
    "with_operator",
    "without_spans",
]
