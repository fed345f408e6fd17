"""Beyond one's rights: communities that could be joined, where the owner wants it, by what everybody may read."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from community.actions.communities import edit_community
from community.models import Community, Label, Openness
from search.actions.offers import note_offer_opened, note_offers
from search.models import OfferedWord, OfferSeen
from search.offers import COUNTED, collect_words, communities_beyond
from tests import factories
from tests.factories import CANARY

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(db: None) -> Community:
    """A closed community that is offered, of which owen is the owner."""
    ring = factories.make_community("Vogelkring", slug="vogelkring", introduction="Over weidevogels.", is_offered=True)
    factories.make_member(factories.make_person("Owen Baas"), ring, "owner")
    return ring


def owner_of(community: Community) -> Any:
    return community.memberships.get(role="owner").person


def named(person: Any, text: str) -> list[str]:
    collect_words()
    return [community.name for community in communities_beyond(person, text)]


@pytest.mark.parametrize("text", ["vogelkring", "weidevogel", "Weidevogels?", "grutto", "grutto kievit", "-grutto"])
def test_a_community_is_found_by_its_own_words_and_by_open_titles(text: str, ring: Community, carla: Any) -> None:
    factories.make_practice(ring, owner_of(ring), title="De grutto", label=Label.GREEN)
    factories.make_thread(ring, owner_of(ring), title="Kievit gezien", label=Label.CLEAR)
    assert named(carla, text) == ["Vogelkring"]


@pytest.mark.parametrize("text", ["", "   ", "de het een", "buizerd", "grutto buizerd", "\x00", '"'])
def test_what_does_not_match_names_nobody(text: str, ring: Community, carla: Any) -> None:
    factories.make_practice(ring, owner_of(ring), title="De grutto", label=Label.GREEN)
    assert named(carla, text) == []


@pytest.mark.parametrize("label", [Label.AMBER, Label.AMBER_STRICT, Label.RED])
def test_what_only_some_may_see_has_no_part_in_it(
    label: str, ring: Community, carla: Any, browse: Any, rotterdam: Any
) -> None:
    before = browse(carla).get("/search/beyond/", {"q": CANARY}).content.decode()
    owner = owner_of(ring)
    owner.organisation = rotterdam
    owner.save()
    content: dict[str, Any] = {"label": label, "title": CANARY, "named": []}
    factories.make_practice(ring, owner, **content)
    factories.make_thread(ring, owner, **content)
    factories.make_practice(ring, owner, title=CANARY, label=Label.GREEN, published=False)
    factories.make_thread(ring, owner, title=CANARY, label=Label.GREEN, hidden_at=timezone.now())
    factories.make_thread(ring, owner, title="Anders", body=CANARY, label=Label.GREEN)
    assert named(carla, CANARY) == []
    assert not OfferedWord.objects.filter(stem__startswith="kanarie").exists()
    after = browse(carla).get("/search/beyond/", {"q": CANARY}).content.decode()
    changing = re.compile(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"')
    assert changing.sub("", before) == changing.sub("", after)


def test_a_title_that_became_stricter_is_forgotten(ring: Community, carla: Any) -> None:
    practice = factories.make_practice(ring, owner_of(ring), title=CANARY, label=Label.GREEN)
    assert named(carla, CANARY) == ["Vogelkring"]
    amber = factories.make_practice(ring, owner_of(ring), label=Label.AMBER).audience
    type(practice).objects.filter(pk=practice.pk).update(label=Label.AMBER, audience=amber)
    assert named(carla, CANARY) == []


def test_members_and_the_banned_are_told_nothing(ring: Community, anna: Any, dirk: Any) -> None:
    factories.make_member(anna, ring)
    factories.make_ban(dirk, ring)
    assert named(anna, "weidevogels") == named(dirk, "weidevogels") == []


def test_a_community_that_is_not_offered_or_is_hidden_is_never_named(ring: Community, carla: Any, beheer: Any) -> None:
    assert not Community._meta.get_field("is_offered").default
    assert named(carla, "weidevogels") == ["Vogelkring"]
    # At once, though its words are still there.
    for change in ({"is_offered": False}, {"openness": Openness.HIDDEN, "widest_label": Label.AMBER}):
        Community.objects.filter(pk=ring.pk).update(is_offered=True, openness=Openness.CLOSED)
        collect_words()
        Community.objects.filter(pk=ring.pk).update(**change)
        assert OfferedWord.objects.exists()
        for person in (carla, beheer):
            assert communities_beyond(person, "weidevogels") == []
        collect_words()
        assert not OfferedWord.objects.exists()


def test_at_most_three_are_named_the_best_first(ring: Community, carla: Any) -> None:
    for number in range(4):
        factories.make_community(f"Kring {number}", introduction="Over weidevogels.", is_offered=True)
    factories.make_community("Zwaluwen", introduction="Weidevogels en zwaluwen en meeuwen.", is_offered=True)
    assert named(carla, "weidevogels zwaluwen meeuwen")[0] == "Zwaluwen"
    assert len(named(carla, "weidevogels")) == 3


def test_only_the_owner_offers_a_community(browse: Any, ring: Community, anna: Any, beheer: Any) -> None:
    facilitator = factories.make_person("Fem Leider")
    factories.make_member(facilitator, ring, "facilitator")
    for person in (facilitator, beheer):
        assert "is_offered" not in browse(person).get("/communities/vogelkring/edit/").content.decode()
        with pytest.raises(PermissionDenied):
            edit_community(actor=person, community=ring, is_offered=False)
    owner = owner_of(ring)
    page = browse(owner).get("/communities/vogelkring/edit/").content.decode()
    assert 'name="is_offered"' in page
    edit_community(actor=owner, community=ring, is_offered=False)
    ring.refresh_from_db()
    assert not ring.is_offered


def test_a_new_community_is_not_offered(browse: Any, beheer: Any) -> None:
    assert "is_offered" not in browse(beheer).get("/communities/new/").content.decode()


def test_the_page_of_results_leads_there_without_a_script(index: Any, browse: Any, ring: Community, carla: Any) -> None:
    collect_words()
    client = browse(carla)
    page = client.get("/search/", {"q": "weidevogels & meer"}).content.decode()
    link = re.search(r'href="(/search/beyond/\?q=[^"]*)"', page)[1]
    page = client.get(link).content.decode()
    assert "Vogelkring" in page
    assert "data-beyond-list" in page
    empty = client.get("/search/beyond/", {"q": "buizerd"}).content.decode()
    assert 'class="empty"' in empty
    assert "data-beyond-list" not in empty


def test_being_seen_and_opened_is_counted_once_per_person(browse: Any, ring: Community, carla: Any) -> None:
    collect_words()
    client = browse(carla)
    client.get("/search/beyond/", {"q": "weidevogels"})
    assert not OfferSeen.objects.exists()  # a GET changes nothing
    for fields in ({}, {}, {"opened": str(ring.pk)}, {}, {"opened": "999"}, {"opened": "x"}):
        assert client.post("/search/beyond/", {"q": "weidevogels", **fields}).status_code == 204
    seen = OfferSeen.objects.get()
    assert (seen.community, seen.is_opened) == (ring, True)
    other = factories.make_community("Anders", introduction="Over weidevogels.", is_offered=True)
    note_offers(actor=carla, communities=[other])
    assert OfferSeen.objects.get(community=other).asker != seen.asker


def test_what_was_not_named_is_not_counted(browse: Any, ring: Community, ciso: Community, carla: Any) -> None:
    collect_words()
    client = browse(carla)
    client.post("/search/beyond/", {"q": "weidevogels", "opened": str(ciso.pk)})
    client.post("/search/beyond/", {"q": "buizerd"})
    assert not OfferSeen.objects.exists()


def test_those_in_charge_see_the_demand_from_five_people_on(browse: Any, ring: Community, anna: Any) -> None:
    owner = owner_of(ring)
    factories.make_member(anna, ring)
    crowd = [factories.make_person() for _ in range(7)]
    note_offers_of = browse(owner)

    def told() -> dict[str, Any]:
        sections = note_offers_of.get("/communities/vogelkring/").context["sections"]
        return next(section["context"] for section in sections if section["name"] == "demand")

    for person in crowd[:4]:
        note_offers(actor=person, communities=[ring])
    assert (told()["seen"], told()["opened"]) == (None, None)
    for person in crowd[4:]:
        note_offer_opened(actor=person, community=ring)
    assert (told()["seen"], told()["opened"]) == (7, None)
    for person in crowd:
        note_offer_opened(actor=person, community=ring)
    assert (told()["seen"], told()["opened"]) == (7, 7)
    assert 'id="demand"' in note_offers_of.get("/communities/vogelkring/").content.decode()
    for person in (anna, crowd[0]):
        assert 'id="demand"' not in browse(person).get("/communities/vogelkring/").content.decode()
    OfferSeen.objects.update(seen_at=timezone.now() - COUNTED - timedelta(days=1))
    assert told()["seen"] is None
    collect_words()
    assert not OfferSeen.objects.exists()


def test_it_takes_the_same_queries_whatever_is_there(
    browse: Any, ring: Community, carla: Any, django_assert_num_queries: Any
) -> None:
    client = browse(carla)
    client.get("/search/beyond/", {"q": "weidevogels"})
    for _ in (1, 3):
        factories.make_community(introduction="Over weidevogels.", is_offered=True)
        factories.make_practice(ring, owner_of(ring), label=Label.AMBER, title=CANARY)
        collect_words()
        for query in ("weidevogels", CANARY, "buizerd"):
            with django_assert_num_queries(6):
                client.get("/search/beyond/", {"q": query})
