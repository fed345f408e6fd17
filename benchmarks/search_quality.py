"""How good search is: known items, questions and their paragraphs, and real citizens' questions.

Run with `python -m benchmarks.search_quality [--types a,b] [--misses N] [--ablate]`; the collections are read in place
from KENNISKRING_SHARED (default ../shared). Queries fall into two halves by their names: weights are chosen by the
first, and the second shows whether that holds for others. `--ablate` sets one weight after the other to where it does
nothing, and prints what that costs. The last line is `RESULT` and a JSON object of ratios.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from zlib import crc32

from benchmarks.corpus import AUDIENCE, CORPUS, documents, passages, records
from search import ranking
from search.backends.base import Document, SearchBackend, Wish
from search.backends.whoosh import WhooshBackend

TEN = Wish(limit=10, facets=(), seconds=10)
QUESTIONS = "question_paragraph"
# hit@10 per type of query: what SQLite's full text search with stems reaches, and what we want to reach.
FLOORS = {
    "title_words": 1.0, "inflected": 1.0, "typo": 0.93, "compound_part": 0.86, "phrase": 1.0, "hard_inflected": 0.68,
    "hard_typo": 0.03, "hard_compound_split": 0.16, "hard_compound_missing_s": 0.0, "hard_compound_head": 0.03,
    "hard_compound_modifier": 0.03,
}  # fmt: skip
GOALS = {
    "title_words": 0.99, "prefix": 0.99, "phrase": 0.99, "typo": 0.97, "compound_part": 0.97, "hard_inflected": 0.90,
    "hard_typo": 0.80, "hard_compound_split": 0.85, "hard_compound_missing_s": 0.90, "hard_compound_head": 0.60,
    "hard_compound_modifier": 0.60, QUESTIONS: 0.90,
}  # fmt: skip
# What each weight is set to where it does nothing; modules that hold the weights by name get the changed ones.
NEUTRAL: dict[str, dict[str, Any]] = {
    "stem": {"stem": 0.0}, "inflected": {"inflected": 0.0}, "joined": {"joined": 0.0}, "relinked": {"relinked": 0.0},
    "last_word": {"last_word": 0.0}, "compound": {"compound": 0.0}, "typo": {"typo": 0.0}, "parts": {"parts": 0.0},
    "abbreviation": {"abbreviation": 0.0}, "synonym": {"synonym": 0.0}, "in_title": {"in_title": 0.0},
    "in_title_inflected": {"in_title_inflected": 0.0}, "in_title_stem": {"in_title_stem": 0.0},
    "in_title_compound": {"in_title_compound": 0.0}, "second_form": {"second_form": 0.0}, "coverage": {"coverage": 0.0},
    "least_coverage": {"least_coverage": 0.0}, "proximity": {"proximity": 0.0}, "whole_title": {"whole_title": 0.0},
    "fields": {"fields": {"title": 1.0, "tags": 1.0, "author": 1.0, "body": 1.0}},
}  # fmt: skip


class Tally:
    """The places of what was wanted, for one type of query."""

    def __init__(self) -> None:
        self.ranks: list[tuple[bool, int]] = []  # whether it is of the first half, and the place from 1 (0: not there)

    def rate(self, most: int, *, first: bool | None = None) -> float:
        """How many were among the first `most`; of one half where `first` is given."""
        ranks = [rank for half, rank in self.ranks if first is None or half == first]
        return round(sum(0 < rank <= most for rank in ranks) / len(ranks), 4) if ranks else 0.0

    def figures(self) -> dict[str, float]:
        """The ratios of this type."""
        return {
            "n": len(self.ranks), "hit@1": self.rate(1), "hit@10": self.rate(10),
            "hit@10_first": self.rate(10, first=True), "hit@10_second": self.rate(10, first=False),
        }  # fmt: skip


def measure(
    backend: SearchBackend,
    queries: Iterable[dict[str, Any]],
    missed: Callable[[dict[str, Any], Any], None] | None = None,
) -> dict[str, Tally]:
    """Ask all queries, each with "query_id", "query", "type" and "relevant_ids"."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for record in queries:
        results = backend.search(record["query"], {AUDIENCE}, TEN)
        wanted = set(record["relevant_ids"])
        rank = next((place for place, hit in enumerate(results.hits, start=1) if hit.pk in wanted), 0)
        tallies[record["type"]].ranks.append((not crc32(record["query_id"].encode()) & 1, rank))
        if missed and not rank:
            missed(record, results)
    return dict(tallies)


def known_items(types: set[str]) -> list[dict[str, Any]]:
    """The known-item queries, of these types only where types are given."""
    found = records(CORPUS / "known_item_queries_public.jsonl")
    return [record for record in found if not types or record["type"] in types]


