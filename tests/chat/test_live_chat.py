"""Talking in a room over the socket: order, acknowledgement, resuming, and who hears what."""

import threading
import uuid

import pytest
from django.db import connection

from chat.actions.messages import hide_message
from chat.actions.sending import send_message
from chat.models import Message, ReadMark
from tests import factories
from tests.live import cookies_of


def test_a_message_reaches_everybody_in_the_room_and_is_acknowledged_once_it_is_kept(anna, bram, in_room, say):
    annas, brams = in_room(anna), in_room(bram)

    cid = say(annas, "Wie kent *deze* aanval?")

    assert annas.hears("ack", cid=cid)["seq"] == 1
    heard = brams.hears("msg", cid=cid)
    assert (heard["seq"], heard["a"], heard["name"]) == (1, anna.pk, "Anna de Vries")
    assert heard["html"] == "<p>Wie kent <em>deze</em> aanval?</p>"
    assert Message.objects.get().body == "Wie kent *deze* aanval?"


def test_c10_the_sender_is_who_opened_the_socket_whatever_the_frame_says(anna, bram, room, in_room, say):
    annas = in_room(anna)

    say(annas, "Ik ben Bram.", author=bram.pk, author_id=bram.pk, a=bram.pk, room_id=room.pk + 1)
    annas.hears("ack")

    message = Message.objects.get()
    assert (message.author, message.room) == (anna, room)


def test_c11_the_same_key_sent_again_says_it_once(anna, in_room, say):
    annas = in_room(anna)
    cid = say(annas, "Een keer.")
    first = annas.hears("ack", cid=cid)

    say(annas, "Een keer.", cid)

    assert annas.hears("ack", cid=cid)["seq"] == first["seq"]
    assert Message.objects.count() == 1


def test_two_people_may_use_the_same_key(anna, bram, in_room, say):
    annas, brams = in_room(anna), in_room(bram)
    cid = say(annas, "Van Anna.")

    say(brams, "Van Bram.", cid)

    assert {annas.hears("ack")["seq"], brams.hears("ack")["seq"]} == {1, 2}


