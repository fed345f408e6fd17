"""Who may not hear any more does not: closed within two seconds, and nothing after what put them out is committed."""

import threading
import time
import uuid

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from chat.actions.rooms import Relabelling, RoomDetails, create_room, edit_room
from chat.actions.sending import send_message
from community.models import Ban, Label, Membership, User
from community.signals import access_changed, sessions_ended
from tests import factories
from tests.live import cookies_of


def remove(anna, ciso):
    Membership.objects.filter(person=anna, community=ciso).delete()


def ban(anna, ciso):
    with transaction.atomic():
        Membership.objects.filter(person=anna, community=ciso).delete()
        Ban.objects.create(person=anna, community=ciso, reason="Gelekt.")


def deactivate(anna, ciso):
    User.objects.filter(pk=anna.pk).update(is_active=False)


def withdraw_approval(anna, ciso):
    User.objects.filter(pk=anna.pk).update(approved_at=None)


def change_password(anna, ciso):
    anna.set_password("een-heel-ander-wachtwoord")
    anna.save()


def log_out(anna, ciso):
    Session.objects.all().delete()


def expire(anna, ciso):
    Session.objects.update(expire_date=timezone.now())


def change_role(anna, ciso):
    Membership.objects.filter(person=anna, community=ciso).update(role="facilitator")


def change_organisation(anna, ciso):
    User.objects.filter(pk=anna.pk).update(organisation=None)


# Done straight in the database, as another process does it: no signal is heard in this one.
CAUSES = {
    remove: 4403, ban: 4403, deactivate: 4401, withdraw_approval: 4403, change_password: 4401, log_out: 4401,
    expire: 4401, change_role: 4403, change_organisation: 4403,
}  # fmt: skip


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_c04_whatever_puts_somebody_out_closes_the_socket_within_two_seconds(anna, bram, ciso, in_room, cause):
    annas = in_room(anna)
    started = time.monotonic()

    cause(anna, ciso)

    assert annas.is_put_out(seconds=2) == CAUSES[cause]
    assert time.monotonic() - started < 2


def test_c03_a_removed_member_hears_nothing_that_is_said_after_the_removal(anna, bram, ciso, room, in_room):
    """The removal is another process's: no signal, and the look once a second comes too late to help."""
    brams, annas = in_room(bram), in_room(anna)
    send_message(actor=bram, room=room, body="Dit mag.", cid=uuid.uuid4())
    annas.hears("msg", seq=1)

    remove(anna, ciso)
    for number in range(5):
        send_message(actor=bram, room=room, body=f"{factories.CANARY} {number}", cid=uuid.uuid4())

    brams.hears("msg", seq=6)
    assert annas.is_put_out() == 4403
    assert factories.CANARY not in str(annas.heard)


def test_c03_in_a_busy_room_the_removed_hear_nothing_that_was_committed_later(anna, bram, ciso, room, in_room):
    annas, is_over = in_room(anna), threading.Event()

    def talk():
        while not is_over.is_set():
            send_message(actor=bram, room=room, body="Nog een regel.", cid=uuid.uuid4())
        connection.close()

    talker = threading.Thread(target=talk, daemon=True)
    talker.start()
    annas.hears("msg", seq=20)
    with transaction.atomic():
        # Holding the room, so that the number of the last message before the removal is known exactly.
        type(room).objects.select_for_update().get(pk=room.pk)
        remove(anna, ciso)
        room.refresh_from_db()
        last_allowed = room.last_seq
    assert annas.is_put_out() == 4403
    is_over.set()
    talker.join()

    room.refresh_from_db()
    assert room.last_seq > last_allowed
    heard = [frame["seq"] for frame in annas.heard if frame["t"] == "msg"]
    assert heard == list(range(1, len(heard) + 1))
    assert heard[-1] <= last_allowed


def test_c07_who_resumes_after_a_removal_gets_no_replay(anna, bram, ciso, room, open_socket):
    factories.make_message(room, bram, factories.CANARY)
    cookies = cookies_of(anna)
    remove(anna, ciso)

    again = open_socket(None, cookies=cookies).sends("sub", room=room.pk, after=0)

    assert again.hears("error")["code"] == "not_found"
    assert factories.CANARY not in str(again.heard + again.listens(0.3))


