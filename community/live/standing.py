"""Who is behind a socket, and whether they still are: the session, the person, and the communities they are in.

Channels' own session middleware is not used: it ignores SECRET_KEY_FALLBACKS and flushes the session of who logged
in before a key change.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from community.models import AccessStamp, Membership, User

ENDED, NO_ACCESS = 4401, 4403


class RefusedError(Exception):
    """Nobody may open a socket by this session; `code` is the close code that says why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Standing:
    """What a person's open sockets rest on. `account` changes with the password; `roles` are (community, role)."""

    account: bytes
    is_professional: bool
    organisation: int | None
    roles: frozenset[tuple[int, str]]

    def end_of(self, now: "Standing | None") -> int | None:
        """The code to close with, if what there was is not all there now; else None."""
        if now is None or now.account != self.account:
            return ENDED
        shrunk = not self.roles <= now.roles or now.organisation != self.organisation
        return NO_ACCESS if shrunk or not now.is_professional else None


@dataclass(frozen=True)
class Holder:
    """The person and the session that a socket was opened by, and the access stamp under which they were checked."""

    pk: int
    name: str
    session_key: str
    standing: Standing
    stamp: int | None = None


def _session_store() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore


def holder_of(cookies: str) -> Holder:
    """Who these cookies belong to. Raises RefusedError with 4401 (no valid session) or 4403 (not approved)."""
    stamp = AccessStamp.read()
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    session = _session_store()(session_key=key)
    user = _user_of(session) if key else None
    if user is None or not user.is_active:
        raise RefusedError(ENDED)
    if not user.is_professional:
        raise RefusedError(NO_ACCESS)
    standing = standings([user.pk])[user.pk]
    return Holder(pk=user.pk, name=user.name, session_key=str(session.session_key), standing=standing, stamp=stamp)


def _user_of(session: Any) -> User | None:
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = User.objects.filter(pk=session[SESSION_KEY]).first()
    if user is None:
        return None
    given = session.get(HASH_SESSION_KEY, "")
    valid = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return user if any(constant_time_compare(given, proof) for proof in valid) else None


def standings(people: Iterable[int]) -> dict[int, Standing]:
    """How these people stand now; who has no account any more is missing. Two queries."""
    people = list(people)
    roles: dict[int, set[tuple[int, str]]] = {}
    for person, community, role in Membership.objects.filter(person__in=people).values_list(
        "person_id", "community_id", "role"
    ):
        roles.setdefault(person, set()).add((community, role))
    return {
        user.pk: Standing(
            account=hashlib.sha256(f"{user.is_active} {user.password}".encode()).digest(),
            is_professional=user.is_professional,
            organisation=user.organisation_id,
            roles=frozenset(roles.get(user.pk, ())),
        )
        for user in User.objects.filter(pk__in=people).only("password", "is_active", "approved_at", "organisation")
    }


def living_sessions(keys: Iterable[str]) -> set[str]:
    """Those of these sessions that still exist and have not expired. One query."""
    sessions = _session_store().get_model_class().objects
    return set(
        sessions.filter(session_key__in=list(keys), expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
