"""The tables of an index in PostgreSQL: made beside those that are searched, and dropped when nobody can need them.

search_index_N_document   a row per document ever seen, found by number: facts for ranking and filters, its texts
search_index_N_posting    where terms stand (terms.py), ordered by term, audience and block: a reader's search reads
                          the rows of the reader's audiences, and no others
search_index_N_value      the values that documents count under (facts.py)
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, LiteralString

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.pq import Format

from search.analysis import fingerprint
from search.models import SearchIndex

TABLES_VERSION = 1
PREFIX = "search_index_"
KINDS = ("document", "posting", "value")

_CREATE = """
CREATE TABLE {document} (
    number integer NOT NULL, key text NOT NULL, alive boolean NOT NULL, audience bigint NOT NULL, slot integer NOT NULL,
    changed bigint NOT NULL, facts bytea NOT NULL, title text NOT NULL, tags text NOT NULL, author text NOT NULL,
    body text NOT NULL
);
CREATE TABLE {value} (code integer PRIMARY KEY, name text NOT NULL, packed text NOT NULL);
CREATE TABLE {posting} (
    term text COLLATE "C" NOT NULL, audience bigint NOT NULL, block integer NOT NULL, documents integer NOT NULL,
    entries bytea NOT NULL, places bytea NOT NULL
) WITH (fillfactor = 85);
ALTER TABLE {posting} ALTER entries SET STORAGE EXTERNAL, ALTER places SET STORAGE EXTERNAL;
CREATE TEMPORARY TABLE building_posting (LIKE {posting}) ON COMMIT DROP;
"""
# The rows of a term come to stand side by side, so that reading them takes few pages.
_GATHER = """
INSERT INTO {posting}
SELECT term, audience, block, sum(documents), string_agg(entries, ''::bytea), string_agg(places, ''::bytea)
FROM building_posting GROUP BY term, audience, block ORDER BY term, audience, block;
DROP TABLE building_posting;
"""
# After the rows are in: that is many times faster.
_FINISH = """
ALTER TABLE {document} ADD PRIMARY KEY (number), ADD UNIQUE (key);
CREATE INDEX ON {document} (changed);
CREATE INDEX ON {value} (md5(packed));
CREATE INDEX ON {document} (audience, slot);
ALTER TABLE {posting} ADD PRIMARY KEY (term, audience, block);
CREATE INDEX ON {posting} (reverse(term), audience) WHERE left(term, 1) <> '=';
ANALYZE {document};
ANALYZE {posting};
ANALYZE {value};
"""


def signature() -> str:
    """Names tables and analysis; an index with another signature is outdated."""
    return f"{TABLES_VERSION}-{fingerprint()}"


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one index; `sql` writes their names where {document}, {posting} and {value} stand."""

    index: int

    def sql(self, statement: LiteralString) -> sql.Composed:
        """A statement about these tables. What people typed never comes here, only into parameters."""
        return _composed(self.index, statement)

    def create(self) -> None:
        """Make them, without the means to look things up, and a place where postings are gathered."""
        run(self.sql(_CREATE))

    def finish(self) -> None:
        """Put the gathered postings in order, and make the tables searchable."""
        run(self.sql(_GATHER))
        run(self.sql(_FINISH))


@lru_cache(maxsize=256)
def _composed(index: int, statement: LiteralString) -> sql.Composed:
    return sql.SQL(statement).format(**{kind: sql.Identifier(f"{PREFIX}{index}_{kind}") for kind in KINDS})


def cursor() -> psycopg.Cursor[Any]:
    """A cursor of this thread's connection that reads binary, which is a fraction of the work for packed columns.

    Past Django's own, so that the words that people search for are in no log of queries.
    """
    connection.ensure_connection()
    made: psycopg.Cursor[Any] = psycopg.Cursor(connection.connection)
    made.format = Format.BINARY
    return made


def execute(statement: sql.Composed | LiteralString, parameters: dict[str, Any] | None = None) -> list[Any]:
    """Run a statement; the rows that it gives. Raises Django's database errors."""
    with connection.wrap_database_errors, cursor() as made:
        made.execute(statement, parameters)
        return made.fetchall() if made.description else []


def run(statements: sql.Composed | bytes) -> None:
    """Run several statements of our own making, without parameters, in one go."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as made:
        made.execute(statements)


def current(name: str) -> SearchIndex | None:
    """The index of this name that is searched."""
    columns = "id, signature, generation"
    rows = execute(
        f"SELECT {columns} FROM search_searchindex WHERE name = %(name)s AND is_current",  # noqa: S608 - no input
        {"name": name},
    )
    if not rows:
        return None
    pk, made_by, generation = rows[0]
    return SearchIndex(pk=pk, name=name, signature=made_by, generation=generation, is_current=True)


def next_generation() -> int:
    """A number that no generation of any index had, also where its transaction is rolled back."""
    return int(execute("SELECT nextval(pg_get_serial_sequence('search_searchindex', 'id'))")[0][0])


def drop_leftovers() -> None:
    """Drop the tables of indexes that are no more."""
    names = execute("SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relname ~ '^search_index_[0-9]+_'")
    known = set(SearchIndex.objects.values_list("pk", flat=True))
    for (name,) in names:
        if int(name.removeprefix(PREFIX).partition("_")[0]) not in known:
            execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))


def documents(index: int) -> int:
    """How many documents an index holds."""
    return int(execute(Tables(index).sql("SELECT count(*) FROM {document} WHERE alive"))[0][0])


def size(index: int) -> int:
    """The bytes that an index takes."""
    names = [f"{PREFIX}{index}_{kind}" for kind in KINDS]
    rows = execute(
        "SELECT sum(pg_total_relation_size(to_regclass(name)))::bigint FROM unnest(%(names)s::text[]) AS name",
        {"names": names},
    )
    return int(rows[0][0] or 0)
