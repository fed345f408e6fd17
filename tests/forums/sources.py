"""Sources for imports: records, files of them, and a run of a command."""

import gzip
import io
import json
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

SHARED = Path(os.environ.get("KENNISKRING_SHARED", Path(__file__).parents[2].parent / "shared"))


def corpus(name):
    path = SHARED / "corpus" / name
    if not path.exists():
        pytest.skip(f"{name} is not there: set KENNISKRING_SHARED to read the corpus in place.")
    return path


def record(number=1, **fields):
    return {
        "id": f"bron-{number}",
        "title": f"Handreiking {number}",
        "body_markdown": "# Kop\n\nEen tekst over de wijkagent en het zorgoverleg in de wijk.",
        "source": "overheid",
        "licence": "CC0",
        "url": "https://example.org/1",
        "lang": "nl",
        "collection": "handreikingen",
        "tags": ["zorg_en_veiligheid"],
        **fields,
    }


def conversation(number=1, **fields):
    return {
        "thread_id": f"gesprek-{number}",
        "title": f"Gesprek {number}",
        "posts": [
            {
                "author": "lid-1",
                "created": "2024-10-24T09:00:00Z",
                "label": "Vraag 1",
                "body": "Hoe *doen* jullie dat?",
            },
            {"author": "lid-2", "created": "2024-10-25T09:00:00Z", "role": "deskundige", "body": "Zo."},
        ],
        **fields,
    }


def write_lines(path, *records):
    """A JSON Lines file of these records, packed where its name says so; texts and bytes go in as they are."""
    rows = [row if isinstance(row, bytes | str) else json.dumps(row) for row in records]
    content = b"".join((row if isinstance(row, bytes) else row.encode()) + b"\n" for row in rows)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def run(command, path, community="ciso", **options):
    """Standard output, standard error and the exit code of an import."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(command, str(path), community=community, stdout=out, stderr=err, **options)
    except CommandError as error:
        return out.getvalue(), err.getvalue() + str(error), error.returncode
    return out.getvalue(), err.getvalue(), 0
