"""Splitting Dutch compounds: *veiligheidsplan* is *veiligheid* and *plan*.

The longest first part that leaves something splittable wins, so that the fewest parts come out. The parts cover the
word, but for linking letters between them; each is a known word of at least four letters, or one that is listed. The
last one may be inflected. What only derives words (-heid, -schap, -lijk …) is never a part.
"""

from collections.abc import Callable

from search.language.lexicon import Lexicon

LINKS = ("", "s", "e", "en", "er", "n")  # what Dutch puts between the parts of a compound
MIN_PART = 4
MIN_LISTED = 3
MAX_PARTS = 5
MAX_LENGTH = 48
# Endings that derive words rather than compose them, and common words that look like a part everywhere.
_NO_PARTS = """
aard aarde aardig achtig achtige atie aties atief baar bare eerd eerde eert elijk elijke ende enden erij erijen erend
erende erig erige eren ering eringen ieel iele igen iger igst ijke ingen isch ische iseer iseren isme isten iteit
iteiten heden heid lijk lijke lijks loos loze lozen loosheid nissen schap schappen sels ster sters teit teiten tige
tiek tische zaam zame zamen tion ment menten uele ueel gaan gang gegaan
weder zich deze zijn haar heeft worden wordt werd hebben
"""
# What stands before verbs and nouns: no part to split off, but what follows it was typed often enough as a word.
PARTICLES = frozenset({"aan", "achter", "door", "naar", "onder", "over", "tegen", "toe", "uit", "voor", "voort"})
NO_PARTS = frozenset(_NO_PARTS.split()) | PARTICLES
IsWord = Callable[[str], bool]


def is_part(word: str, lexicon: Lexicon, is_word: IsWord) -> bool:
    """Whether a compound may contain this word."""
    if len(word) < MIN_PART:
        return len(word) >= MIN_LISTED and word in lexicon.parts
    return word not in NO_PARTS and (word in lexicon.parts or is_word(word))


def is_last_part(word: str, lexicon: Lexicon, is_word: IsWord) -> bool:
    """Whether a compound may end so: as `is_part`, or an inflected form of a part."""
    return is_part(word, lexicon, is_word) or (
        len(word) > MIN_PART and word not in NO_PARTS and word in lexicon.part_forms
    )


def split(word: str, lexicon: Lexicon, is_word: IsWord) -> tuple[str, ...]:
    """The parts of a folded word, in order; the word alone where it is no compound.

    `is_word` tells what else is a word than the parts that the lexicon lists; it is never asked about `word` itself.
    """
    listed = lexicon.splits.get(word)
    if listed:
        return listed
    if not (MIN_PART + MIN_LISTED <= len(word) <= MAX_LENGTH and word.isalpha()):
        return (word,)
    # Listed parts alone first: among the words of a site are some that are none, such as halves of broken lines.
    for known in (_nothing, is_word):
        found = _Splitter(word, lexicon, known).parts_from(0, MAX_PARTS)
        if found:
            return found
    return (word,)


def _nothing(_word: str) -> bool:
    return False


class _Splitter:
    """The work on one word; each place in it is tried once."""

    def __init__(self, word: str, lexicon: Lexicon, is_word: IsWord) -> None:
        self.word, self.lexicon, self.is_word = word, lexicon, is_word
        self.hopeless: set[int] = set()

    def parts_from(self, start: int, most: int) -> tuple[str, ...]:
        """The parts of what follows from this place on; none where it cannot be split into `most`."""
        if start in self.hopeless or not most:
            return ()
        rest = self.word[start:]
        if start and is_last_part(rest, self.lexicon, self.is_word):
            return (rest,)
        for length in range(len(rest) - MIN_LISTED, MIN_LISTED - 1, -1):
            part = rest[:length]
            if is_part(part, self.lexicon, self.is_word):
                others = self._after(start + length, most - 1)
                if others:
                    return (part, *others)
        self.hopeless.add(start)
        return ()

    def _after(self, end: int, most: int) -> tuple[str, ...]:
        for link in LINKS:
            if self.word.startswith(link, end):
                others = self.parts_from(end + len(link), most)
                if others:
                    return others
        return ()
