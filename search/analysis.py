"""Dutch analysis, the same for what is indexed and what is asked: folded words, their stems, joined hyphen forms.

Every word is kept in its folded form (lower case, no accents) and as its stem; no stop words are dropped here, so that
phrases stay whole. Where a hyphen or a dotted abbreviation joins parts, the parts and the joined form are both words.
Numbers stay whole (2.1, 6:162, 273f), and an article of a law is a word of its own beside them: *artikel 13b* and
*art. 13b* are both *art13b*.
"""

import hashlib
import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import snowballstemmer

from search.language.shipped import digest, lines_of

# Raise this when the words that come out change: indexes of an older analysis then count as outdated.
ANALYSIS_VERSION = 3
MAX_WORD_LENGTH = 64
MAX_JOINED_PARTS = 4
MIN_STEMMED_LENGTH = 3

_WORD = re.compile(r"[^\W_]+(?:[-.'\u2019\u2010\u2011][^\W_]+|:(?=\d)(?<=\d:)[^\W_]+)*")
_NUMBER = re.compile(r"\d+[a-z]{0,3}(?:[.:]\d+[a-z]{0,3})+")
# "artikel 13b", "art. 6:162", "artikelen 12, 13 en 14a": the numbers that follow, each with what stands before it.
_ARTICLE_NUMBER = re.compile(r"\.?\s{1,3}(\d{1,5}[a-z]{0,3}(?:[.:]\d+[a-z]{0,3})*)(?![^\W_])")
_NEXT_NUMBER = re.compile(
    r"(?:,|\s{1,3}(?:en|of|tot en met|t/m))\s{1,3}(\d{1,5}[a-z]{0,3}(?:[.:]\d+[a-z]{0,3})*)(?![^\W_])"
)
ARTICLE_WORDS = frozenset({"artikel", "artikelen", "art", "artt"})
MAX_ARTICLES = 20
_APOSTROPHES = re.compile(r"['\u2019]")
_JOINTS = re.compile(r"[-.\u2010\u2011]")
_STEMMER = snowballstemmer.stemmer("dutch")
_STEMMER_LOCK = threading.Lock()  # the stemmer keeps the word it works on in itself

# Words that say nothing of the subject: they count in phrases, and in a query only when there is nothing else.
_STOP_WORDS = """
aan al alle alleen als altijd ander andere bent bij binnen daar dan dat de der deze die dit doen doet door dus een en er
ge geen geworden haar had hadden hebben heb heeft heel hem het hier hij hoe hoeveel hoewel hun iets ik in is je jij jou
jouw jullie kan kun kunnen maar mag me meer men met mij mijn moet moeten na naar niet nog nu of om omdat onder ons onze
ook op over reeds te tegen toch toen tot u uit uw van veel voor waar waarom wanneer want waren was wat we wel welk welke
wie wij wil word worden wordt zal ze zelf zich zij zijn zo zonder zou zullen
the and to for on with what how why
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


class Token(NamedTuple):
    """A word at a place: `position` counts words, `start` and `end` are characters in the folded text."""

    word: str
    position: int
    start: int
    end: int


def _folding() -> dict[int, str]:
    """One plain letter for each accented Latin letter, so that folding keeps every character's place."""
    table = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table[code] = base.lower()
    extra = {"ß": "s", "æ": "a", "Æ": "a", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ł": "l", "Ł": "l", "ı": "i"}
    extra |= {"þ": "t", "Þ": "t", "ð": "d", "Ð": "d"}
    return table | {ord(letter): base for letter, base in extra.items()}


_FOLDING = _folding()
_ACCENTED = re.compile(f"[{''.join(map(chr, _FOLDING))}]")


def fold(text: str) -> str:
    """The text in lower case without accents, each character where it was."""
    # Most letters have no accent: looking for those that do is many times quicker than translating every letter.
    folded = text if text.isascii() else _ACCENTED.sub(lambda match: _FOLDING[ord(match[0])], text)
    lower = folded.lower()
    return lower if len(lower) == len(text) else "".join(letter.lower()[:1] for letter in folded)


def normalise(text: str) -> str:
    """The text as it is kept: composed letters, ligatures apart, no soft hyphens or zero-width characters."""
    return unicodedata.normalize("NFKC", text).translate(_INVISIBLE)


_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))


