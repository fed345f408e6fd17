"""The audit log is append-only, by the database itself."""

import importlib

import pytest
from django.db import DatabaseError, connection

from community.audit import record
from community.models import User

guards = importlib.import_module("community.migrations.0002_append_only_audit")


def test_an_event_says_who_did_what_to_whom(anna: User, bram: User, ciso):
    event = record("membership.removed", actor=bram, community=ciso, person=anna, role="member")

    assert (event.actor, event.person, event.details) == (bram, anna, {"role": "member"})
    assert str(event).endswith("membership.removed")


def test_an_event_cannot_be_saved_again(bram: User):
    event = record("site.checked", actor=bram)

    with pytest.raises(TypeError):
        event.save()


def test_the_database_refuses_to_change_an_event(bram: User):
    event = record("site.checked", actor=bram)

    with pytest.raises(DatabaseError, match="append-only"):
        type(event).objects.filter(pk=event.pk).update(action="nothing happened")


def test_the_database_refuses_to_remove_an_event(bram: User):
    event = record("site.checked", actor=bram)
    if connection.vendor == "sqlite":  # conftest.py took this trigger away for the clean-up between tests
        with connection.cursor() as cursor:
            cursor.execute(guards.SQLITE["audit_event_no_delete"])

    with pytest.raises(DatabaseError, match="append-only"):
        type(event).objects.filter(pk=event.pk).delete()
