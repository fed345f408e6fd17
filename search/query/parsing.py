"""From a typed text to its tree. Never raises; costs time in proportion to at most MAX_TYPED characters."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from search.query.operators import NAMED, value_of
from search.query.tree import (
    FIELDS,
    MAX_CHARACTERS,
    MAX_OPERATORS,
    MAX_TYPED,
    MAX_VALUE_LENGTH,
    MAX_VALUES,
    MAX_WORD_LENGTH,
    MAX_WORDS,
    MIN_PREFIX_LENGTH,
    Operator,
    Phrase,
    Query,
    Word,
)

# A minus or name counts only at the start of a piece; a phrase ends at its quote or at the end of the text.
_PIECE = re.compile(r'(?P<minus>-)?(?:(?P<name>[A-Za-z]{1,12}):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛`´", "'"))
_JOINTS = "-'./@"
_WORD_PARTS = re.compile(rf"\w+(?:[{_JOINTS}]\w+)*")
_AFTER_VALUE = ",;.!?)"  # what follows an operator in a sentence, and is no part of it


@dataclass(slots=True)
class _Reading:
    """What was read so far, and what is left of the limits."""

    terms: list[Word | Phrase] = field(default_factory=list)
    without: list[Word | Phrase] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)
    words: int = MAX_WORDS
    characters: int = MAX_CHARACTERS
    values: int = MAX_VALUES
    is_cut: bool = False

    def add_term(self, term: Word | Phrase, *, is_negated: bool) -> None:
        """Keep a term, while the limits allow it; after the first that does not fit, none."""
        kept = self.without if is_negated else self.terms
        if _adds_nothing(term, kept, is_negated=is_negated):
            return
        texts = term.words if isinstance(term, Phrase) else (term.text,)
        self.words -= len(texts)
        self.characters -= sum(map(len, texts)) + len(texts) - 1
        if self.words < 0 or self.characters < 0:
            self.is_cut, self.words = True, -1
        else:
            kept.append(term)
            self.characters -= 1

    def add_operator(self, operator: Operator) -> None:
        """Keep an operator, while the limits allow it."""
        self.values -= len(operator.value)
        if len(self.operators) == MAX_OPERATORS or self.values < 0:
            self.is_cut, self.values = True, -1
        else:
            self.operators.append(operator)

    def keep_to(self, where: str, *, is_negated: bool) -> None:
        """What in:title does: words that may stand anywhere must stand there, or with a minus, must not."""
        anywhere = [term for term in self.terms if not term.field]
        if is_negated:
            for term in anywhere:
                self.add_term(replace(term, field=where), is_negated=True)
        else:
            before, self.terms = self.terms, []
            for term in before:
                kept_to = term if term.field else replace(term, field=where)
                if not _adds_nothing(kept_to, self.terms, is_negated=False):
                    self.terms.append(kept_to)


def _adds_nothing(term: Word | Phrase, kept: list[Word | Phrase], *, is_negated: bool) -> bool:
    """Whether a term asks again what is asked already. A word may come twice: order and nearness count."""
    return (is_negated or isinstance(term, Phrase)) and term in kept


def parse(text: str) -> Query:
    """The tree of a typed text."""
    kept = _readable(text)
    reading = _Reading(is_cut=len(text) > MAX_TYPED)
    for match in _PIECE.finditer(kept):
        operator = _operator(match)
        if operator:
            reading.add_operator(operator)
            continue
        for term in _terms(match):
            reading.add_term(term, is_negated=bool(match["minus"]))
    for operator in tuple(reading.operators):
        if operator.name == "in" and (where := value_of("in", operator.value)):
            reading.operators.remove(operator)
            reading.keep_to(where, is_negated=operator.is_negated)
    return Query(tuple(reading.terms), tuple(reading.without), tuple(reading.operators), reading.is_cut, kept)


def _readable(text: str) -> str:
    """The text within the limit, normalised, without control and invisible characters and lone surrogates."""
    seen = "".join(letter for letter in text[:MAX_TYPED] if unicodedata.category(letter) != "Cf")
    normal = unicodedata.normalize("NFKC", seen)[:MAX_TYPED].translate(_QUOTES)
    return "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in normal).strip()


def _operator(match: re.Match[str]) -> Operator | None:
    """The operator that a piece is; None for words, also where nothing follows the colon."""
    name = NAMED.get((match["name"] or "").lower())
    if name is None:
        return None
    value = (match["word"] or "").rstrip(_AFTER_VALUE) if match["phrase"] is None else " ".join(match["phrase"].split())
    if not value:
        return None
    return Operator(name, value[:MAX_VALUE_LENGTH].rstrip(), bool(match["minus"]), match.start(), match.end())


def _terms(match: re.Match[str]) -> Iterator[Word | Phrase]:
    """The terms of one piece: a phrase, a word, or several where other signs stand between words."""
    name = match["name"] or ""
    where = FIELDS.get(name.lower(), "")
    if name and not where:
        yield Word(name)  # a colon that means nothing to us
    words = _words(match["word"] if match["phrase"] is None else match["phrase"])
    if match["phrase"] is not None and len(words) > 1:
        yield Phrase(words[:MAX_WORDS], where)
        return
    is_prefix = (match["word"] or "").endswith("*") and bool(words) and len(words[-1]) >= MIN_PREFIX_LENGTH
    for place, word in enumerate(words, start=1):
        yield Word(word, where, is_prefix=is_prefix and place == len(words))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word[:MAX_WORD_LENGTH].rstrip(_JOINTS) for word in _WORD_PARTS.findall(text))
