"""The door of the sockets: where the page came from, who holds the session, and what a socket may ask."""

import time
import uuid

import pytest
from django.conf import settings as site_settings
from django.contrib.sessions.models import Session
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus

from community.live import limits
from community.live.limits import Bucket
from tests import factories
from tests.live import ORIGIN, cookies_of

pytestmark = pytest.mark.usefixtures("live_site")


@pytest.mark.parametrize(
    "origin",
    [
        None, "null", "", "http://testserver:1", "https://testserver", "http://testserver.example", "http://evil.example",
        "http://sub.testserver", "http://testserver@evil.example", "HTTP://TESTSERVER/", "ws://testserver",
    ],
)  # fmt: skip
def test_c02_a_socket_from_elsewhere_is_refused_before_it_opens(anna, open_socket, origin):
    with pytest.raises(InvalidStatus) as refusal:
        open_socket(anna, origin=origin)

    assert refusal.value.response.status_code == 403


def test_c02_two_origins_at_once_are_refused(anna, live_site):
    from websockets.sync.client import connect

    headers = [("Cookie", cookies_of(anna)), ("Origin", ORIGIN), ("Origin", "http://evil.example")]
    with pytest.raises(InvalidStatus), connect(live_site.url, additional_headers=headers):
        pass


def test_every_trusted_origin_is_let_in(anna, open_socket, settings):
    settings.TRUSTED_ORIGINS = [ORIGIN, "https://kring.example.nl:8443"]

    listener = open_socket(anna, origin="https://kring.example.nl:8443").sends("nothing")

    assert listener.hears("error")


def test_another_path_is_no_socket(anna, live_site):
    from websockets.sync.client import connect

    with pytest.raises(InvalidStatus), connect(f"{live_site.url}more/", origin=ORIGIN):
        pass


def test_c01_a_visitor_gets_no_socket(open_socket):
    assert open_socket(None).is_put_out() == 4401


@pytest.mark.parametrize(
    "cookies", ["sessionid=", "sessionid=nonsense", "sessionid=" + "x" * 32, "other=1", "sessionid"]
)
def test_a_session_that_is_none_gets_no_socket(open_socket, cookies):
    assert open_socket(None, cookies=cookies).is_put_out() == 4401


def test_a_session_that_nobody_logged_in_to_gets_no_socket(open_socket):
    client = Client()
    session = client.session
    session["something"] = 1
    session.save()

    assert open_socket(None, cookies=f"sessionid={session.session_key}").is_put_out() == 4401


def test_who_is_not_active_gets_no_socket(anna, open_socket):
    cookies = cookies_of(anna)
    anna.is_active = False
    anna.save()

    assert open_socket(None, cookies=cookies).is_put_out() == 4401


def test_who_waits_for_approval_gets_no_socket(open_socket, db):
    assert open_socket(factories.make_person("Nieuw", approved=False)).is_put_out() == 4403


def test_an_account_that_is_gone_gets_no_socket(open_socket, db):
    person = factories.make_person("Weg")
    cookies = cookies_of(person)
    person.delete()

    assert open_socket(None, cookies=cookies).is_put_out() == 4401


def test_a_session_of_another_way_to_log_in_gets_no_socket(anna, open_socket, settings):
    cookies = cookies_of(anna)
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]

    assert open_socket(None, cookies=cookies).is_put_out() == 4401


