"""How fast search is beside other engines: six kinds of queries, with rights, counts by community and kind, snippets.

Run with `python -m benchmarks.search_speed [--documents N ...] [--engines a,b] [--queries N]`; the collections are
read in place from KENNISKRING_SHARED (default ../shared). Each engine builds its index in a process of its own, and
is asked in another, which holds nothing else: distinct queries once each (cold), once again (warm), and by eight
clients at a time. Times are milliseconds. The last line is `RESULT` and a JSON object of ratios.
"""

import argparse
import importlib.util
import json
import os
import pickle
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.search_load import CORPUS, KINDS, READABLE, Ask, documents, hostile, queries
from search.backends.base import Document

CLIENTS = 8
OURS = ("whoosh", "postgres")
HOSTILE = 50
NEW_POSTS = 5
Figures = dict[str, Any]


def percentile(times: list[float], share: float) -> float:
    """The time that this share of the queries stays under."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


# -- In the processes of the engines


def engine_of(name: str, folder: Path) -> Any:
    """The engine, in its folder; its imports are its own."""
    import django

    django.setup()
    from benchmarks.search_engines import ENGINES

    return ENGINES[name](folder)


def build(name: str, folder: Path) -> Figures:
    """Build the index of the pickled documents: seconds and bytes."""
    engine = engine_of(name, folder)
    made = pickle.loads((folder.parent / "documents.pickle").read_bytes())  # noqa: S301 - our own, of a moment ago
    started = time.perf_counter()
    engine.build(made)
    seconds = time.perf_counter() - started
    figures = {"build_seconds": round(seconds, 1), "megabytes": round(engine.size() / 1e6, 1)}
    engine.close()
    return figures


def measure(name: str, folder: Path) -> Figures:
    """Ask everything: times per kind, memory, and how soon one more document is found."""
    asked: list[Ask] = pickle.loads((folder.parent / "queries.pickle").read_bytes())  # noqa: S301 - our own
    engine = engine_of(name, folder)
    engine.open()
    figures: Figures = {"cold": _times(engine, asked), "warm": _times(engine, asked)}
    figures["many"], figures["per_second"] = _times_of_many(engine, asked)
    figures["memory_megabytes"] = None if engine.is_server else round(_resident() / 1e6)
    figures["visible_ms"] = round(statistics.median(_visible(engine, number) for number in range(NEW_POSTS)), 1)
    if name in OURS:
        figures["hostile_ms"], figures["beside_hostile"] = _times_of_hostile(engine, asked)
    engine.close()
    return figures


def _times_of_hostile(engine: Any, asked: list[Ask]) -> tuple[list[float], list[float]]:
    """How long hostile queries take, as the page asks them, and what others wait meanwhile."""
    times, others = [], []
    with ThreadPoolExecutor(1) as other:
        for text, beside in zip(hostile(HOSTILE), cycle(asked), strict=False):
            waiting = other.submit(_once, engine, beside)
            started = time.perf_counter()
            engine.backend.search(text, READABLE)
            times.append((time.perf_counter() - started) * 1000)
            others.append(waiting.result() or 0.0)
    return times, others


def _once(engine: Any, asked: Ask) -> float | None:
    started = time.perf_counter()
    found = engine.ask(asked)
    return None if found is None else (time.perf_counter() - started) * 1000


def _times(engine: Any, asked: list[Ask]) -> dict[str, list[float]]:
    times: defaultdict[str, list[float]] = defaultdict(list)
    for one in asked:
        if (took := _once(engine, one)) is not None:
            times[one.kind].append(took)
    return times


def _times_of_many(engine: Any, asked: list[Ask]) -> tuple[dict[str, list[float]], float]:
    mixed = random.Random(5).sample(asked, len(asked))
    times: defaultdict[str, list[float]] = defaultdict(list)
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        for one, took in zip(mixed, clients.map(lambda one: _once(engine, one), mixed), strict=True):
            if took is not None:
                times[one.kind].append(took)
    return times, round(sum(map(len, times.values())) / (time.perf_counter() - started), 1)


def _visible(engine: Any, number: int) -> float:
    post = Document(
        key=f"post:nieuw{number}", kind="post", title="", body=f"nieuwbericht{number}", audience=1, community=1
    )
    started = time.perf_counter()
    engine.add(post)
    took = (time.perf_counter() - started) * 1000
    if engine.ask(Ask("rare", (post.body,))) != 1:
        raise RuntimeError(f"{engine.name} does not find what was added.")
    return took


def _resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - not a file on a disk
        return int(statm.read().split()[1]) * resource.getpagesize()


# -- In the process that starts them


def skipped(name: str, server: str) -> str:
    """Why this engine cannot be measured here; "" where it can."""
    if name == "postgres" and importlib.util.find_spec("search.backends.postgres") is None:
        return "there is no such backend"
    if name in ("postgres", "dutch"):
        import psycopg

        try:
            psycopg.connect(server, connect_timeout=3).close()
        except psycopg.Error as error:
            return f"no server answers ({type(error).__name__})"
    return ""


def run(name: str, folder: Path, server: str) -> Figures:
    """Build and measure one engine, each in a process of its own; a database of its own where it needs one."""
    folder.mkdir()
    environment = {
        **os.environ,
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "KENNISKRING_DATA": str(folder),
    }
    environment.pop("DATABASE_URL", None)
    database = f"search_speed_{os.getpid()}"
    if name in ("postgres", "dutch"):
        _administer(server, f"CREATE DATABASE {database}")
        environment["DATABASE_URL"] = f"{server.rpartition('/')[0]}/{database}"
    try:
        figures: Figures = {}
        for part in ("build", "measure"):
            command = [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "benchmarks.search_speed",
                "--part",
                part,
                name,
                str(folder),
            ]
            done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
            figures |= json.loads(done.stdout.splitlines()[-1])
        return figures
    except subprocess.CalledProcessError as error:
        sys.exit(f"{name} failed:\n{error.stderr[-2000:]}")
    finally:
        if name in ("postgres", "dutch"):
            _administer(server, f"DROP DATABASE {database} WITH (FORCE)")


def _administer(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def show(name: str, count: int, figures: Figures) -> None:
    """The row of an engine: p50 / p95 per kind, cold, warm and by eight clients."""
    memory = figures["memory_megabytes"]
    print(f"\n{name}, {count:,} documents: built in {figures['build_seconds']} s, {figures['megabytes']} MB on disk,",
          f"{f'{memory} MB in memory' if memory else 'memory is the server’s'}, one post found after",
          f"{figures['visible_ms']} ms, {figures['per_second']} queries a second by {CLIENTS} clients")  # fmt: skip
    for pace, label in (("cold", "each once"), ("warm", "again"), ("many", f"{CLIENTS} clients")):
        cells = []
        for kind in KINDS:
            times = figures[pace].get(kind)
            cells.append(f"{percentile(times, 0.5):7.1f} /{percentile(times, 0.95):7.1f}" if times else f"{'–':>16}")
        print(f"  {label:10}", *cells)
    if "hostile_ms" in figures:
        print(f"  {HOSTILE} hostile queries: at most {max(figures['hostile_ms']):.0f} ms each;",
              f"others meanwhile p95 {percentile(figures['beside_hostile'], 0.95):.0f} ms")  # fmt: skip


def ratios(found: dict[tuple[str, int], Figures]) -> Figures:
    """What the goals speak of, for the largest number of documents; ratios of cold queries, and growth of ours."""
    counts = sorted({count for _name, count in found})
    most, least = counts[-1], counts[0]
    result: Figures = {"documents": most}
    cold = {name: found[name, most]["cold"] for name, count in found if count == most}
    for ours in OURS:
        if ours not in cold:
            continue
        every = [took for times in cold[ours].values() for took in times]
        mine: Figures = {"p95_ms": round(percentile(every, 0.95), 1), "visible_ms": found[ours, most]["visible_ms"]}
        if "tantivy" in cold:
            theirs = [took for times in cold["tantivy"].values() for took in times]
            mine["median_of_tantivy"] = round(statistics.median(every) / statistics.median(theirs), 2)
        for other, label in (("dutch", "p95_of_dutch"), ("fts5", "p95_of_fts5")):
            if other in cold:
                mine[label] = {
                    kind: round(percentile(cold[ours][kind], 0.95) / percentile(cold[other][kind], 0.95), 2)
                    for kind in KINDS
                    if kind in cold[other]
                }
        mine["hostile_max_ms"] = round(max(found[ours, most]["hostile_ms"]))
        if least < most:
            before = [took for times in found[ours, least]["cold"].values() for took in times]
            mine["growth_p50"] = round(statistics.median(every) / statistics.median(before), 2)
        result[ours] = mine
    return result


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--engines", default="whoosh,postgres,fts5,tantivy,dutch")
    parser.add_argument("--queries", type=int, default=20, help="of each kind")
    parser.add_argument("--part", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        part, name, folder = options.part
        print(json.dumps((build if part == "build" else measure)(name, Path(folder))))
        return
    if not CORPUS.is_dir():
        sys.exit(f"There is no {CORPUS}: set KENNISKRING_SHARED.")
    from benchmarks.search_engines import SERVER

    found: dict[tuple[str, int], Figures] = {}
    print(f"{'p50 / p95 in ms':12}", *(f"{kind:>16}" for kind in KINDS))
    for count in sorted(options.documents):
        with tempfile.TemporaryDirectory() as folder:
            made = documents(count)
            (Path(folder) / "documents.pickle").write_bytes(pickle.dumps(made))
            (Path(folder) / "queries.pickle").write_bytes(pickle.dumps(queries(made, options.queries)))
            del made
            for name in options.engines.split(","):
                if why := skipped(name, SERVER):
                    print(f"\n{name}, {count:,} documents: skipped, {why}")
                    continue
                found[name, count] = run(name, Path(folder) / name, SERVER)
                show(name, count, found[name, count])
    print("RESULT", json.dumps(ratios(found)))


if __name__ == "__main__":
    main()
