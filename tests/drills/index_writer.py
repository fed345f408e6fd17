"""Writes batches into an index until it is killed: `python -m tests.drills.index_writer FOLDER FIRST`.

Batch n is a note of its own, and a new form of the note that all batches change. After each commit it writes n.
"""

import itertools
import sys

import django
from django.conf import settings

from search.backends.base import Document
from search.backends.whoosh import WhooshBackend


def note(key: str, text: str) -> Document:
    """A chat line for everybody."""
    return Document(key=f"message:{key}", kind="message", title="", body=text, audience=1, community=1)


def main() -> None:
    """Write until the end."""
    settings.configure(USE_TZ=True, TIME_ZONE="Europe/Amsterdam")
    django.setup()
    backend = WhooshBackend(sys.argv[1])
    for number in itertools.count(int(sys.argv[2])):
        backend.apply([note(str(number), f"regel nummer{number}"), note("laatste", f"stand{number}")])
        if number % 7 == 0:
            backend.settle()
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
