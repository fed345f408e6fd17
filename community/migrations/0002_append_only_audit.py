"""The audit log can only grow: the database itself refuses to change or remove a line."""

from django.db import migrations

SQLITE = {
    "audit_event_no_update": """
        CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON community_auditevent
        BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END
    """,
    "audit_event_no_delete": """
        CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON community_auditevent
        BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END
    """,
}
POSTGRESQL = """
    CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'audit events are append-only'; END $$;
    CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON community_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
"""
POSTGRESQL_BACK = """
    DROP TRIGGER audit_event_append_only ON community_auditevent;
    DROP FUNCTION refuse_audit_change();
"""


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in SQLITE.values():
            schema_editor.execute(statement)
    else:
        schema_editor.execute(POSTGRESQL)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER {name}")
    else:
        schema_editor.execute(POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("community", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