def test_c05_the_removed_hear_no_typing_and_no_presence(anna, bram, ciso, room, in_room):
    annas, brams = in_room(anna), in_room(bram)
    annas.listens(1.2)
    annas.heard.clear()

    remove(anna, ciso)
    brams.sends("typing", room=room.pk)

    assert annas.is_put_out() == 4403
    assert {frame["t"] for frame in annas.heard} <= {"bye", "pres"}
    assert "typing" not in str(annas.heard)


def test_a_signal_closes_at_once(anna, bram, ciso, in_room):
    annas = in_room(anna)
    annas.listens(0.2)

    remove(anna, ciso)
    access_changed.send(sender=Membership, people=[anna.pk])

    assert annas.is_put_out(seconds=0.7) == 4403


def test_a_session_that_ends_closes_its_own_sockets_only(anna, in_room):
    one, other = cookies_of(anna), cookies_of(anna)
    first, second = in_room(None, cookies=one), in_room(None, cookies=other)

    sessions_ended.send(sender=User, people=[], session_keys=[one.split("=")[1]])

    assert first.is_put_out(seconds=0.7) == 4401
    assert second.sends("nothing").hears("error")


def test_c04_logging_out_closes_the_sockets_of_that_browser(anna, browse, in_room):
    client = browse(anna)
    listener = in_room(None, cookies=f"sessionid={client.session.session_key}")

    client.logout()

    assert listener.is_put_out(seconds=2) == 4401


def test_a_stricter_label_puts_out_who_may_see_no_more(anna, bram, ciso, room, in_room):
    annas, brams = in_room(anna), in_room(bram)

    edit_room(actor=bram, room=room, details=RoomDetails(room.name), relabelling=Relabelling(Label.AMBER_STRICT))
    send_message(actor=bram, room=room, body=factories.CANARY, cid=uuid.uuid4())

    assert brams.hears("msg")["seq"] == 1
    assert annas.is_put_out() == 4403
    assert factories.CANARY not in str(annas.heard)


def test_a_hidden_room_is_silent_for_members(anna, bram, room, in_room):
    annas = in_room(anna)

    type(room).objects.filter(pk=room.pk).update(hidden_at=timezone.now())

    assert annas.is_put_out() == 4403


def test_c06_an_outsider_hears_nothing_of_what_goes_on_in_a_closed_community(
    anna, bram, carla, ciso, zorg, room, in_room, open_socket
):
    """Carla listens to all that she may: her own community's list and room, while things happen in a closed one."""
    own = factories.make_room(zorg, carla, name="Zorg")
    carlas = open_socket(carla).sends("sub", room=own.pk, after=-1).sends("sub", topic=f"threads:{zorg.pk}")
    carlas.sends("sub", room=room.pk, after=-1).sends("sub", topic=f"threads:{ciso.pk}")
    carlas.hears("live", room=own.pk)
    carlas.listens(1.2)
    carlas.heard.clear()
    annas = in_room(anna)

    create_room(actor=bram, community=ciso, details=RoomDetails(factories.CANARY), label=Label.AMBER)
    send_message(actor=bram, room=room, body=factories.CANARY, cid=uuid.uuid4())
    annas.sends("typing", room=room.pk).sends("read", room=room.pk, seq=1).hears("msg")
    Membership.objects.filter(person=anna, community=ciso).update(role="facilitator")

    assert annas.is_put_out() == 4403
    assert [frame for frame in carlas.listens(1.2) if frame["t"] != "pace"] == []


def test_who_is_let_in_elsewhere_keeps_their_socket(anna, zorg, in_room):
    annas = in_room(anna)

    factories.make_member(anna, zorg)

    assert [frame["t"] for frame in annas.listens(1.5) if frame["t"] != "pres"] == []
    assert annas.sends("nothing").hears("error")


def test_a_reader_who_stalls_is_put_out_and_the_others_hear_everything(anna, bram, ciso, room, in_room):
    stalled, brams = in_room(anna, max_queue=1), in_room(bram)
    body = "woord " * 1300

    for number in range(60):
        factories.make_message(room, bram, f"{number} {body}")
        if number % 10 == 9:
            brams.hears("msg", seq=number + 1)

    assert [frame["seq"] for frame in brams.heard if frame["t"] == "msg"] == list(range(1, 61))
    stalled.leaves()
