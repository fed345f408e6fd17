"""The engines that search is measured beside: each with the reader's rights, counts by community and kind, snippets.

Ours analyses Dutch itself. SQLite and tantivy are given the same stems, ready made; PostgreSQL uses its own `dutch`.
"""

import os
import re
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.search_load import READABLE, Ask
from search.analysis import stem, words
from search.backends.base import Document, Wish
from search.backends.whoosh import WhooshBackend

PAGE = 20
FACETS = ("kind", "community")
SERVER = (
    os.environ.get("CI_DATABASE_URL") or os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
)


def stems(text: str) -> str:
    """A text as its stems."""
    return " ".join(stem(word) for word in words(text))


class Engine(ABC):
    """Builds an index in a folder, is opened in another process, and asked by several threads."""

    name = ""
    is_server = False  # another process holds the memory

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def build(self, documents: Sequence[Document]) -> None:
        """Make the index of these documents."""

    @abstractmethod
    def open(self) -> None:
        """Get ready to be asked."""

    @abstractmethod
    def ask(self, asked: Ask) -> int | None:
        """Answer: first page with snippets, total and counts. The total; None for what this engine cannot do."""

    @abstractmethod
    def add(self, document: Document) -> None:
        """Put one more document in, and return when it can be found."""

    def size(self) -> int:
        """Bytes on disk."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def close(self) -> None:  # noqa: B027 - most have nothing to let go of
        """Let go of everything."""


class Whoosh(Engine):
    """Ours, on the Whoosh backend."""

    name = "ours on Whoosh"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.backend: Any = WhooshBackend(folder)

    def build(self, documents: Sequence[Document]) -> None:
        self.backend.rebuild(documents)

    def open(self) -> None:
        self.backend.search("openen", READABLE)

    def ask(self, asked: Ask) -> int | None:
        results = self.backend.search(asked.text, READABLE, Wish(limit=PAGE, facets=FACETS, seconds=10))
        return int(results.total)

    def add(self, document: Document) -> None:
        self.backend.index([document])
        self.ask(Ask("rare", (document.body,)))

    def close(self) -> None:
        self.backend.close()


class Postgres(Whoosh):
    """Ours, on the PostgreSQL backend: in a database of its own, which goes away again."""

    name = "ours on PostgreSQL"
    is_server = True

    def __init__(self, folder: Path) -> None:
        from django.core.management import call_command

        from search.index import open_backend  # there since the second backend is

        self.folder = folder
        call_command("migrate", verbosity=0)
        self.backend = open_backend("postgres", "benchmark")

    def size(self) -> int:
        return int(self.backend.status().size_bytes)


class Fts5(Engine):
    """SQLite's full-text search over stems."""

    name = "SQLite FTS5"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            self._local.connection = sqlite3.connect(self.folder / "index.sqlite3", isolation_level=None)
            self._local.connection.execute("PRAGMA journal_mode=WAL")
        return self._local.connection

    def build(self, documents: Sequence[Document]) -> None:
        connection = self._connection()
        connection.executescript(
            "CREATE TABLE document (id INTEGER PRIMARY KEY, audience INTEGER, kind TEXT, community INTEGER);"
            "CREATE VIRTUAL TABLE found USING fts5 (title, body, tokenize = 'unicode61');"
        )
        connection.execute("BEGIN")
        for document in documents:
            self._insert(document)
        connection.execute("COMMIT")

    def _insert(self, document: Document) -> None:
        row = (document.audience, document.kind, document.community)
        number = self._connection().execute("INSERT INTO document VALUES (NULL, ?, ?, ?)", row).lastrowid
        texts = (number, stems(document.title), stems(document.body))
        self._connection().execute("INSERT INTO found (rowid, title, body) VALUES (?, ?, ?)", texts)

    def open(self) -> None:
        self._connection()

    def ask(self, asked: Ask) -> int | None:
        if asked.kind == "fuzzy":
            return None
        joined = stems(" ".join(asked.words))
        match = {"phrase": f'"{joined}"', "prefix": f"{asked.words[0]}*"}.get(asked.kind, joined)
        readable = ",".join(map(str, sorted(READABLE)))
        rows = f"FROM found JOIN document ON document.id = found.rowid WHERE found MATCH ? AND audience IN ({readable})"
        connection = self._connection()
        snippet = "snippet(found, 1, '<b>', '</b>', '…', 32)"
        best = f"SELECT id, {snippet} {rows} ORDER BY bm25(found, 4.0, 1.0) LIMIT {PAGE}"
        connection.execute(best, (match,)).fetchall()
        counts = connection.execute(f"SELECT kind, community, count(*) {rows} GROUP BY kind, community", (match,))
        return sum(count for _kind, _community, count in counts)

    def add(self, document: Document) -> None:
        self._insert(document)
        self.ask(Ask("rare", (document.body,)))