def questions() -> list[dict[str, Any]]:
    """The questions whose answer is one of the passages."""
    return [record | {"type": QUESTIONS} for record in records(CORPUS / "qa_queries_nl_public.jsonl")]


def log_without_hits(backend: SearchBackend) -> float:
    """The share of real citizens' questions that find nothing; raises where one of them raises."""
    asked = list(records(CORPUS / "querylog_nl_legal_bbsard.jsonl"))
    empty = sum(not backend.search(record["query"], {AUDIENCE}, TEN).total for record in asked)
    return round(empty / len(asked), 4)


@contextmanager
def weights(**changes: Any) -> Iterator[None]:
    """Rank with other weights for a while, wherever they were imported by name."""
    before = ranking.WEIGHTS
    changed = replace(before, **changes)
    holders = [module for name, module in sys.modules.items() if name.startswith("search.")]
    holders = [module for module in holders if getattr(module, "WEIGHTS", None) is before]
    try:
        for module in holders:
            module.WEIGHTS = changed  # type: ignore[attr-defined]
        yield
    finally:
        for module in holders:
            module.WEIGHTS = before  # type: ignore[attr-defined]


def ablate(backend: SearchBackend, asked: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Per weight what hit@10 of each type loses without it, in points; types that lose nothing are left out."""
    usual = {name: tally.rate(10) for name, tally in measure(backend, asked).items()}
    found = {}
    for name, changes in NEUTRAL.items():
        with weights(**changes):
            without = {kind: tally.rate(10) for kind, tally in measure(backend, asked).items()}
        losses = {kind: round(100 * (without[kind] - usual[kind]), 1) for kind in usual}
        found[name] = {kind: loss for kind, loss in losses.items() if loss}
        print(f"{name:20} {', '.join(f'{kind} {loss:+.1f}' for kind, loss in found[name].items()) or 'nothing'}")
    return found


def built(folder: Path, found: Iterable[Document]) -> SearchBackend:
    """An index of these documents, kept where it is there already."""
    backend = WhooshBackend(folder)
    if not backend.health().is_ok:
        backend.rebuild(found)
    return backend


def show(tallies: dict[str, Tally]) -> dict[str, dict[str, float]]:
    """Print the table beside floors and goals; gives its figures."""
    print(f"{'type':26} {'n':>5} {'hit@1':>6} {'hit@10':>6} {'1st half':>8} {'2nd half':>8} {'floor':>6} {'goal':>6}")
    rows = {}
    for name, tally in sorted(tallies.items()):
        row = rows[name] = tally.figures()
        floor, goal = FLOORS.get(name), GOALS.get(name)
        sign = "" if row["hit@10"] >= max(floor or 0, goal or 0) else " *"
        print(f"{name:26} {row['n']:5d} {row['hit@1']:6.3f} {row['hit@10']:6.3f} {row['hit@10_first']:8.3f}",
              f"{row['hit@10_second']:8.3f}", *(f"{ratio:6.2f}" if ratio is not None else f"{'':6}"
              for ratio in (floor, goal)), sign)  # fmt: skip
    print("* below the floor or the goal")
    return rows


def missing(most: int) -> Callable[[dict[str, Any], Any], None]:
    """Prints what was missed, at most so many of a type."""
    seen: defaultdict[str, int] = defaultdict(int)

    def tell(record: dict[str, Any], results: Any) -> None:
        seen[record["type"]] += 1
        if seen[record["type"]] <= most:
            print(f"  missed {record['type']}: {record['query']!r} ({record.get('original', '')})")
            print(f"    wanted {record['relevant_ids'][:2]}, found {[hit.pk for hit in results.hits[:2]]}")

    return tell


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--types", default="")
    parser.add_argument("--misses", type=int, default=0)
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--index", type=Path, help="keep the indexes here, and use them if they are there")
    options = parser.parse_args()
    if not CORPUS.is_dir():
        sys.exit(f"There is no {CORPUS}: set KENNISKRING_SHARED.")
    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        root = options.index or Path(folder)
        backend = built(root / "documents", documents(CORPUS / "docs_nl_public.jsonl.gz"))
        asked = known_items(set(filter(None, options.types.split(","))))
        if options.ablate:
            print("RESULT", json.dumps({"ablation": ablate(backend, asked)}))
            return
        tallies = measure(backend, asked, missing(options.misses))
        paragraphs = built(root / "passages", passages())
        tallies |= measure(paragraphs, questions(), missing(options.misses))
        figures = show(tallies)
        empty = log_without_hits(backend)
    print(f"citizens' questions that find nothing: {empty:.3f}; none raised")
    seconds = round(time.process_time() - started)
    print("RESULT", json.dumps({"types": figures, "log_without_hits": empty, "cpu_seconds": seconds}))


if __name__ == "__main__":
    main()
