"""How good and how fast search is by the way that a site goes: import, outbox, index, command and page.

Run with `python -m benchmarks.known_items`: it makes a site of its own in a temporary folder, imports the public
documents (KENNISKRING_SHARED, default ../shared), lets the indexer follow, answers the known-item queries with the
`search` command, and asks the page for some of them. The last line is `RESULT` and a JSON object.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPUS = Path(os.environ.get("KENNISKRING_SHARED", ROOT.parent / "shared")) / "corpus"
READER = "anna@demo.kenniskring.example"
PAGES = 300


def manage(*args: str) -> float:
    """Run a command of the site; the seconds that it took."""
    started = time.monotonic()
    command = [sys.executable, str(ROOT / "manage.py"), *args]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    return time.monotonic() - started


def hits(queries: list[dict], answers: Path) -> dict[str, float]:
    """hit@10 by type of query."""
    found = {run["query_id"]: run["ids"][:10] for run in map(json.loads, answers.read_text().splitlines())}
    by_type: dict[str, list[bool]] = defaultdict(list)
    for query in queries:
        by_type[query["type"]].append(not set(query["relevant_ids"]).isdisjoint(found.get(query["query_id"], ())))
    return {name: round(sum(hit) / len(hit), 3) for name, hit in sorted(by_type.items())}


def page_times(queries: list[dict]) -> dict[str, float]:
    """Milliseconds that the page takes for some of the queries, as the reader, in one process that is warm."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from community.models import User
    from search import pace

    settings.ALLOWED_HOSTS.append("testserver")
    pace.SEARCHES_A_MINUTE = 10**9
    client = Client()
    client.force_login(User.objects.get(email=READER), "allauth.account.auth_backends.AuthenticationBackend")
    times = []
    for query in random.Random(1).sample(queries, PAGES):
        started = time.perf_counter()
        response = client.get("/search/", {"q": query["query"]})
        times.append((time.perf_counter() - started) * 1000)
        if response.status_code != 200:
            raise SystemExit(f"The page answered {response.status_code}.")
    times = sorted(times[20:])  # the first ones open the index
    return {"p50_ms": round(statistics.median(times), 1), "p95_ms": round(times[int(len(times) * 0.95)], 1)}


def main() -> None:
    """Import, index, ask, and print the figures."""
    known = CORPUS / "known_item_queries_public.jsonl"
    queries = [json.loads(line) for line in known.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory(prefix="kenniskring-bench-") as folder:
        os.environ.update(KENNISKRING_DATA=folder, DEBUG="1", DJANGO_SETTINGS_MODULE="config.settings")
        os.environ.pop("DATABASE_URL", None)
        manage("migrate", "--verbosity=0")
        manage("demo")
        manage("worker", "--once")
        documents = CORPUS / "docs_nl_public.jsonl.gz"
        seconds = {
            "import": manage("import_practices", str(documents), "--community=zorg-en-veiligheid", "--label=TLP:GREEN"),
            "index": manage("worker", "--once"),
            "rebuild": manage("rebuild_index"),
        }
        answers = Path(folder) / "answers.jsonl"
        seconds["queries"] = manage("search", f"--as={READER}", f"--queries={known}", f"--out={answers}", "--limit=10")
        figures = {
            "hit_at_10": hits(queries, answers),
            "seconds": {name: round(taken, 1) for name, taken in seconds.items()},
            "page": page_times(queries),
        }
    for name, value in figures["hit_at_10"].items():
        print(f"{name:24} {value:.3f}")
    print("RESULT", json.dumps(figures))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
