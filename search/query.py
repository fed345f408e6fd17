"""The query language: what a reader types becomes a small tree of our own, and no engine's syntax gets through.

    aangifte doen           words: all count, and more matched words are better
    "bij de burgemeester"   a phrase: exactly these words in this order
    -horeca -"lokale driehoek"    without these
    veilig*                 a prefix of at least three letters
    title:aangifte          only in the title (also titel:, tag:, author: or auteur:)

Everything else is plain text. Nothing raises: input is cut to the limits and read as well as possible.
"""

import re
import unicodedata
from dataclasses import dataclass

MAX_CHARACTERS = 256
MAX_WORDS = 16
MAX_WORD_LENGTH = 64
MIN_PREFIX_LENGTH = 3

FIELDS = {
    "title": "title",
    "titel": "title",
    "tag": "tags",
    "tags": "tags",
    "author": "author",
    "auteur": "author",
}

# A minus or field counts only at the start of a piece; a phrase ends at its quote or at the end of the text.
_PIECE = re.compile(r'(?P<minus>-)?(?:(?P<field>[A-Za-z]{1,12}):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛`´", "'"))
_WORD_PARTS = re.compile(r"\w+(?:[-'./@]\w+)*")


@dataclass(frozen=True, slots=True)
class Word:
    """One word as typed; `field` is "" for everywhere. `is_prefix`: any word that begins so."""

    text: str
    field: str = ""
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """These words in this order, next to each other."""

    words: tuple[str, ...]
    field: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked: the terms that should match, and those that must not. `is_cut`: the limits left something out."""

    terms: tuple[Word | Phrase, ...] = ()
    without: tuple[Word | Phrase, ...] = ()
    is_cut: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.terms


def parse(text: str) -> Query:
    """The tree of a typed text. Never raises; costs time in proportion to at most MAX_CHARACTERS."""
    kept = _readable(text)
    terms: list[Word | Phrase] = []
    without: list[Word | Phrase] = []
    words = 0
    for match in _PIECE.finditer(kept):
        for term in _terms(match):
            size = len(term.words) if isinstance(term, Phrase) else 1
            if words + size > MAX_WORDS:
                return Query(tuple(terms), tuple(without), is_cut=True)
            words += size
            (without if match["minus"] else terms).append(term)
    return Query(tuple(terms), tuple(without), is_cut=len(text) > MAX_CHARACTERS)


def _readable(text: str) -> str:
    """The text within the limit, normalised, without control and invisible characters and lone surrogates."""
    normal = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS])[:MAX_CHARACTERS].translate(_QUOTES)
    return "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in normal)


def _terms(match: re.Match[str]) -> list[Word | Phrase]:
    """The terms of one piece: a phrase, a word, or several where other signs stand between words."""
    field = FIELDS.get((match["field"] or "").lower(), "")
    if match["phrase"] is not None:
        words = tuple(word[:MAX_WORD_LENGTH] for word in _WORD_PARTS.findall(match["phrase"]))[:MAX_WORDS]
        if len(words) == 1:
            return [Word(words[0], field)]
        return [Phrase(words, field)] if words else []
    text = match["word"] if field or not match["field"] else f"{match['field']}:{match['word']}"
    found = [Word(word[:MAX_WORD_LENGTH], field) for word in _WORD_PARTS.findall(text)]
    if found and text.endswith("*") and len(found[-1].text) >= MIN_PREFIX_LENGTH:
        found[-1] = Word(found[-1].text, field, is_prefix=True)
    return list(found)
