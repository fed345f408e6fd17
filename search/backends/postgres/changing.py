"""Changing an index: what goes out leaves nothing behind, and what comes in is appended to the rows of its block."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, LiteralString

from search.backends.base import Document
from search.backends.postgres import facts
from search.backends.postgres.tables import Tables, cursor, execute
from search.backends.postgres.terms import BLOCK, Key, Row, Rows, Stand, Texts, add_to, terms_of, texts_of, without
from search.backends.postgres.values import Values

_BEFORE: LiteralString = """
SELECT number, key, alive, audience, slot, title, tags, author, body FROM {document} WHERE key = ANY(%(keys)s::text[])
"""
_BEFORE_COLUMNS = ("number", "key", "alive", "audience", "slot", "title", "tags", "author", "body")
_SLOTS: LiteralString = """
SELECT audience, (SELECT coalesce(max(slot), -1) + 1 FROM {document} AS other WHERE other.audience = one.audience)
FROM unnest(%(audiences)s::bigint[]) AS one (audience)
"""
_PUT_DOCUMENT: LiteralString = """
INSERT INTO {document} (number, key, alive, audience, slot, changed, facts, title, tags, author, body)
VALUES (%s::int, %s, %s, %s::bigint, %s::int, %s::bigint, %s::bytea, %s, %s, %s, %s)
ON CONFLICT (number) DO UPDATE SET alive = EXCLUDED.alive, audience = EXCLUDED.audience, slot = EXCLUDED.slot,
    changed = EXCLUDED.changed, facts = EXCLUDED.facts, title = EXCLUDED.title, tags = EXCLUDED.tags,
    author = EXCLUDED.author, body = EXCLUDED.body
"""
_APPEND: LiteralString = """
INSERT INTO {posting} AS old (term, audience, block, documents, entries, places)
SELECT * FROM unnest(%(terms)s::text[], %(audiences)s::bigint[], %(blocks)s::int[], %(documents)s::int[],
    %(entries)s::bytea[], %(places)s::bytea[])
ON CONFLICT (term, audience, block) DO UPDATE SET documents = old.documents + EXCLUDED.documents,
    entries = old.entries || EXCLUDED.entries, places = old.places || EXCLUDED.places
"""
_REPLACE: LiteralString = """
UPDATE {posting} AS old SET documents = new.documents, entries = new.entries, places = new.places
FROM unnest(%(terms)s::text[], %(audiences)s::bigint[], %(blocks)s::int[], %(documents)s::int[],
    %(entries)s::bytea[], %(places)s::bytea[]) AS new (term, audience, block, documents, entries, places)
WHERE old.term = new.term AND old.audience = new.audience AND old.block = new.block
"""
_READ: LiteralString = """
SELECT term, audience, block, entries, places FROM {posting}
JOIN unnest(%(terms)s::text[], %(audiences)s::bigint[], %(blocks)s::int[]) AS wanted (term, audience, block)
    USING (term, audience, block)
"""
_DELETE: LiteralString = """
DELETE FROM {posting} AS old
USING unnest(%(terms)s::text[], %(audiences)s::bigint[], %(blocks)s::int[]) AS gone (term, audience, block)
WHERE old.term = gone.term AND old.audience = gone.audience AND old.block = gone.block
"""


def change(tables: Tables, generation: int, latest: dict[str, Document], gone: set[str]) -> None:
    """Replace, add and remove, as part of the caller's transaction. No key is in both."""
    before = _before(tables, [*latest, *gone])
    removed = [row for row in before.values() if row["alive"]]
    _take_out(tables, removed)
    documents = list(latest.values())
    stands = _stands(tables, documents, before)
    rows: Rows = defaultdict(Row)
    put = []
    codes = Values(tables).codes_of(documents)
    for document, stand, slot, of in zip(documents, *stands, codes, strict=True):
        texts = texts_of(document)
        terms, lengths = terms_of(texts)
        add_to(rows, terms, stand)
        record = facts.record_of(document, stand.number, of, lengths)
        put.append((stand.number, document.key, True, document.audience, slot, generation, record, *texts))
    for row in removed:
        if row["key"] in gone:
            number = row["number"]
            put.append((number, row["key"], False, -1, -1, generation, facts.gone_record(number), "", "", "", ""))
    with cursor() as made:
        made.executemany(tables.sql(_PUT_DOCUMENT), put)
    if rows:
        execute(tables.sql(_APPEND), _columns(rows))


def _before(tables: Tables, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What the index holds of these keys, gone ones included."""
    rows = execute(tables.sql(_BEFORE), {"keys": list(keys)})
    return {row[1]: dict(zip(_BEFORE_COLUMNS, row, strict=True)) for row in rows}


def _take_out(tables: Tables, removed: Sequence[dict[str, Any]]) -> None:
    """Take the postings of these documents out: nothing of them stays, so that counts are exact and words are gone."""
    numbers: defaultdict[Key, set[int]] = defaultdict(set)
    for row in removed:
        terms, _lengths = terms_of(Texts(row["title"], row["tags"], row["author"], row["body"]))
        for term in terms:
            numbers[Key(term, row["audience"], row["slot"] // BLOCK)].add(row["number"])
    if not numbers:
        return
    kept: dict[Key, Row] = {}
    for term, audience, block, entries, places in execute(tables.sql(_READ), _names(numbers)):
        key = Key(term, audience, block)
        kept[key] = without(entries, places, numbers[key])
    empty = [key for key, row in kept.items() if not row.entries]
    for key in empty:
        del kept[key]
    if kept:
        execute(tables.sql(_REPLACE), _columns(kept))
    if empty:
        execute(tables.sql(_DELETE), _names(empty))


def _stands(
    tables: Tables, documents: Sequence[Document], before: dict[str, dict[str, Any]]
) -> tuple[list[Stand], list[int]]:
    """Where each document stands, and its place in its audience: where it was, else after all others."""
    next_number = execute(tables.sql("SELECT coalesce(max(number), 0) + 1 FROM {document}"))[0][0]
    audiences = sorted({document.audience for document in documents})
    slots = dict(execute(tables.sql(_SLOTS), {"audiences": audiences}))
    stands, places = [], []
    for document in documents:
        known = before.get(document.key)
        if known and known["audience"] == document.audience:
            slot = known["slot"]
        else:
            slot = slots[document.audience]
            slots[document.audience] += 1
        if known:
            number = known["number"]
        else:
            number = next_number
            next_number += 1
        stands.append(Stand(number, document.audience, slot // BLOCK))
        places.append(slot)
    return stands, places


def _names(keys: Iterable[Key]) -> dict[str, Any]:
    terms, audiences, blocks = zip(*keys, strict=True)
    return {"terms": list(terms), "audiences": list(audiences), "blocks": list(blocks)}


def _columns(rows: dict[Key, Row]) -> dict[str, Any]:
    held = list(rows.values())
    return _names(rows) | {
        "documents": [row.documents for row in held],
        "entries": [bytes(row.entries) for row in held],
        "places": [bytes(row.places) for row in held],
    }