class Tantivy(Engine):
    """The engine in Rust, over stems."""

    name = "tantivy"

    def _index(self) -> Any:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("audience", indexed=True)
        for name in FACETS:
            builder.add_text_field(name, fast=True, tokenizer_name="raw")
        for name in ("title", "body"):
            builder.add_text_field(name, stored=True, tokenizer_name="whitespace")
        self.schema = builder.build()
        return tantivy.Index(self.schema, path=str(self.folder))

    def _add(self, writer: Any, document: Document) -> None:
        import tantivy

        made = tantivy.Document()
        made.add_integer("audience", document.audience)
        made.add_text("kind", document.kind)
        made.add_text("community", str(document.community))
        made.add_text("title", stems(document.title))
        made.add_text("body", stems(document.body))
        writer.add_document(made)

    def build(self, documents: Sequence[Document]) -> None:
        writer = self._index().writer(200_000_000, num_threads=1)
        for document in documents:
            self._add(writer, document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        self.index = self._index()
        self.writer: Any = None

    def ask(self, asked: Ask) -> int | None:
        import tantivy

        query, must = tantivy.Query, tantivy.Occur.Must
        wanted = self._query(asked)
        rights = query.const_score_query(query.term_set_query(self.schema, "audience", sorted(READABLE)), 0.0)
        searcher = self.index.searcher()
        both = query.boolean_query([(must, wanted), (must, rights)])
        found = searcher.search(both, PAGE)
        searcher.aggregate(both, {name: {"terms": {"field": name, "size": 60}} for name in FACETS})
        snippets = tantivy.SnippetGenerator.create(searcher, wanted, self.schema, "body")
        snippets.set_max_num_chars(240)
        for _score, address in found.hits:
            snippets.snippet_from_doc(searcher.doc(address)).to_html()
        return int(found.count)

    def _query(self, asked: Ask) -> Any:
        import tantivy

        query, schema = tantivy.Query, self.schema
        terms = stems(" ".join(asked.words)).split()

        def in_field(name: str) -> Any:
            if asked.kind == "phrase":
                return query.phrase_query(schema, name, terms)
            if asked.kind == "prefix":
                return query.regex_query(schema, name, re.escape(asked.words[0]) + ".*")
            if asked.kind == "fuzzy":
                return query.fuzzy_term_query(schema, name, terms[0], distance=1)
            each = [(tantivy.Occur.Must, query.term_query(schema, name, term)) for term in terms]
            return query.boolean_query(each)

        return query.disjunction_max_query([query.boost_query(in_field("title"), 4.0), in_field("body")])

    def add(self, document: Document) -> None:
        self.writer = self.writer or self.index.writer(50_000_000, num_threads=1)
        self._add(self.writer, document)
        self.writer.commit()
        self.index.reload()
        self.ask(Ask("rare", (document.body,)))


class Dutch(Engine):
    """PostgreSQL's own search with its `dutch` configuration, as its manual shows it."""

    name = "PostgreSQL dutch"
    is_server = True
    vector = "setweight(to_tsvector('dutch', title), 'A') || to_tsvector('dutch', body)"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._local = threading.local()

    def _connection(self) -> Any:
        import psycopg

        if not hasattr(self._local, "connection"):
            self._local.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
        return self._local.connection

    def build(self, documents: Sequence[Document]) -> None:
        connection = self._connection()
        connection.execute(
            "CREATE EXTENSION IF NOT EXISTS pg_trgm;"
            "CREATE TABLE found (id serial PRIMARY KEY, audience int, kind text, community int, title text, body text,"
            f" vector tsvector GENERATED ALWAYS AS ({self.vector}) STORED)"
        )
        with connection.cursor().copy("COPY found (audience, kind, community, title, body) FROM STDIN") as copy:
            for one in documents:
                copy.write_row([one.audience, one.kind, one.community, one.title, one.body])
        connection.execute(
            "CREATE INDEX ON found USING gin (vector); CREATE INDEX ON found (audience);"
            "CREATE TABLE word AS SELECT word FROM ts_stat('SELECT to_tsvector(''simple'', body) FROM found')"
            " WHERE length(word) < 40; CREATE INDEX ON word USING gin (word gin_trgm_ops); ANALYZE"
        )

    def open(self) -> None:
        self._connection()

    def ask(self, asked: Ask) -> int | None:
        query = self._query(asked)
        rows = "FROM found, to_tsquery('dutch', %s) query WHERE vector @@ query AND audience = ANY(%s)"
        values = (query, sorted(READABLE))
        connection = self._connection()
        best = f"SELECT id, body, query {rows} ORDER BY ts_rank(vector, query) DESC LIMIT {PAGE}"
        shown = f"SELECT id, ts_headline('dutch', body, query) FROM ({best}) best"  # noqa: S608 - nothing but our own
        connection.execute(shown, values).fetchall()
        counts = connection.execute(f"SELECT kind, community, count(*) {rows} GROUP BY kind, community", values)
        return sum(count for _kind, _community, count in counts)

    def _query(self, asked: Ask) -> str:
        if asked.kind == "fuzzy":
            near = "SELECT word FROM word WHERE word %% %s ORDER BY similarity(word, %s) DESC LIMIT 3"
            found = self._connection().execute(near, asked.words * 2).fetchall()
            return " | ".join(f"'{word}'" for (word,) in found) or "'geen'"
        if asked.kind == "prefix":
            return f"{asked.words[0]}:*"
        return {"phrase": " <-> "}.get(asked.kind, " & ").join(asked.words)

    def add(self, document: Document) -> None:
        row = (document.audience, document.kind, document.community, document.title, document.body)
        insert = "INSERT INTO found (audience, kind, community, title, body) VALUES (%s, %s, %s, %s, %s)"
        self._connection().execute(insert, row)
        self.ask(Ask("rare", (document.body,)))

    def size(self) -> int:
        size = "SELECT pg_total_relation_size('found') + pg_total_relation_size('word')"
        return int(self._connection().execute(size).fetchone()[0])


ENGINES: dict[str, type[Engine]] = {
    "whoosh": Whoosh, "postgres": Postgres, "fts5": Fts5, "tantivy": Tantivy, "dutch": Dutch,
}  # fmt: skip
