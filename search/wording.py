"""From a query to words that may be counted over people: no names, no numbers of people, nothing said of one place.

A query that holds anything of a person (a mail address, an account, a citizen's or telephone number, a date of birth,
a postal code, a licence plate) is left out as a whole. Words that are part of the name of anybody on this site are
left out of it. Queries inside a place, or narrowed in another way, say nothing of what is missing everywhere.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.core.cache import cache
from django.http import QueryDict
from django.utils.crypto import salted_hmac

from community.models import User
from search.analysis import is_stop_word, stem, words
from search.models.questions import KEY_LENGTH, WORDS_LENGTH

MOST_WORDS = 8  # a longer query is a sentence about a case, not a subject
MIN_NAME = 3
NAMES_KEY, NAMES_SECONDS = "search:names", 600

_OPERATOR = re.compile(r"(?:^|\s)-\S|(?:^|\s)[^\W\d_]{1,15}:\S")
_PERSONAL = re.compile(
    r"""
    \S@\S                                                # a mail address
    | \d(?:[\s./-]?\d){5,}                               # citizen's and telephone numbers, dates, accounts, cases
    | \b[a-z]{2}\d{2}(?:\s?[a-z0-9]{4}){2,}              # IBAN
    | \b[1-9]\d{3}\s?(?-i:[A-Z]{2})\b | \b[1-9]\d{3}[a-z]{2}\b      # postal code
    | \b(?=[a-z0-9-]*\d)(?=[\d-]*[a-z])[a-z0-9]{1,3}-[a-z0-9]{2,3}-[a-z0-9]{1,2}\b      # licence plate
    """,
    re.VERBOSE | re.IGNORECASE,
)


class Wording(NamedTuple):
    """A question without names: its words, and a key that is the same for other forms and another order of them."""

    words: str
    key: str


def wording_of(query: str) -> Wording | None:
    """The wording of a query string; None where it is not to be counted."""
    data = QueryDict(query)
    if set(data) != {"q"} or _OPERATOR.search(data["q"]):
        return None
    return wording(data["q"], _known_names())


def wording(text: str, names: Iterable[str]) -> Wording | None:
    """The words of a text that say something and name nobody; None where none are left, or where it is personal."""
    if _PERSONAL.search(text):
        return None
    named = frozenset(names)
    # The parts of joined forms come along with them.
    kept = list(dict.fromkeys(word for word in words(text) if not is_stop_word(word) and word not in named))
    if not kept or len(kept) > MOST_WORDS:
        return None
    found = Wording(" ".join(kept), " ".join(sorted({stem(word) for word in kept})))
    return found if len(found.words) <= WORDS_LENGTH and len(found.key) <= KEY_LENGTH else None


def names_on_the_site() -> frozenset[str]:
    """The folded words of the names of everybody who has or had an account here."""
    found = (word for name in User.objects.values_list("name", flat=True).iterator() for word in words(name))
    return frozenset(word for word in found if len(word) >= MIN_NAME and not is_stop_word(word))


def _known_names() -> frozenset[str]:
    return cache.get_or_set(NAMES_KEY, names_on_the_site, NAMES_SECONDS) or frozenset()


def pseudonym(person: User, month: date) -> str:
    """Of this month only: nobody can tell whether a question of May and one of June came from the same person."""
    return salted_hmac("search.asker", f"{month:%Y-%m}:{person.pk}", algorithm="sha256").hexdigest()[:32]
