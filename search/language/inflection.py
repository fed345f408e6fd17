"""Dutch inflection: from a word to the other forms that it may have, by the rules of Dutch spelling.

Stems (search/analysis.py) bring most forms together, but not all: *detecteren* and *detecteert*, *flexibelere* and
*flexibel*, *bevond* and *bevinden* have different ones. This makes the forms that a word may have as a verb, a noun
or an adjective; whoever asks keeps those that stand somewhere. Too many are made on purpose: forms that are no words
stand nowhere. The rules are those of Dutch grammar: open and closed syllables, v/f and z/s, -t or -d by what a stem
ends in, the parts of strong verbs from `irregular.txt`.
"""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from search.language.shipped import lines_of

MIN_BASE = 3
MAX_WORD = 32
VOWELS = frozenset("aeiouy")
_LONG = ("aa", "ee", "oo", "uu")
_VOICELESS = ("t", "k", "f", "s", "ch", "p", "x")
_FIXED = ("be", "ge", "her", "er", "ont", "ver", "mis", "over", "onder", "door", "voor", "weer", "aan", "om")
_LOOSE = (
    "aan", "achter", "af", "bij", "binnen", "bloot", "buiten", "deel", "dicht", "door", "gade", "goed", "in", "klaar",
    "los", "mee", "mede", "na", "neer", "om", "omhoog", "onder", "op", "open", "over", "plaats", "rond", "samen",
    "schoon", "stil", "tegemoet", "tegen", "teleur", "teniet", "teweeg", "terecht", "terug", "toe", "uit", "vast",
    "vol", "voor", "voort", "vrij", "waar", "weer", "weg",
)  # fmt: skip
_VERB_ENDINGS = ("en", "e", "t", "te", "ten", "de", "den", "end", "ende")
_ADJECTIVE_ENDINGS = ("e", "er", "ere", "st", "ste", "s")
_NOUN_ENDINGS = ("en", "s")


@lru_cache(maxsize=50_000)
def forms(word: str) -> frozenset[str]:
    """The forms that a folded word may have, itself not among them. Few of them are words."""
    if not (MIN_BASE < len(word) <= MAX_WORD and word.isalpha()):
        return frozenset()
    found: set[str] = set()
    found.update(_as_verb(word), _as_noun(word), _as_adjective(word), _irregular(word))
    found.discard(word)
    return frozenset(found)


def plurals(word: str) -> frozenset[str]:
    """The forms that a word may have as a noun, itself among them."""
    return frozenset({word, *_as_noun(word)})


# -- Kinds of words


def _as_verb(word: str) -> Iterator[str]:
    for base in {base for whole in (word, *_without_ge(word)) for base in _bases(whole, _VERB_ENDINGS)}:
        yield from _conjugated(base)
    for base in _participles_of(word):
        yield from _conjugated(base)


def _conjugated(base: str) -> Iterator[str]:
    """All forms of a regular verb, given its stem as it is spelled at the end of a word."""
    yield base
    yield base + "t"
    for opened in _opened(base):
        yield from (opened + ending for ending in ("en", "e", "end", "ende"))
        past = "t" if opened.endswith(_VOICELESS) else "d"
        yield from (base + past + ending for ending in ("e", "en"))
        participle = base if base.endswith(past) else base + past
        for whole in _with_ge(participle):
            yield whole
            yield whole + "e"


def _as_noun(word: str) -> Iterator[str]:
    if word.endswith("heid"):
        yield word[:-2] + "den"
    if word.endswith("heden"):
        yield word[:-3] + "id"
    for base in _bases(word, _NOUN_ENDINGS):
        yield base
        yield from (base + ending for ending in ("s", "je", "tje", "jes", "tjes", "en"))
        yield from (opened + "en" for opened in _opened(base))


def _as_adjective(word: str) -> Iterator[str]:
    for base in _bases(word, _ADJECTIVE_ENDINGS):
        yield base
        yield from (base + ending for ending in ("s", "st", "ste"))
        yield from (opened + ending for opened in _opened(base) for ending in ("e", "er", "ere"))


# -- Spelling


