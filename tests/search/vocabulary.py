"""A vocabulary for tests: some words that the reader may see, and some that are there all the same."""

from collections import Counter
from collections.abc import Iterable, Mapping

from search.analysis import stem


class Words:
    """What `plans.Vocabulary` asks for. `counts` gives words that stand in more than one document."""

    def __init__(self, *seen: str, hidden: Iterable[str] = (), counts: Mapping[str, int] | None = None) -> None:
        self.all = sorted({*seen, *hidden, *(counts or {})})
        self.seen = {*seen, *(counts or {})}
        self.found: Counter[str] = Counter()
        for word in seen:
            self.found[stem(word)] += 1
        for word, count in (counts or {}).items():
            self.found[stem(word)] += count

    def starting_with(self, prefix: str, most: int) -> list[str]:
        """Words that begin so."""
        return [word for word in self.all if word.startswith(prefix)][:most]

    def ending_in(self, suffix: str, most: int) -> list[str]:
        """Words that end so."""
        return [word for word in self.all if word.endswith(suffix)][:most]

    def known(self, words: Iterable[str]) -> set[str]:
        """Those that the reader may see."""
        return {word for word in words if word in self.seen}

    def finds(self, word: str) -> int:
        """In how many documents that the reader may see it stands."""
        return self.found[stem(word)]
