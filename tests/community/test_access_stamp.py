"""Whatever may take a right away renews the stamp, by whatever way; and what takes none away leaves it alone."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from community import access
from community.live.assurance import Assurance
from community.models import AccessStamp, AudiencePerson, Community, Membership, User
from community.triggers import PREFIX, PRESENT, WATCHED, keep_triggers
from tests import factories
from tests.live import cookies_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(ciso, anna, bram, rotterdam):
    """A member with a session, and a RED thread that names her."""
    cookies_of(anna)
    factories.make_thread(ciso, bram, label="TLP:RED", named=[anna])


TAKES_AWAY = {
    "removal": lambda anna: Membership.objects.filter(person=anna).delete(),
    "another role": lambda anna: Membership.objects.filter(person=anna).update(role="facilitator"),
    "deactivation": lambda anna: User.objects.filter(pk=anna.pk).update(is_active=False),
    "approval withdrawn": lambda anna: User.objects.filter(pk=anna.pk).update(approved_at=None),
    "another organisation": lambda anna: User.objects.filter(pk=anna.pk).update(organisation=None),
    "another password": lambda anna: User.objects.filter(pk=anna.pk).update(password="!"),
    "not named any more": lambda anna: AudiencePerson.objects.filter(person=anna).delete(),
    "hidden community": lambda _anna: Community.objects.filter(slug="ciso").update(
        openness="hidden", widest_label="TLP:AMBER"
    ),
    "logged out": lambda _anna: Session.objects.all().delete(),
    "session ends sooner": lambda _anna: Session.objects.update(expire_date=timezone.now()),
    "by hand": lambda anna: by_hand("DELETE FROM community_membership WHERE person_id = %s", anna.pk),
}
LEAVES_ALONE = {
    "a login": lambda anna: User.objects.filter(pk=anna.pk).update(last_login=timezone.now()),
    "saved as it was": lambda anna: User.objects.get(pk=anna.pk).save(),
    "another session": lambda _anna: SessionStore().create(),
    "a thread": lambda anna: factories.make_thread(Community.objects.get(slug="ciso"), anna),
    "a community's text": lambda _anna: Community.objects.update(introduction="Anders."),
}


def by_hand(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


@pytest.mark.parametrize("change", TAKES_AWAY.values(), ids=TAKES_AWAY)
def test_what_takes_a_right_away_renews_the_stamp(world, anna, change):
    before = AccessStamp.read()

    change(anna)

    assert before is not None
    assert AccessStamp.read() != before


@pytest.mark.parametrize("change", LEAVES_ALONE.values(), ids=LEAVES_ALONE)
def test_what_takes_none_away_leaves_the_stamp_alone(world, anna, change):
    before = AccessStamp.read()

    change(anna)

    assert AccessStamp.read() == before


def test_what_is_rolled_back_renews_nothing(world, anna):
    before = AccessStamp.read()
    with transaction.atomic():
        Membership.objects.filter(person=anna).delete()
        transaction.set_rollback(True)

    assert AccessStamp.read() == before


def test_the_triggers_come_back_after_every_migrate_and_old_ones_go(db):
    statement = f"CREATE TRIGGER {PREFIX}outdated AFTER DELETE ON community_user "
    if connection.vendor == "sqlite":
        by_hand(statement + "BEGIN SELECT 1; END")
    else:
        by_hand(statement + "FOR EACH ROW EXECUTE FUNCTION renew_access_stamp()")
    names = triggers()
    by_hand_drop = next(name for name in names if name.startswith(f"{PREFIX}community_membership"))
    by_hand(f"DROP TRIGGER {by_hand_drop}" + ("" if connection.vendor == "sqlite" else " ON community_membership"))

    keep_triggers(using="default")

    assert triggers() == names - {f"{PREFIX}outdated"}
    assert len(triggers()) == 2 * len(WATCHED)


def triggers():
    with connection.cursor() as cursor:
        cursor.execute(PRESENT[connection.vendor])
        return {name for name, _table in cursor.fetchall()}


def test_asking_for_many_at_once_gives_what_asking_for_each_gives(
    world, anna, bram, carla, dirk, beheer, ciso, django_assert_num_queries
):
    waiting = factories.make_person("Nieuw", approved=False)
    strict = factories.make_thread(ciso, anna, label="TLP:AMBER+STRICT")
    people = list(User.objects.order_by("pk"))

    with django_assert_num_queries(3):
        access.remember_all(people)

    assert {waiting, anna, bram, carla, dirk, beheer} == set(people)
    for person in people:
        assert access.reach_of(person) == access.reach_of(User.objects.get(pk=person.pk))
    assert [person for person in people if access.sees(person, strict)] == [anna]


def test_sure_is_only_who_knows_of_one_state():
    assurance = Assurance()
    assert not assurance.holds(None)

    assurance.joins(1)
    assert assurance.holds(1)
    assert not assurance.holds(2)

    assurance.joins(None)
    assert not assurance.holds(1)
    assert not assurance.holds(None)


def test_who_joins_while_everybody_is_looked_at_was_not_looked_at():
    assurance = Assurance()
    assurance.joins(1)

    assurance.look_begins()
    assurance.joins(1)
    assurance.look_ended(2)
    assert not assurance.holds(2)

    assurance.look_begins()
    assurance.look_ended(2)
    assert assurance.holds(2)
