"""The database's own triggers that renew the access stamp: they see what signals miss.

A command, another process, a row changed by hand: whoever changes what decides about access, renews the stamp.
They are made after every migrate, not in a migration: SQLite drops the triggers of a table that it rebuilds.
"""

import secrets
import zlib
from dataclasses import dataclass
from typing import Any

from django.db import connections

PREFIX = "access_stamp_"


@dataclass(frozen=True)
class Watched:
    """A table whose changes matter: `columns` when they get another value, and rows when they go."""

    table: str
    columns: tuple[str, ...]
    condition: str = ""  # instead of "got another value"

    @property
    def when(self) -> str:
        """The condition on OLD and NEW, in SQL that SQLite and PostgreSQL both read."""
        return self.condition or " OR ".join(
            f"(OLD.{column} <> NEW.{column} OR (OLD.{column} IS NULL) <> (NEW.{column} IS NULL))"
            for column in self.columns
        )


# Granting is not watched: who may do more than before is let in by the question itself.
WATCHED = (
    Watched("community_membership", ("person_id", "community_id", "role")),
    Watched("community_user", ("is_active", "approved_at", "is_administrator", "organisation_id", "password", "name")),
    Watched("community_audience", ("kind", "community_id", "organisation_id")),
    Watched("community_audienceperson", ("audience_id", "person_id")),
    Watched("community_community", ("openness",)),
    Watched("django_session", ("expire_date",), condition="NEW.expire_date < OLD.expire_date"),
)

# PostgreSQL renews at the end of the transaction: the row is locked for as short as it can be. Its version is the
# transaction's own number, so that a thousand rows changed at once renew it once.
POSTGRESQL_FUNCTION = """
    CREATE OR REPLACE FUNCTION renew_access_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE community_accessstamp SET version = txid_current() WHERE id = 1 AND version <> txid_current();
        RETURN NULL;
    END $$
"""
SQLITE = """
    CREATE TRIGGER {name} AFTER {event} ON {table} {when}
    BEGIN UPDATE community_accessstamp SET version = random() WHERE id = 1; END
"""
POSTGRESQL = """
    CREATE CONSTRAINT TRIGGER {name} AFTER {event} ON {table} DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW {when} EXECUTE FUNCTION renew_access_stamp()
"""
PRESENT = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'access_stamp_%'",
    "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'access_stamp_%'",
}


def _wanted(vendor: str) -> dict[str, str]:
    """The statement that makes each trigger, by its name; another statement gets another name."""
    pattern = SQLITE if vendor == "sqlite" else POSTGRESQL
    statements = {}
    for watched in WATCHED:
        changed = (f"UPDATE OF {', '.join(watched.columns)}", f"WHEN ({watched.when})")
        for event, when in (changed, ("DELETE", "")):
            parts = {"event": event, "table": watched.table, "when": when}
            name = f"{PREFIX}{watched.table}_{zlib.crc32(pattern.format(name='', **parts).encode()):08x}"
            statements[name] = pattern.format(name=name, **parts)
    return statements


def keep_triggers(using: str, **_kwargs: Any) -> None:
    """Make what is missing of the triggers and of the stamp's row, drop what is outdated. For `post_migrate`."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if not {"community_accessstamp", *(watched.table for watched in WATCHED)} <= tables:
        return
    is_sqlite = connection.vendor == "sqlite"
    wanted = _wanted(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(PRESENT[connection.vendor])
        present = dict(cursor.fetchall())
        for name in present.keys() - wanted.keys():
            cursor.execute(f"DROP TRIGGER {name}" + ("" if is_sqlite else f" ON {present[name]}"))
        if not is_sqlite:
            cursor.execute(POSTGRESQL_FUNCTION)
        for name in wanted.keys() - present.keys():
            cursor.execute(wanted[name])
        cursor.execute(
            "INSERT INTO community_accessstamp (id, version) VALUES (1, %s) ON CONFLICT (id) DO NOTHING",
            [secrets.randbelow(2**31)],
        )
