"""Compounds between a query and the words of the index: whole for parts, parts for whole, and other linking letters.

What the reader may not see plays no part in it: a compound counts only where its other part is a listed word, or one
that stands in documents that the reader may see.
"""

from collections.abc import Iterable, Iterator, Sequence

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
            self._look_up([word])
            known = self._known[word]
        return known

    def _look_up(self, words: Iterable[str]) -> None:
        """Ask for many words at once: a backend behind a connection answers one question quicker than hundreds."""
        words = set(words) - self._known.keys()
        known = self.vocabulary.known(words) if words else set()
        self._known |= {word: word in known for word in words}

    def around(self, word: str) -> list[str]:
        """Words of the index that are compounds with this word in front or at the end, the shortest first."""
        if len(word) < MIN_PART or not word.isalpha() or word in NO_PARTS:
            return []
        size = len(word)
        begun, ended = (
            self.vocabulary.starting_with(word, MAX_LOOKED_AT),
            self.vocabulary.ending_in(word, MAX_LOOKED_AT),
        )
        self._look_up(
            [part for whole in begun for part in _after_link(whole[size:])]
            + [part for whole in ended for part in _before_link(whole[:-size])]
        )
        found = [
            whole
            for whole in begun
            if len(whole) > size and self._may_follow(whole[size:]) and self._allows(whole, word)
        ]
        found += [
            whole
            for whole in ended
            if len(whole) > size and self._may_precede(whole[:-size]) and self._allows(whole, word)
        ]
        return sorted(found, key=lambda whole: (len(whole), whole))

    def _allows(self, whole: str, word: str) -> bool:
        """Whether no exception says that this word is not a part of that one."""
        listed = self.lexicon.splits.get(whole)
        return listed is None or (len(listed) > 1 and word in listed)

    def _may_follow(self, rest: str) -> bool:
        """Whether this can follow the first part of a compound: a word, perhaps after linking letters."""
        return any(is_last_part(part, self.lexicon, self.is_word) for part in _after_link(rest))

    def _may_precede(self, rest: str) -> bool:
        """Whether this can stand before the last part of a compound: a word, perhaps with linking letters."""
        return any(
            part in PARTICLES
            or is_part(part, self.lexicon, self.is_word)
            or (len(part) == MIN_LISTED and self.is_word(part))  # before what was typed, three letters are enough
            for part in _before_link(rest)
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
        cuts = [(word[:at], word[at:]) for at in range(MIN_PART, len(word) - MIN_LISTED)]
        self._look_up(
            part + link + last
            for head, last in cuts
            for part in {head, *(head.removesuffix(link) for link in LINKS)}
            for link in LINKS
            if len(part) >= MIN_PART
        )
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
                        and self.is_word(whole)
                        and is_part(part, self.lexicon, self.is_word)
                        and is_last_part(last, self.lexicon, self.is_word)
                    ):
                        yield whole


def _after_link(rest: str) -> list[str]:
    """What this is after each linking letters that it may begin with."""
    return [rest[len(link) :] for link in LINKS if rest.startswith(link)]


def _before_link(rest: str) -> list[str]:
    """What this is before each linking letters that it may end with."""
    return [rest[: len(rest) - len(link)] for link in LINKS if rest.endswith(link)]


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
