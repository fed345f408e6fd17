"""The site that benchmarks/chat.py measures: its people, and its server without what is not being measured.

`python -m benchmarks.chat_site PORT framed|asgi` serves the site of KENNISKRING_DATA on one core: without a worker, and
without pings, which the listeners of the benchmark do not answer.
"""

import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = 50


def make_site(folder: str) -> None:
    """Set this process, and those that it starts, to a site in this folder as it runs in production, on SQLite.

    Not with DEBUG: Django then keeps the text of the last nine thousand queries of each connection.
    """
    for name in ("DATABASE_URL", "REDIS_URL", "DEBUG"):
        os.environ.pop(name, None)
    os.environ.update(
        KENNISKRING_DATA=folder,
        STATIC_ROOT=f"{folder}/static",
        SECRET_KEY=secrets.token_urlsafe(50),
        DJANGO_SETTINGS_MODULE="config.settings",
        LOG_LEVEL="WARNING",
    )
    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True)  # noqa: S603 - our own


def make_people(count: int) -> tuple[int, list[int], list[str]]:
    """A room for all, fifty small rooms, and the Cookie header of each of so many members."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import transaction
    from django.utils import timezone

    from community.models import Membership, User
    from tests import factories

    cookies = []
    with transaction.atomic():
        community = factories.make_community("Meting", slug="meting")
        people = User.objects.bulk_create(
            User(email=f"m{number}@meting.example", name=f"M{number} Meting", approved_at=timezone.now())
            for number in range(count)
        )
        Membership.objects.bulk_create(Membership(person=person, community=community) for person in people)
        for person in people:
            session = SessionStore()
            session[SESSION_KEY] = str(person.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = person.get_session_auth_hash()
            session.create()
            cookies.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
        large = factories.make_room(community, people[0], name="Meting")
        small = [factories.make_room(community, people[0], name=f"Kamer {number}") for number in range(ROOMS)]
        thread = factories.make_thread(community, people[0], posts=50)
    Path(settings.DATA_DIR, "thread").write_text(str(thread.pk))
    return large.pk, [room.pk for room in small], cookies


def serve(port: int, way: str) -> None:
    """Serve until SIGTERM."""
    import django

    django.setup()
    from config.serving import Server, bind, server_config

    config = server_config() if way == "framed" else server_config("websockets-sansio")
    config.ws_ping_interval = None
    config.ws_ping_timeout = None
    Server(config).run([bind("127.0.0.1", port)])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    serve(int(sys.argv[1]), sys.argv[2])