def _bases(word: str, endings: Iterable[str]) -> Iterator[str]:
    """What a word is without one of these endings, spelled as it would be at the end of a word."""
    yield word
    for ending in endings:
        if not word.endswith(ending):
            continue
        rest = word[: -len(ending)]
        if len(rest) < MIN_BASE - (ending[0] in VOWELS) or not VOWELS & set(rest):
            continue
        yield from _closed(rest) if ending[0] in VOWELS else (rest,)


def _closed(rest: str) -> Iterator[str]:
    """A stem that stood before a vowel, at the end of a word: bell, bel; bepal, bepaal; schrijv, schrijf."""
    hard = _devoiced(rest)
    yield hard
    if len(rest) > 2 and rest[-1] == rest[-2] and rest[-1] not in VOWELS:  # noqa: PLR2004
        yield _devoiced(rest[:-1])
    elif rest[-1] not in VOWELS and rest[-2:-1] in ("a", "e", "o", "u") and rest[-3:-2] not in VOWELS:
        yield hard[:-1] + hard[-2] + hard[-1]


def _opened(base: str) -> Iterator[str]:
    """A stem as it may stand before a vowel: bepaal, bepal; bel, bell; schrijf, schrijv; wandel as it is."""
    last = base[-1]
    yield base
    if last in VOWELS or len(base) < MIN_BASE:
        return
    soft = base[:-1] + {"f": "v", "s": "z"}.get(last, last)
    if soft != base:
        yield soft
    if base[-3:-1] in _LONG:
        yield soft[:-2] + soft[-1]
        yield base[:-2] + last
    elif base[-2] in VOWELS and base[-3] not in VOWELS:
        yield base + last


def _devoiced(base: str) -> str:
    return base[:-1] + {"v": "f", "z": "s"}.get(base[-1], base[-1])


# -- ge-


def _with_ge(participle: str) -> Iterator[str]:
    """Where ge- may stand in a participle: gemaakt, aangemaakt, bepaald."""
    yield participle if participle.startswith(_FIXED) else "ge" + participle
    for prefix in _LOOSE:
        if participle.startswith(prefix) and len(participle) > len(prefix) + MIN_BASE:
            yield f"{prefix}ge{participle[len(prefix) :]}"


def _without_ge(word: str) -> Iterator[str]:
    """A word without the ge- of a participle."""
    if word.startswith("ge") and len(word) > MIN_BASE + 2:
        yield word[2:]
    for prefix in _LOOSE:
        if word.startswith(prefix + "ge") and len(word) > len(prefix) + 2 + MIN_BASE:
            yield prefix + word[len(prefix) + 2 :]


def _participles_of(word: str) -> Iterator[str]:
    """The stem of which a word is the participle: with its -d, which is an ending after ge- or a fixed prefix only."""
    for whole in (*_without_ge(word), *([word] if word.startswith(_FIXED) else [])):
        bare = whole.removesuffix("e")
        if bare.endswith(("d", "t")) and len(bare) > MIN_BASE:
            yield bare[:-1]


# -- What no rule tells


@cache
def _table() -> dict[str, tuple[frozenset[str], ...]]:
    """For each form in the list of irregular words, the sets of forms that it belongs to."""
    found: dict[str, tuple[frozenset[str], ...]] = {}
    for line in lines_of("irregular.txt"):
        listed = line.split()
        whole = set(listed)
        if listed[0].endswith("n") and len(listed) > 2:  # noqa: PLR2004 - a verb: its present is regular
            for base in _closed(listed[0].removesuffix("en")):
                whole.update((base, base + "t"))
        for form in list(whole):
            if form.endswith("en"):
                whole.add(form + "e" if form.startswith("ge") else form[:-1])
        for form in whole:
            found[form] = (*found.get(form, ()), frozenset(whole))
    return found


def _irregular(word: str) -> Iterator[str]:
    """The other forms of a listed word, also behind a prefix: bevond, bevinden; uitgesproken, uitspreken."""
    table = _table()
    for group in table.get(word, ()):
        yield from group
    for prefix in {*_FIXED, *_LOOSE}:
        rest = word[len(prefix) :]
        if len(rest) < MIN_BASE or not word.startswith(prefix):
            continue
        for group in (*table.get(rest, ()), *table.get("ge" + rest, ())):
            for form in group:
                yield prefix + form
                if form.startswith("ge"):
                    yield prefix + form[2:]