def test_a_session_from_before_a_key_change_is_let_in_and_kept(anna, open_socket, settings):
    cookies = cookies_of(anna)
    settings.SECRET_KEY_FALLBACKS = [site_settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" + "y" * 50

    listener = open_socket(None, cookies=cookies).sends("nothing")

    assert listener.hears("error")
    assert Session.objects.filter(session_key=cookies.split("=")[1]).exists()


def test_a_session_of_a_key_that_is_trusted_no_more_is_refused_and_kept(anna, open_socket, settings):
    cookies = cookies_of(anna)
    settings.SECRET_KEY = "another-key-" + "y" * 50

    assert open_socket(None, cookies=cookies).is_put_out() == 4401
    assert Session.objects.exists()


def test_the_cookie_has_the_name_that_the_site_gave_it(anna, open_socket, settings):
    key = cookies_of(anna).split("=")[1]
    settings.SESSION_COOKIE_NAME = "__Host-sessionid"

    assert open_socket(None, cookies=f"sessionid={key}").is_put_out() == 4401
    assert open_socket(None, cookies=f"__Host-sessionid={key}").sends("nothing").hears("error")


# -- What a socket may ask


@pytest.mark.parametrize(
    "text",
    [
        "", "geen json", "[]", "5", "null", "{}", '{"t": 5}', '{"t": "nothing"}', '{"t": "sub"}',
        '{"t": "sub", "room": "1"}', '{"t": "sub", "room": NaN}', '{"t": "sub", "topic": "room:"}',
        '{"t": "sub", "topic": "room:1x"}', '{"t": "sub", "topic": "room:\u0661"}', '{"t": "sub", "topic": "niets:1"}',
        '{"t": "sub", "room": 1, "after": "x"}', '{"t": "sub", "room": 1, "after": -2}', '{"t": "unsub"}',
        '{"t": "sub", "room": 1, "after": true}', '{"t": "send", "body": "\\ud800"}', "[" * 5000,
        '{"t": "sub", "topic": "room:99999999999999999999"}',
    ],
)  # fmt: skip
def test_c09_a_frame_that_is_none_gets_an_error_frame(anna, open_socket, text):
    listener = open_socket(anna)

    listener.socket.send(text)

    assert listener.hears("error")["code"] == "bad_frame"


def test_c09_who_keeps_sending_nonsense_is_put_out(anna, open_socket):
    listener = open_socket(anna)
    for _ in range(limits.MAX_BAD_FRAMES + 1):
        listener.socket.send("nonsense")

    assert listener.is_put_out() == 4400


def test_c09_a_binary_frame_puts_out(anna, open_socket):
    listener = open_socket(anna)
    listener.socket.send(b"\x00\x01")

    assert listener.is_put_out() == 4400


def test_c08_a_frame_that_is_too_big_puts_out(anna, open_socket):
    listener = open_socket(anna)
    listener.socket.send("x" * 70_000)

    assert listener.is_put_out() == 1009


def test_c08_too_many_frames_put_out(anna, open_socket):
    listener = open_socket(anna)
    try:
        for _ in range(limits.FRAMES_AT_ONCE + 50):
            listener.sends("unsub", room=1)
    except ConnectionClosed:
        pass

    assert listener.is_put_out() == 4429


def test_c08_who_asks_far_too_much_disturbs_nobody_else(anna, bram, ciso, open_socket):
    """A hundred messages at once, a frame that is too big, and fifty sockets: refused each, and the others talk on."""
    room = factories.make_room(ciso, bram)
    cookies = cookies_of(anna)
    brams = open_socket(bram).sends("sub", room=room.pk, after=-1)
    brams.hears("live")
    greedy = open_socket(None, cookies=cookies)
    for _ in range(100):
        greedy.sends("send", room=room.pk, cid=str(uuid.uuid4()), body="Nog een.")
    sockets = [open_socket(None, cookies=cookies) for _ in range(49)]

    assert [each.is_put_out(seconds=5) for each in sockets[limits.MAX_SOCKETS :]] == [4429] * 39
    sockets[0].socket.send("x" * 70_000)
    assert sockets[0].is_put_out(seconds=5) == 1009
    answers = [greedy.hears_any("ack", "nack") for _ in range(100)]
    assert {answer["code"] for answer in answers if answer["t"] == "nack"} == {"rate"}
    cid = str(uuid.uuid4())
    brams.sends("send", room=room.pk, cid=cid, body="Rustig aan.")
    assert brams.hears("ack", cid=cid)
    assert brams.hears("msg", cid=cid)


def test_c08_a_person_has_at_most_ten_sockets(anna, bram, open_socket):
    cookies = cookies_of(anna)
    listeners = [open_socket(None, cookies=cookies) for _ in range(limits.MAX_SOCKETS)]
    for listener in listeners:
        listener.sends("nothing").hears("error")

    assert open_socket(None, cookies=cookies).is_put_out() == 4429
    assert open_socket(bram).sends("nothing").hears("error")
    listeners[0].leaves()
    time.sleep(0.3)
    assert open_socket(None, cookies=cookies).sends("nothing").hears("error")


def test_a_socket_follows_at_most_a_hundred_topics(anna, bram, ciso, open_socket, monkeypatch):
    monkeypatch.setattr(limits, "MAX_SUBSCRIPTIONS", 2)
    rooms = [factories.make_room(ciso, bram) for _ in range(3)]
    listener = open_socket(anna)

    for room in [*rooms, rooms[0]]:
        listener.sends("sub", room=room.pk, after=-1)

    assert listener.hears("error") == {"t": "error", "code": "too_many", "room": rooms[2].pk}
    assert listener.hears("live", room=rooms[0].pk)


def test_c01_what_one_cannot_see_and_what_is_not_there_answer_alike(carla, dirk, bram, ciso, open_socket):
    room = factories.make_room(ciso, bram, name=factories.CANARY)
    for person in (carla, dirk):
        listener = open_socket(person)
        listener.sends("sub", room=room.pk, after=0).sends("sub", room=room.pk + 1, after=0)
        answers = [listener.hears("error"), listener.hears("error")]

        assert [{**answer, "room": 0} for answer in answers] == [{"t": "error", "code": "not_found", "room": 0}] * 2
        factories.make_message(room, bram, factories.CANARY)
        assert listener.listens(1.2) == []


def test_a_bucket_empties_and_fills():
    bucket = Bucket(per_second=1000, at_once=2)

    assert [bucket.take(), bucket.take()] == [True, True]
    bucket.tokens = 0.0
    assert bucket.seconds_until_next > 0
    time.sleep(0.01)
    assert bucket.take()