def tokens(text: str) -> Iterator[Token]:
    """The words of a text that was folded, in order. A joined form stands where its first part stands."""
    position = 0
    for match in _WORD.finditer(text):
        chunk, start, end = match[0], match.start(), match.end()
        if chunk in ARTICLE_WORDS:
            for number, number_end in _article_numbers(text, end):
                yield Token(article(number), position, start, number_end)
        if chunk.isalnum() or _NUMBER.fullmatch(chunk):
            yield Token(chunk[:MAX_WORD_LENGTH], position, start, end)
            position += 1
            continue
        for token in _parts(chunk, start, end):
            yield token._replace(position=position + token.position)
        position += token.position + 1


def article(number: str) -> str:
    """The word that stands for an article of a law."""
    return f"art{number}"[:MAX_WORD_LENGTH]


def _article_numbers(text: str, at: int) -> Iterator[tuple[str, int]]:
    """The numbers of articles that follow from this place on, and where each ends."""
    pattern = _ARTICLE_NUMBER
    for _count in range(MAX_ARTICLES):
        match = pattern.match(text, at)
        if not match:
            return
        yield match[1], match.end()
        at, pattern = match.end(), _NEXT_NUMBER


def _parts(chunk: str, start: int, end: int) -> list[Token]:
    """The words of a chunk with signs in it, positions from 0; the last one is the last part."""
    pieces = _JOINTS.split(chunk)
    joined = Token(_APOSTROPHES.sub("", "".join(pieces))[:MAX_WORD_LENGTH], 0, start, end)
    if len(pieces) == 1 or all(len(piece) == 1 for piece in pieces):
        return [joined]  # foto's, a.u.b.
    found = [joined] if "." not in chunk and len(pieces) <= MAX_JOINED_PARTS else []
    for position, piece in enumerate(pieces):
        found.append(Token(_APOSTROPHES.sub("", piece)[:MAX_WORD_LENGTH], position, start, start + len(piece)))
        start += len(piece) + 1
    return found


ENGLISH = frozenset(word for line in lines_of("english.txt") for word in line.split())


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """What a folded word has in common with its inflected forms. English words only lose the -s or -en of a plural."""
    if len(word) < MIN_STEMMED_LENGTH or not word.isalpha():
        return word
    for ending in ("", "s", "en"):
        if word.endswith(ending) and word.removesuffix(ending) in ENGLISH:
            return word.removesuffix(ending)
    found = snowball(word)
    if found not in STOP_WORDS or word in STOP_WORDS:
        return found
    # Snowball takes "ge-" and "-heid" for endings of a word: geweld would be wel, overheid over, eenheid een.
    return f"{word.removesuffix('heden')}heid" if word.endswith("heden") else word


def snowball(word: str) -> str:
    """The stem of a word by Snowball's Dutch algorithm."""
    with _STEMMER_LOCK:
        return str(_STEMMER.stemWord(word)) or word


def words(text: str) -> list[str]:
    """The folded words of any text, in order, joined forms included."""
    return [token.word for token in tokens(fold(normalise(text)))]


def words_apart(text: str) -> list[str]:
    """The folded words of any text, one for each place: hyphened ones as their parts."""
    places: dict[int, str] = {}
    for token in tokens(fold(normalise(text))):
        places[token.position] = token.word  # the part comes after the joined form
    return [places[place] for place in sorted(places)]


def is_stop_word(word: str) -> bool:
    """Whether a folded word says nothing of the subject."""
    return word in STOP_WORDS


_PROBE = (
    "Veiligheidsplannen, foto's en ex-leden: a.u.b. reële beëindiging van huiselijk-geweldzaken in 2025 door policies, "
    "zie artikelen 12 en 13b Opiumwet, art. 6:162 BW en versie 2.1"
)


@cache
def fingerprint() -> str:
    """Names this analysis and the lists that it goes by; an index that was made with another must be rebuilt.

    The lists that only queries are expanded with (search/language/lexicon.py) are not part of it.
    """
    made = [(word, stem(word)) for word in words(_PROBE)]
    return hashlib.sha256(repr((ANALYSIS_VERSION, digest("english.txt"), made)).encode()).hexdigest()[:16]
