"""Compounds between a query and the words of the index: whole for parts, parts for whole, and other linking letters.

What the reader may not see plays no part in it: a compound counts only where its other part is a listed word, or one
that stands in documents that the reader may see.
"""

from collections.abc import Iterator, Sequence

from search.analysis import MAX_WORD_LENGTH
from search.language import lexicon
from search.language.compounds import LINKS, MIN_LISTED, MIN_PART, NO_PARTS, PARTICLES, is_last_part, is_part, split
from search.plans import Vocabulary

MAX_LOOKED_AT = 400


class Compounds:
    """What one reader's query can do with compounds."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.lexicon = lexicon.current()
        self._known: dict[str, bool] = {}

    def is_word(self, word: str) -> bool:
        """Whether the documents that the reader may see know this word."""
        known = self._known.get(word)
        if known is None:
            vocabulary = self.vocabulary
            known = self._known[word] = vocabulary.has_word(word) and vocabulary.finds(word) > 0
        return known

    def around(self, word: str) -> list[str]:
        """Words of the index that are compounds with this word in front or at the end, the shortest first."""
        if len(word) < MIN_PART or not word.isalpha() or word in NO_PARTS:
            return []
        size = len(word)
        found = [
            whole
            for whole in self.vocabulary.starting_with(word, MAX_LOOKED_AT)
            if len(whole) > size and self._may_follow(whole[size:]) and self._allows(whole, word)
        ]
        found += [
            whole
            for whole in self.vocabulary.ending_in(word, MAX_LOOKED_AT)
            if len(whole) > size and self._may_precede(whole[:-size]) and self._allows(whole, word)
        ]
        return sorted(found, key=lambda whole: (len(whole), whole))

    def _allows(self, whole: str, word: str) -> bool:
        """Whether no exception says that this word is not a part of that one."""
        listed = self.lexicon.splits.get(whole)
        return listed is None or (len(listed) > 1 and word in listed)

    def _may_follow(self, rest: str) -> bool:
        """Whether this can follow the first part of a compound: a word, perhaps after linking letters."""
        cut = (rest[len(link) :] for link in LINKS if rest.startswith(link))
        return any(is_last_part(part, self.lexicon, self.is_word) for part in cut)

    def _may_precede(self, rest: str) -> bool:
        """Whether this can stand before the last part of a compound: a word, perhaps with linking letters."""
        cut = (rest[: len(rest) - len(link)] for link in LINKS if rest.endswith(link))
        return any(
            part in PARTICLES
            or is_part(part, self.lexicon, self.is_word)
            or (len(part) == MIN_LISTED and self.is_word(part))  # before what was typed, three letters are enough
            for part in cut
        )

    def parts(self, word: str) -> tuple[str, ...]:
        """The parts of a compound; none where it is not one."""
        found = split(word, self.lexicon, self.is_word)
        return found if len(found) > 1 else ()

    def relinked(self, word: str) -> list[str]:
        """The same compound with other linking letters, as it stands in documents: uitgangpunt, uitgangspunt."""
        if len(word) < MIN_PART + MIN_LISTED or not word.isalpha() or len(word) > MAX_WORD_LENGTH - 2:
            return []
        return sorted({whole for whole in self._with_other_links(word) if self.vocabulary.finds(whole)})

    def _with_other_links(self, word: str) -> Iterator[str]:
        for at in range(MIN_PART, len(word) - MIN_LISTED):
            head, last = word[:at], word[at:]
            bare = {head, *(head.removesuffix(link) for link in LINKS)}
            for part in bare:
                if len(part) < MIN_PART:
                    continue
                for link in LINKS:
                    whole = part + link + last
                    if (
                        whole != word
                        and self.vocabulary.has_word(whole)
                        and is_part(part, self.lexicon, self.is_word)
                        and is_last_part(last, self.lexicon, self.is_word)
                    ):
                        yield whole


def joined(parts: Sequence[str]) -> Iterator[str]:
    """How words that were typed apart may stand as one: mensen handel, mensenhandel; numbers as 6:162 or 2.1."""
    if sum(map(len, parts)) > MAX_WORD_LENGTH - len(parts):
        return
    if all(part[0].isdecimal() for part in parts):
        yield from (sign.join(parts) for sign in ":.")
    elif len(parts) > 2:  # noqa: PLR2004 - linking letters are tried between two words only
        yield "".join(parts)
    else:
        yield from (parts[0] + link + parts[1] for link in LINKS)
