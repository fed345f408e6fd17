"""The same people everywhere: anna, bram, carla, dirk, beheer and a visitor, around one closed community."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import Client
from hypothesis import settings as hypothesis_settings
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from community.live.framing import FramingProtocol
from community.models import Community, Openness, Organisation, Role, User
from search.lexicon import assume_shipped
from tests import factories
from tests.live import Listener, LiveSite, cookies_of

# A machine that is busy makes no test fail.
hypothesis_settings.register_profile("calm", deadline=None)
hypothesis_settings.load_profile("calm")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:
    """On SQLite, tests that commit clean up with DELETE, which the audit log refuses; its test puts this back."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("DROP TRIGGER audit_event_no_delete")


@pytest.fixture(autouse=True)
def _no_leftovers() -> None:
    """Rate limits and other short-lived facts start empty; no list of words was changed."""
    cache.clear()
    assume_shipped()


@pytest.fixture
def rotterdam(db: None) -> Organisation:
    """The organisation of anna and dirk."""
    return factories.make_organisation("Gemeente Rotterdam", domain="rotterdam.example")


@pytest.fixture
def schiedam(db: None) -> Organisation:
    """The organisation of bram and carla."""
    return factories.make_organisation("Gemeente Schiedam", domain="schiedam.example")


@pytest.fixture
def ciso(db: None) -> Community:
    """A closed community: bram facilitates it, anna is a member, carla and dirk are not."""
    return factories.make_community("CISO-netwerk", slug="ciso", openness=Openness.CLOSED)


@pytest.fixture
def zorg(db: None) -> Community:
    """An open community, of which carla is the only member."""
    return factories.make_community("Zorg en veiligheid", slug="zorg", openness=Openness.OPEN)


@pytest.fixture
def mensenhandel(db: None) -> Community:
    """A hidden community, of which bram is the owner and only member."""
    return factories.make_community("Mensenhandel", slug="mensenhandel", openness=Openness.HIDDEN)


@pytest.fixture
def anna(ciso: Community, rotterdam: Organisation) -> User:
    """A member of the closed community."""
    person = factories.make_person("Anna de Vries", organisation=rotterdam)
    factories.make_member(person, ciso)
    return person


@pytest.fixture
def bram(ciso: Community, mensenhandel: Community, schiedam: Organisation) -> User:
    """The facilitator of the closed community, and the owner of the hidden one."""
    person = factories.make_person("Bram Jansen", organisation=schiedam)
    factories.make_member(person, ciso, Role.FACILITATOR)
    factories.make_member(person, mensenhandel, Role.OWNER)
    return person


@pytest.fixture
def carla(zorg: Community, schiedam: Organisation) -> User:
    """A professional outside the closed community."""
    person = factories.make_person("Carla Bakker", organisation=schiedam)
    factories.make_member(person, zorg)
    return person


@pytest.fixture
def dirk(rotterdam: Organisation) -> User:
    """A professional who was removed from the closed community: no row is left."""
    return factories.make_person("Dirk Visser", organisation=rotterdam)


@pytest.fixture
def beheer(db: None) -> User:
    """The administrator of the site, a member of nothing."""
    return factories.make_person("Beheer", is_administrator=True, is_staff=True)


@pytest.fixture
def visitor() -> AnonymousUser:
    """Somebody who is not logged in."""
    return AnonymousUser()


@pytest.fixture
def browse(db: None) -> Callable[[User | AnonymousUser], Client]:
    """A client logged in as somebody: browse(anna).get(…)."""

    def as_person(person: User | AnonymousUser) -> Client:
        client = Client()
        if isinstance(person, User):
            client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_person


WAYS_OUT = {"framed": FramingProtocol, "asgi": WebSocketsSansIOProtocol}


@pytest.fixture(params=WAYS_OUT)
def live_site(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[LiveSite]:
    """The site, with its sockets open: with packets framed once, and with those that any ASGI server sends."""
    with LiveSite(WAYS_OUT[request.param]) as site:
        yield site


@pytest.fixture
def open_socket(live_site: LiveSite) -> Iterator[Callable[..., Listener]]:
    """open_socket(anna) is a socket of anna; all are closed at the end."""
    listeners: list[Listener] = []

    def listen(person: User | None, **options: object) -> Listener:
        cookies = options.pop("cookies", cookies_of(person) if person else "")
        listeners.append(Listener(live_site, str(cookies), **options))
        return listeners[-1]

    yield listen
    for listener in listeners:
        listener.leaves()
