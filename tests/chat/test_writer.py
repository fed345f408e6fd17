"""The writer: how much goes into one transaction, and that a batch costs as many queries as one message."""

import uuid

import pytest
from django.db import IntegrityError

from chat import writer
from chat.actions.sending import Draft, Senders, send_messages
from chat.models import Message, ReadMark
from community.models import Membership
from search.models import SearchOutbox
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def draft(person, room, body="Een regel.", cid=None):
    return Draft(person.pk, room.pk, cid or uuid.uuid4(), body)


@pytest.fixture
def rooms(ciso, bram):
    """Two rooms of the closed community."""
    return [factories.make_room(ciso, bram), factories.make_room(ciso, bram)]


def test_a_batch_takes_as_many_queries_as_one_message_and_two_for_the_second_room(
    anna, bram, rooms, django_assert_num_queries
):
    senders = Senders()
    with django_assert_num_queries(14):
        writer.write([draft(anna, rooms[0])], senders)
    with django_assert_num_queries(10):  # who was asked about under the same stamp is not asked about again
        writer.write([draft(anna, rooms[0])], senders)
    writer.write([draft(bram, rooms[0]), draft(anna, rooms[1]), draft(bram, rooms[1])], senders)
    with django_assert_num_queries(10):
        writer.write([draft(person, room) for person in (anna, bram) for room in rooms for _ in range(5)], senders)


def test_everything_of_a_message_is_in_its_transaction(anna, rooms):
    ReadMark.objects.create(person=anna, room=rooms[0], seq=0)

    written = writer.write([draft(anna, rooms[0]), draft(anna, rooms[1]), draft(anna, rooms[0])], Senders())

    assert written.results == [1, 1, 2]
    assert [entry.seq for entry in written.entries[rooms[0].pk]] == [1, 2]
    assert SearchOutbox.objects.filter(kind="message").count() == 3
    assert ReadMark.objects.get().seq == 2
    for room, last in zip(rooms, (2, 1), strict=True):
        room.refresh_from_db()
        assert room.last_seq == last


def test_the_same_key_twice_in_one_batch_says_it_once(anna, rooms):
    twice = draft(anna, rooms[0])

    first, second = send_messages(drafts=[twice, draft(anna, rooms[0], cid=twice.cid)])

    assert (first.is_new, second.is_new) == (True, False)
    assert first.message == second.message
    assert Message.objects.count() == 1


def test_who_was_allowed_a_moment_ago_is_asked_about_again_after_a_removal(anna, bram, rooms):
    senders = Senders()
    writer.write([draft(anna, rooms[0]), draft(bram, rooms[0])], senders)

    Membership.objects.filter(person=anna).delete()
    written = writer.write([draft(anna, rooms[0]), draft(bram, rooms[0])], senders)

    assert isinstance(written.results[0], Exception)
    assert written.results[1] == 3


def test_a_room_with_another_label_is_asked_about_again(anna, bram, ciso, rooms):
    """A relabelling does not renew the stamp: what decides about the room itself is compared beside it."""
    senders = Senders()
    writer.write([draft(anna, rooms[0])], senders)
    strict = factories.make_room(ciso, bram, label="TLP:AMBER+STRICT")
    type(strict).objects.filter(pk=rooms[0].pk).update(audience=strict.audience, label=strict.label)

    written = writer.write([draft(anna, rooms[0]), draft(bram, rooms[0])], senders)

    assert isinstance(written.results[0], Exception)
    assert written.results[1] == 2


def test_a_message_that_the_database_refuses_takes_no_other_with_it(anna, bram, rooms, caplog):
    """The next number of the first room is taken already, as it never should be."""
    factories.make_message(rooms[0], bram)
    type(rooms[0]).objects.filter(pk=rooms[0].pk).update(last_seq=0)

    written = writer.write([draft(anna, rooms[0], factories.CANARY), draft(bram, rooms[1])], Senders())

    assert isinstance(written.results[0], IntegrityError)
    assert written.results[1] == 1
    assert list(written.entries) == [rooms[1].pk]
    assert factories.CANARY not in caplog.text


@pytest.mark.parametrize(
    ("sizes", "taken"),
    [([], 0), ([10], 1), ([10] * 400, writer.TOGETHER), ([8192] * 20, 6), ([writer.TOGETHER_SIZE + 1, 10], 1)],
)
def test_what_goes_together_stays_small(anna, rooms, sizes, taken):
    assert writer.take_batch([draft(anna, rooms[0], "x" * size) for size in sizes]) == taken