def talk_at_once(listeners, say):
    def talk(listener):
        for number in range(8):
            say(listener, f"regel {number}")

    threads = [threading.Thread(target=talk, args=[listener]) for listener in listeners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def hears_all(listener, count):
    while len([frame for frame in listener.heard if frame["t"] == "msg"]) < count:
        listener.hears("msg")


def test_many_senders_get_dense_numbers_in_the_order_that_everybody_hears(ciso, room, in_room, say):
    people = [factories.make_person(f"Spreker{number} Jansen") for number in range(6)]
    for person in people:
        factories.make_member(person, ciso)
    listeners = [in_room(person) for person in people]
    talk_at_once(listeners, say)
    for listener in listeners:
        hears_all(listener, 48)

    rows = list(Message.objects.order_by("seq").values_list("seq", "author", "body"))
    assert [row[0] for row in rows] == list(range(1, 49))
    for person in people:
        assert [body for _seq, author, body in rows if author == person.pk] == [
            f"regel {number}" for number in range(8)
        ]
    for listener in listeners:
        assert [frame["seq"] for frame in listener.heard if frame["t"] == "msg"] == list(range(1, 49))


def test_who_comes_back_gets_what_they_missed_once_and_in_order(anna, bram, room, in_room, open_socket, say):
    annas = in_room(anna)
    for number in range(3):
        send_message(actor=bram, room=room, body=f"eerst {number}", cid=uuid.uuid4())
    annas.hears("msg", seq=3)
    annas.leaves()
    for number in range(3):
        send_message(actor=bram, room=room, body=f"gemist {number}", cid=uuid.uuid4())

    again = open_socket(anna).sends("sub", room=room.pk, after=3)
    again.hears("live", seq=6)
    send_message(actor=bram, room=room, body="nu", cid=uuid.uuid4())
    again.hears("msg", seq=7)

    assert [frame["seq"] for frame in again.heard if frame["t"] == "msg"] == [4, 5, 6, 7]


def test_resuming_while_others_talk_loses_and_doubles_nothing(anna, bram, room, in_room, open_socket):
    in_room(bram)
    stop = threading.Event()

    def talk():
        from django.db import connection

        for number in range(60):
            send_message(actor=bram, room=room, body=f"regel {number}", cid=uuid.uuid4())
        stop.set()
        connection.close()

    talker = threading.Thread(target=talk)
    talker.start()
    cursor, cookies, seen = 0, cookies_of(anna), []
    while not (stop.is_set() and seen and seen[-1] == 60):
        listener = open_socket(None, cookies=cookies).sends("sub", room=room.pk, after=cursor)
        seen += [frame["seq"] for frame in listener.listens(0.15) if frame["t"] == "msg"]
        cursor = seen[-1] if seen else 0
        listener.leaves()
    talker.join()

    assert seen == list(range(1, 61))


def test_who_is_far_behind_is_told_to_fetch_the_page(anna, bram, room, open_socket):
    room.last_seq = 5000
    room.save()

    listener = open_socket(anna).sends("sub", room=room.pk, after=10)

    assert listener.hears("reset", room=room.pk)["seq"] == 5000
    assert listener.hears("live")["seq"] == 5000


def test_a_long_backlog_comes_in_pages(anna, bram, room, open_socket):
    for number in range(450):
        factories.make_message(room, bram, f"regel {number}")

    listener = open_socket(anna).sends("sub", room=room.pk, after=0)
    listener.hears("live", seq=450)

    assert [frame["seq"] for frame in listener.heard if frame["t"] == "msg"] == list(range(1, 451))


def test_the_tail_is_fifty_messages(anna, bram, room, open_socket):
    for number in range(60):
        factories.make_message(room, bram, f"regel {number}")

    listener = open_socket(anna).sends("sub", room=room.pk, after=-1)
    listener.hears("live", seq=60)

    assert [frame["seq"] for frame in listener.heard if frame["t"] == "msg"] == list(range(11, 61))


def test_a_message_that_another_process_wrote_arrives_within_two_seconds(anna, bram, room, in_room):
    annas = in_room(anna)

    factories.make_message(room, bram, "Van een opdracht, zonder aankondiging.")

    assert annas.hears("msg", seconds=2)["seq"] == 1


def test_hiding_is_heard_has_a_number_and_tells_nothing_of_what_was_said(anna, bram, room, in_room, open_socket, say):
    annas = in_room(anna)
    say(annas, f"Geheim: {factories.CANARY}")
    annas.hears("msg", seq=1)

    hide_message(actor=bram, message=Message.objects.get())

    assert annas.hears("del", of=1)["seq"] == 2
    later = open_socket(anna).sends("sub", room=room.pk, after=0)
    later.hears("live", seq=2)
    assert [(frame["t"], frame["seq"]) for frame in later.heard if "of" in frame] == [("del", 1), ("del", 2)]
    assert factories.CANARY not in str(later.heard)


def test_what_is_shown_again_is_heard_with_its_text(anna, bram, room, in_room, say):
    annas = in_room(anna)
    say(annas, "Toch goed.")
    annas.hears("msg", seq=1)
    message = hide_message(actor=bram, message=Message.objects.get())

    hide_message(actor=bram, message=message, hidden=False)

    # Where both changes are delivered together, the first tells how the message is now, too.
    assert annas.hears("edit", of=1, seq=3)["html"] == "<p>Toch goed.</p>"


@pytest.mark.parametrize(
    "fields",
    [
        {"room": "1"}, {"room": None}, {"room": True}, {"room": -1}, {"room": 2**60}, {"cid": "x"}, {"cid": 5},
        {"body": None}, {"body": ["a"]}, {"topic": "thread:1", "room": None},
        {"topic": "room:" + "9" * 5000}, {"topic": "room:٣"},
    ],
)  # fmt: skip
def test_c09_a_message_of_the_wrong_shape_gets_an_error_frame(anna, in_room, say, fields):
    annas = in_room(anna)

    annas.sends("send", **{"room": 1, "cid": str(uuid.uuid4()), "body": "Goed.", **fields})

    assert annas.hears("error")["code"] == "bad_frame"
    assert not Message.objects.exists()


@pytest.mark.parametrize("body", ["", "   \n ", "x" * 8193, "nul\x00teken"])
def test_c09_a_message_that_cannot_be_kept_is_refused_in_words(anna, in_room, say, body):
    annas = in_room(anna)

    cid = say(annas, body)

    refusal = annas.hears("nack", cid=cid)
    assert refusal["code"] == "invalid"
    assert refusal["text"]


def test_a_closed_room_takes_no_messages(anna, room, in_room, say):
    annas = in_room(anna)
    room.archived_at = room.created_at
    room.save()

    say(annas, "Nog iets.")

    assert annas.hears("nack")["code"] == "invalid"


def test_an_outsider_cannot_send_and_learns_nothing(carla, room, open_socket, say):
    carlas = open_socket(carla)

    say(carlas, "Laat mij erin.")
    say(carlas, "Laat mij erin.", room=room.pk + 1000)

    refusals = [carlas.hears("nack"), carlas.hears("nack")]
    assert [frame["code"] for frame in refusals] == ["not_found", "not_found"]
    assert not Message.objects.exists()


def test_a_professional_reads_along_in_a_green_room_but_cannot_talk(carla, bram, anna, ciso, open_socket, in_room):
    green = factories.make_room(ciso, bram, label="TLP:GREEN", name="Open kamer")
    carlas = open_socket(carla).sends("sub", room=green.pk, after=-1)
    carlas.hears("live")
    annas = open_socket(anna).sends("sub", room=green.pk, after=-1)
    annas.hears("pres")

    carlas.sends("send", room=green.pk, cid=str(uuid.uuid4()), body="Mag ik?")
    annas.sends("typing", room=green.pk)
    annas.sends("send", room=green.pk, cid=str(uuid.uuid4()), body="Wel iets te lezen.")

    assert carlas.hears("nack")["code"] == "forbidden"
    assert carlas.hears("msg")["body"] == "Wel iets te lezen."
    assert not [frame for frame in [*carlas.heard, *carlas.listens(1.2)] if frame["t"] in ("pres", "typing")]
    assert "Carla" not in str([*annas.heard, *annas.listens(0.2)])


def test_c08_talking_too_fast_is_refused_with_a_pause(anna, in_room, say):
    annas = in_room(anna)

    cids = [say(annas, f"regel {number}") for number in range(20)]

    answers = {}
    while len(answers) < 20:
        frame = annas.hears_any("ack", "nack")
        answers[frame["cid"]] = frame
    refused = [answers[cid] for cid in cids if answers[cid]["t"] == "nack"]
    assert refused
    assert all(frame["code"] == "rate" and frame["retry_after"] > 0 for frame in refused)
    assert Message.objects.count() == 20 - len(refused)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Only a database server can cut its connections.")
def test_a_database_that_was_away_for_a_moment_is_connected_to_again(anna, in_room, say):
    annas = in_room(anna)
    say(annas, "Voor de storing.")
    annas.hears("msg", seq=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    cid = say(annas, "Na de storing.")
    if annas.hears_any("ack", "nack")["t"] == "nack":
        say(annas, "Na de storing.", cid)

    assert annas.hears("msg", cid=cid, seconds=10)["seq"] == 2


# -- Typing, presence, reading


def test_c05_typing_is_heard_by_the_others_in_the_room_only(anna, bram, carla, in_room, open_socket, room):
    annas, brams, carlas = in_room(anna), in_room(bram), open_socket(carla)

    annas.sends("typing", room=room.pk).sends("typing", room=room.pk)
    carlas.sends("sub", room=room.pk, after=-1).sends("typing", room=room.pk)

    assert brams.hears("typing")["name"] == "Anna de Vries"
    later = brams.listens(0.5)
    assert [frame for frame in later if frame["t"] == "typing"] == []
    assert [frame for frame in annas.listens(0.2) if frame["t"] == "typing"] == []
    assert [frame["t"] for frame in carlas.listens(0.2)] == ["error"]


def test_c05_who_is_in_the_room_is_told_to_those_who_are_in_it(anna, bram, in_room):
    annas = in_room(anna)
    assert annas.hears("pres")["join"] == [{"id": anna.pk, "name": "Anna de Vries"}]

    brams = in_room(bram)

    assert [person["name"] for person in brams.hears("pres")["join"]] == ["Anna de Vries", "Bram Jansen"]
    assert {"id": bram.pk, "name": "Bram Jansen"} in annas.hears("pres", count=2)["join"]
    brams.leaves()
    assert annas.hears("pres", count=1)["leave"] == [bram.pk]


def test_reading_is_kept_and_only_goes_up(anna, bram, room, in_room):
    for number in range(5):
        factories.make_message(room, bram, f"regel {number}")
    annas = in_room(anna)

    annas.sends("read", room=room.pk, seq=4).sends("read", room=room.pk, seq=2)
    annas.sends("send", room=room.pk, cid=str(uuid.uuid4()), body="Even wachten.").hears("ack")
    annas.leaves()
    brams = in_room(bram)
    brams.sends("send", room=room.pk, cid=str(uuid.uuid4()), body="Daarna.").hears("ack")

    assert ReadMark.objects.get(person=anna).seq == 4


def test_who_has_read_everything_has_read_their_own_message(anna, room, in_room, say):
    annas = in_room(anna)
    ReadMark.objects.create(person=anna, room=room, seq=0)

    say(annas, "Van mij.")
    annas.hears("ack")

    assert ReadMark.objects.get(person=anna).seq == 1


@pytest.mark.parametrize("seq", ["4", -1, 2**60, None])
def test_reading_of_the_wrong_shape_gets_an_error_frame(anna, room, in_room, seq):
    assert in_room(anna).sends("read", room=room.pk, seq=seq).hears("error")["code"] == "bad_frame"
