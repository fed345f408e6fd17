"""`search`: what a person finds, for one query or for a file of them."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from community import access
from community.models import User
from forums.models import Practice
from search.backends.base import FACETS, IndexUnavailableError, Segment, Wish
from search.documents import KINDS
from search.filtering import asked_of
from search.finding import Found, find
from search.index import backend
from search.known import Known

SECONDS = 10.0  # per query of a file, where a complete answer is worth more than a quick one
MOST = 200


class Command(BaseCommand):
    """The same results, for the same query language and under the same rights, as on the page."""

    help = "Search as somebody: one query, or with --queries a file of JSON Lines with query_id and query."

    def add_arguments(self, parser: CommandParser) -> None:
        """The options of the command."""
        parser.add_argument("query", nargs="?", help="what to look for, in the language of the search page")
        parser.add_argument("--as", dest="email", required=True, metavar="EMAIL", help="whose rights count")
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.add_argument("--limit", type=int, default=20, help="results per query, 1 to 200 (default 20)")
        parser.add_argument("--queries", type=Path, metavar="FILE", help="JSON Lines with query_id and query")
        parser.add_argument("--out", type=Path, metavar="FILE", help="where the answers to --queries go")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        if (options["query"] is None) == (options["queries"] is None):
            raise CommandError("Give a query, or --queries FILE, and not both.")
        if options["out"] and not options["queries"]:
            raise CommandError("--out goes with --queries.")
        if not 1 <= options["limit"] <= MOST:
            raise CommandError(f"--limit is from 1 to {MOST}.")
        person = _find_person(options["email"])
        try:
            if options["queries"]:
                self._answer_file(person, options["queries"], options["out"], options["limit"])
            else:
                self._answer(person, options["query"], options["limit"], as_json=options["json"])
        except IndexUnavailableError as error:
            raise CommandError(f"{error} Run rebuild_index, or start the worker.") from error

    def _answer(self, person: User, query: str, limit: int, *, as_json: bool) -> None:
        with translation.override("en"):
            asked = asked_of(person, {"q": query})
        for problem in asked.errors:
            self.stderr.write(f"{problem.piece}: {problem.message}")
        answer = find(person, asked.query, asked.filters, limit=limit, order=asked.order)
        if as_json:
            results = answer.results
            facets = {name: {one.value: one.count for one in counts} for name, counts in results.facets.items()}
            shown = {
                "query": query,
                "total": results.total,
                "is_partial": results.is_partial,
                "errors": [{"piece": one.piece, "message": one.message} for one in asked.errors],
                "facets": {name: facets.get(name, {}) for name in FACETS},
                "results": [_as_json(one) for one in answer.found],
            }
            self.stdout.write(json.dumps(shown, ensure_ascii=False))
            return
        self.stdout.write(f"{answer.results.total} found")
        for number, one in enumerate(answer.found, start=1):
            row = one.row
            self.stdout.write(f"{number:3}. [{row.label}] {row.name}  ({row.kind}:{row.pk}, {row.url})")
            self.stdout.write(f"     {_text(one.snippet)}")

    def _answer_file(self, person: User, queries: Path, out: Path | None, limit: int) -> None:
        with translation.override("en"), ExitStack() as files:
            try:
                lines = files.enter_context(queries.open(encoding="utf-8"))
                to = files.enter_context(out.open("w", encoding="utf-8")) if out else cast(TextIO, self.stdout)
            except OSError as error:
                raise CommandError(f"{error.filename}: {error.strerror}") from error
            names, known = _names(person), Known(person)
            audiences = access.audiences_of(person)
            count = 0
            for query_id, query in _queries(lines, queries):
                asked = asked_of(person, {"q": query}, known)
                for problem in asked.errors:
                    self.stderr.write(f"{query_id}: {problem.piece}: {problem.message}")
                wish = Wish(filters=asked.filters, limit=limit, order=asked.order, facets=(), seconds=SECONDS)
                results = backend().search(asked.query, audiences, wish)
                ids = [names[hit.key] for hit in results.hits if hit.key in names]
                to.write(json.dumps({"query_id": query_id, "ids": ids}, ensure_ascii=False) + "\n")
                count += 1
        if out:
            self.stderr.write(f"{count} queries answered in {out}")


def _find_person(email: str) -> User:
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist as error:
        raise CommandError(f"There is no account {email}.") from error


def _names(person: User) -> dict[str, str]:
    """All that this person may see now, by key: the source's id of imported practices, else the key itself."""
    names = {}
    for name, kind in KINDS.items():
        for pk in access.visible_to(person, kind.rows()).values_list("pk", flat=True).iterator():
            names[f"{name}:{pk}"] = f"{name}:{pk}"
    imported = Practice.objects.filter(source_id__isnull=False).values_list("pk", "source_id")
    for pk, source_id in imported.iterator():
        if source_id and f"practice:{pk}" in names:
            names[f"practice:{pk}"] = source_id
    return names


def _queries(lines: TextIO, path: Path) -> Iterator[tuple[Any, str]]:
    """Identifier and text of each line. Raises CommandError with the line's number."""
    number = 0
    try:
        while line := lines.readline():
            number += 1
            if line.strip():
                yield _read_query(line)
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path}: line {max(number, 1)} is no JSON object with query_id and query.") from error


def _read_query(line: str) -> tuple[Any, str]:
    record = json.loads(line)
    if not isinstance(record["query"], str):
        raise TypeError
    return record["query_id"], record["query"]


def _text(segments: tuple[Segment, ...]) -> str:
    return "".join(segment.text for segment in segments)


def _as_json(one: Found) -> dict[str, Any]:
    row = one.row
    return {
        "key": f"{row.kind}:{row.pk}",
        "kind": row.kind,
        "title": row.name,
        "url": row.url,
        "label": row.label,
        "community": one.community.slug if one.community else None,
        "author": row.author,
        "written_at": row.written_at.isoformat(),
        "score": round(one.score, 4),
        "snippet": _text(one.snippet),
        "page": one.page,
    }
