"""How good and how fast search is: the public known-item queries over the public documents.

Run with `python -m benchmarks.search_quality [--types a,b] [--misses N]`; the collections are read in place from
KENNISKRING_SHARED (default ../shared). The last line is `RESULT` and a JSON object of ratios.
"""

import argparse
import gzip
import html
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from search.backends.base import Document, Wish
from search.backends.whoosh import WhooshBackend

ROOT = Path(__file__).resolve().parent.parent

CORPUS = Path(os.environ.get("KENNISKRING_SHARED", ROOT.parent / "shared")) / "corpus"
AUDIENCE = 1
PLAIN = (
    (re.compile(r"data:[a-z/+.-]+;base64,[A-Za-z0-9+/=\s]+"), " "),
    (re.compile(r"<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)>", re.DOTALL | re.IGNORECASE), " "),
    (re.compile(r"</?[a-zA-Z][^<>]{0,2000}>"), " "),
    (re.compile(r"(!?)\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)"), r"\2"),
    (re.compile(r"[*_`~|#>]+"), " "),
)


def plain(markdown: str) -> str:
    """The words of a Markdown text, roughly."""
    for pattern, by in PLAIN:
        markdown = pattern.sub(by, markdown)
    return html.unescape(markdown)


def documents(path: Path) -> Iterator[Document]:
    """The documents of a collection, all for one audience."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield Document(
                key=f"practice:{record['id']}",
                kind="practice",
                title=record["title"],
                body=plain(record["body_markdown"]),
                audience=AUDIENCE,
                community=1,
                tags=tuple(record.get("tags") or ()),
            )


def queries(types: set[str]) -> Iterator[dict]:
    """The known-item queries, of these types only where types are given."""
    with (CORPUS / "known_item_queries_public.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if not types or record["type"] in types:
                yield record


class Tally:
    """Hits and time of one type of query."""

    def __init__(self) -> None:
        self.ranks: list[int] = []
        self.times: list[float] = []

    def figures(self) -> dict[str, float]:
        """The ratios of this type."""
        count = len(self.ranks)
        return {
            "n": count,
            "hit@1": round(sum(rank == 1 for rank in self.ranks) / count, 4),
            "hit@10": round(sum(0 < rank <= 10 for rank in self.ranks) / count, 4),
            "mrr@10": round(sum(1 / rank for rank in self.ranks if 0 < rank <= 10) / count, 4),
            "p50_ms": round(statistics.median(self.times), 1),
            "p95_ms": round(sorted(self.times)[int(count * 0.95)], 1),
        }


def rank_of(found: list[str], wanted: set[str]) -> int:
    """The place of the first wanted document, from 1; 0 where it is not there."""
    return next((place for place, name in enumerate(found, start=1) if name in wanted), 0)


def measure(backend: WhooshBackend, types: set[str], misses: int) -> dict[str, dict[str, float]]:
    """Ask all queries; print some that were missed."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for record in queries(types):
        started = time.perf_counter()
        results = backend.search(record["query"], {AUDIENCE}, Wish(limit=10, facets=(), seconds=10))
        took = (time.perf_counter() - started) * 1000
        tally, overall = tallies[record["type"]], tallies["all"]
        rank = rank_of([hit.pk for hit in results.hits], set(record["relevant_ids"]))
        for each in (tally, overall):
            each.ranks.append(rank)
            each.times.append(took)
        if rank == 0 and sum(rank == 0 for rank in tally.ranks) <= misses:
            wanted, found = record["relevant_ids"][:2], [hit.pk for hit in results.hits[:2]]
            corrections = [tuple(correction) for correction in results.corrections]
            print(f"  missed {record['type']}: {record['query']!r} ({record.get('original', '')})")
            print(f"    wanted {wanted}, found {found} of {results.total}, corrections {corrections}")
    return {name: tallies[name].figures() for name in sorted(tallies)}


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--types", default="")
    parser.add_argument("--misses", type=int, default=0)
    parser.add_argument("--index", help="keep the index here, and use it if it is there")
    options = parser.parse_args()
    if not CORPUS.is_dir():
        sys.exit(f"There is no {CORPUS}: set KENNISKRING_SHARED.")
    with tempfile.TemporaryDirectory() as folder:
        backend = WhooshBackend(options.index or folder)
        seconds = 0.0
        if not backend.health().is_ok:
            started = time.perf_counter()
            count = backend.rebuild(documents(CORPUS / "docs_nl_public.jsonl.gz"))
            seconds = time.perf_counter() - started
            print(f"{count} documents indexed in {seconds:.1f} s, {backend.status().size_bytes / 1e6:.0f} MB")
        figures = measure(backend, set(filter(None, options.types.split(","))), options.misses)
        backend.close()
    print(f"{'type':26} {'n':>5} {'hit@1':>7} {'hit@10':>7} {'mrr@10':>7} {'p50 ms':>7} {'p95 ms':>7}")
    for name, row in figures.items():
        print(f"{name:26} {row['n']:5d} {row['hit@1']:7.3f} {row['hit@10']:7.3f} {row['mrr@10']:7.3f}",
              f"{row['p50_ms']:7.1f} {row['p95_ms']:7.1f}")  # fmt: skip
    print("RESULT", json.dumps({"index_seconds": round(seconds, 1), "types": figures}))


if __name__ == "__main__":
    main()
