"""What the engines are measured with: documents of communities that a reader partly sees, and six kinds of queries."""

import gzip
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from benchmarks.search_quality import CORPUS, plain
from search.analysis import STOP_WORDS, words
from search.backends.base import Document

COMMUNITIES, SEEN = 60, 40
READABLE = frozenset(range(1, SEEN + 1))  # the audiences of the reader; each community has one, numbered from 1
LONG_SHARE = 0.15  # so many are practices and laws; the others are generated posts and chat lines
MOST_CHARACTERS = 2000  # of a law: what counts here is the number of documents
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
KINDS = ("common", "rare", "and", "phrase", "prefix", "fuzzy")


@dataclass(frozen=True)
class Ask:
    """A query: its kind, and its words as they stand in the texts (a prefix and a mistyped word as they are asked)."""

    kind: str
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The query as it is typed into our box."""
        joined = " ".join(self.words)
        return {"phrase": f'"{joined}"', "prefix": f"{joined}*"}.get(self.kind, joined)


def _texts() -> Iterator[tuple[str, str]]:
    for name in ("docs_nl_public.jsonl.gz", "benchmark_laws_nl.jsonl.gz"):
        with gzip.open(CORPUS / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                yield record["title"], plain(record["body_markdown"])[:MOST_CHARACTERS]


def hostile(count: int) -> list[str]:
    """So many of the queries that break parsers or ask for very much."""
    strings = json.loads((CORPUS.parent / "hostile" / "blns.json").read_text(encoding="utf-8"))["values"]
    much = [
        "*a*", "a*", "(" * 400, "[" * 400 + "]" * 400, '"' * 401, "-" * 300, " ".join(f"woord{n}" for n in range(5000)),
        " OR ".join(["de"] * 5000), '"de het een van in op te dat die is"', "a b c d e f g h i j k l m n o p",
        "ver* ont* ber* gem* aan* ove* uit* ins* toe* bes* reg* min* art* ond* sub* wet*",
        "veiligheidsplanningsmedewerkersoverlegstructuur verantwoordelijkhedne onderzoeksresultatn werkzaamhedem",
    ]  # fmt: skip
    return much + [str(one) for one in random.Random(7).sample(strings, count - len(much))]


def documents(count: int) -> list[Document]:
    """So many documents, always the same: practices and laws, and runs of their words as posts and chat lines."""
    chance = random.Random(273)
    texts = list(_texts())
    chance.shuffle(texts)
    spoken = [word for _title, body in texts[:4000] for word in body.split()]
    long = min(len(texts), int(count * LONG_SHARE))
    made = [_document(chance, number, "practice", *texts[number]) for number in range(long)]
    for number in range(long, count):
        start, length = chance.randrange(len(spoken) - 200), chance.randrange(8, 100)
        kind = ("thread", "post", "message")[min(number % 10, 2)]
        title = " ".join(spoken[start : start + 5]) if kind == "thread" else ""
        made.append(_document(chance, number, kind, title, " ".join(spoken[start : start + length])))
    return made


def _document(chance: random.Random, number: int, kind: str, title: str, body: str) -> Document:
    community = chance.randrange(COMMUNITIES) + 1
    return Document(
        key=f"{kind}:{number}",
        kind=kind,
        title=title,
        body=body,
        audience=community,
        community=community,
        written_at=BEGIN + timedelta(minutes=7 * number),
    )


def queries(made: list[Document], each: int) -> list[Ask]:
    """Distinct words and phrases that the reader finds, `each` of every kind, always the same."""
    chance = random.Random(13)
    seen = [document for document in made if document.audience in READABLE]
    sample = chance.sample(seen, min(4000, len(seen)))
    counts: Counter[str] = Counter()
    for document in sample:
        counts.update({word for word in words(document.body) if _is_telling(word)})
    share = {word: count / len(sample) for word, count in counts.items()}
    common = [word for word, part in share.items() if 0.03 <= part <= 0.25]
    middle = [word for word, part in share.items() if 0.003 <= part <= 0.03 and len(word) > 5]
    rare = [word for word, count in counts.items() if count == 1]
    for found in (common, middle, rare):
        found.sort()
        chance.shuffle(found)
    asked = [Ask("common", (word,)) for word in common[:each]] + [Ask("rare", (word,)) for word in rare[:each]]
    asked += [Ask("prefix", (word[:5],)) for word in middle[:each]]
    asked += [Ask("fuzzy", (_mistyped(chance, word),)) for word in middle[each : 2 * each]]
    return asked + list(_groups(chance, sample, share, each))


def _is_telling(word: str) -> bool:
    return word.isascii() and word.isalpha() and len(word) > 3 and word not in STOP_WORDS


def _mistyped(chance: random.Random, word: str) -> str:
    at = chance.randrange(2, len(word) - 2)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return swapped if swapped != word else word[:at] + word[at + 1 :]


def _groups(chance: random.Random, sample: list[Document], share: dict[str, float], each: int) -> Iterator[Ask]:
    """Three words of one text, and words that follow each other in one."""
    kept = {"and": 0, "phrase": 0}
    for document in sample:
        found = words(document.body)
        telling = sorted({word for word in found if share.get(word, 0) > 0.003})
        if len(telling) > 3 and kept["and"] < each:
            kept["and"] += 1
            yield Ask("and", tuple(chance.sample(telling, 3)))
        at = next((at for at in range(len(found) - 2) if share.get(found[at], 0) > 0.01), None)
        if at is not None and kept["phrase"] < each and all(word.isalpha() for word in found[at : at + 3]):
            kept["phrase"] += 1
            yield Ask("phrase", tuple(found[at : at + 3]))
