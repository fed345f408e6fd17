"""`index_status`: how the search index stands, for people and for monitoring."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import analysis, documents
from search.index import backend
from search.indexer import LONGEST_LAG, lag


class Command(BaseCommand):
    """Ends with 1 where searches are not answered, or where the index stays behind."""

    help = "Show documents, generation, lag and health of the search index; ends with 1 when something is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        """The options of the command."""
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        figures = status()
        if options["json"]:
            self.stdout.write(json.dumps(figures))
        else:
            for name, value in figures.items():
                self.stdout.write(f"{name.replace('_', ' ')}: {value}")
        if not figures["healthy"]:
            raise CommandError("The search index needs attention.")


def status() -> dict[str, Any]:
    """The figures, by name."""
    index, behind = backend().status(), lag()
    return {
        "healthy": index.health.is_ok and behind.seconds <= LONGEST_LAG,
        "health": index.health.state,
        "reason": index.health.reason,
        "documents": index.documents,
        "documents_in_database": documents.count(),
        "generation": index.generation,
        "size_bytes": index.size_bytes,
        "lag_rows": behind.rows,
        "lag_seconds": round(behind.seconds, 1),
        "failing_rows": behind.failing,
        "analysis": analysis.fingerprint(),
    }
