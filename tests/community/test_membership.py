"""Coming into a community, leaving it, and being put out: the actions."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from community import access
from community.actions import membership as actions
from community.models import AuditEvent, Ban, JoinRequest, MailOutbox, Membership, Role, User
from community.signals import access_changed
from tests import factories


def audited() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def mailed() -> list[tuple[str, str]]:
    return [(row.person.name, row.kind) for row in MailOutbox.objects.select_related("person")]


@pytest.fixture
def olga(ciso) -> User:
    """The owner of the closed community."""
    person = factories.make_person("Olga Smit")
    factories.make_member(person, ciso, Role.OWNER)
    return person


@pytest.fixture
def told():
    """Whose access changed, as the sockets are told."""
    people: list[int] = []

    def note(people: list[int], heard=people, **_kwargs) -> None:
        heard.extend(people)

    access_changed.connect(note)
    yield people
    access_changed.disconnect(note)


def test_a_professional_walks_into_an_open_community(dirk, zorg, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        membership = actions.join_community(actor=dirk, community=zorg)

    assert membership.role == Role.MEMBER
    assert told == [dirk.pk]
    assert audited() == ["membership.joined"]


def test_joining_twice_is_joining_once(dirk, zorg):
    first = actions.join_community(actor=dirk, community=zorg)

    assert actions.join_community(actor=dirk, community=zorg) == first
    assert audited() == ["membership.joined"]


def test_joining_takes_effect_in_the_same_request(dirk, zorg):
    access.remember(dirk)
    actions.join_community(actor=dirk, community=zorg)

    assert access.can(dirk, "thread.start", zorg)


def test_nobody_walks_into_a_closed_or_hidden_community(dirk, ciso, mensenhandel):
    with pytest.raises(PermissionDenied):
        actions.join_community(actor=dirk, community=ciso)
    with pytest.raises(Http404):
        actions.join_community(actor=dirk, community=mensenhandel)

    assert not Membership.objects.filter(person=dirk).exists()


def test_whoever_is_banned_does_not_walk_in_or_ask(dirk, ciso, zorg):
    for community in (ciso, zorg):
        factories.make_ban(dirk, community)

    with pytest.raises(PermissionDenied):
        actions.join_community(actor=dirk, community=zorg)
    with pytest.raises(PermissionDenied):
        actions.request_membership(actor=dirk, community=ciso, motivation="Toch graag.")


def test_asking_tells_those_who_decide(dirk, ciso, bram, olga):
    actions.request_membership(actor=dirk, community=ciso, motivation="  Ik ben CISO. ")

    assert JoinRequest.objects.get().motivation == "Ik ben CISO."
    assert sorted(mailed()) == [("Bram Jansen", "join_requested"), ("Olga Smit", "join_requested")]


def test_asking_a_community_without_facilitators_tells_the_administrators(dirk, beheer, ciso):
    actions.request_membership(actor=dirk, community=ciso, motivation="Ik ben CISO.")

    assert mailed() == [("Beheer", "nobody_in_charge")]


def test_asking_again_within_a_day_causes_no_further_mail(dirk, ciso, bram):
    for _ in range(3):
        actions.request_membership(actor=dirk, community=ciso, motivation="Ik ben CISO.")
        actions.withdraw_request(actor=dirk, community=ciso)
    assert len(mailed()) == 1
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        actions.request_membership(actor=dirk, community=ciso, motivation="Ik ben CISO.")
    assert len(mailed()) == 2


def test_an_administrator_lets_nobody_in_nor_themselves(beheer, dirk, ciso, bram):
    for asker in (beheer, dirk):
        asked = actions.request_membership(actor=asker, community=ciso, motivation="Ik wil kijken.")
        for decide in (actions.admit, actions.reject):
            with pytest.raises(PermissionDenied):
                decide(actor=beheer, request=asked)
    assert not ciso.memberships.filter(person__in=[beheer, dirk]).exists()


def test_asking_twice_is_asking_once(dirk, ciso, bram):
    first = actions.request_membership(actor=dirk, community=ciso, motivation="Ik ben CISO.")

    assert actions.request_membership(actor=dirk, community=ciso, motivation="Nog eens.") == first
    assert len(mailed()) == 1


def test_a_request_needs_a_motivation(dirk, ciso):
    with pytest.raises(ValidationError, match="waarom"):
        actions.request_membership(actor=dirk, community=ciso, motivation="   ")


def test_members_and_who_may_walk_in_cannot_ask(anna, dirk, ciso, zorg):
    with pytest.raises(PermissionDenied):
        actions.request_membership(actor=anna, community=ciso, motivation="Ik ben er al.")
    with pytest.raises(PermissionDenied):
        actions.request_membership(actor=dirk, community=zorg, motivation="Hij is open.")


def test_a_request_can_be_taken_back(dirk, ciso):
    factories.make_request(dirk, ciso)
    actions.withdraw_request(actor=dirk, community=ciso)
    actions.withdraw_request(actor=dirk, community=ciso)

    assert not JoinRequest.objects.exists()
    assert audited() == ["request.withdrawn"]


def test_a_facilitator_admits_who_asked(dirk, ciso, bram, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        membership = actions.admit(actor=bram, request=factories.make_request(dirk, ciso))

    assert (membership.person, membership.community) == (dirk, ciso)
    assert not JoinRequest.objects.exists()
    assert mailed() == [("Dirk Visser", "admitted")]
    assert told == [dirk.pk]


def test_a_request_is_decided_once(dirk, ciso, bram):
    request = factories.make_request(dirk, ciso)
    actions.admit(actor=bram, request=JoinRequest.objects.get())

    with pytest.raises(Http404):
        actions.reject(actor=bram, request=request, reason="Te laat.")


def test_members_do_not_decide_about_requests(anna, dirk, ciso):
    request = factories.make_request(dirk, ciso)

    with pytest.raises(PermissionDenied):
        actions.admit(actor=anna, request=request)
    with pytest.raises(PermissionDenied):
        actions.reject(actor=anna, request=request)


def test_whose_account_was_closed_since_is_not_admitted(dirk, ciso, bram):
    request = factories.make_request(dirk, ciso)
    User.objects.filter(pk=dirk.pk).update(is_active=False)

    with pytest.raises(ValidationError, match="account"):
        actions.admit(actor=bram, request=request)


def test_a_rejection_is_mailed_and_its_reason_is_not_in_the_audit_log(dirk, ciso, bram):
    actions.reject(actor=bram, request=factories.make_request(dirk, ciso), reason="Alleen voor CISO's.")

    assert mailed() == [("Dirk Visser", "rejected")]
    assert "Alleen" not in str(AuditEvent.objects.get().details)
    assert not Membership.objects.filter(person=dirk).exists()


def test_a_member_leaves(anna, ciso):
    actions.leave_community(actor=anna, community=ciso)

    assert not Membership.objects.filter(person=anna).exists()
    assert audited() == ["membership.left"]


def test_the_last_owner_stays(olga, ciso, anna):
    with pytest.raises(ValidationError, match="eigenaar"):
        actions.leave_community(actor=olga, community=ciso)
    actions.change_role(actor=olga, membership=ciso.memberships.get(person=anna), role=Role.OWNER)
    actions.leave_community(actor=olga, community=ciso)

    assert not ciso.memberships.filter(person=olga).exists()


def test_a_facilitator_removes_a_member(anna, bram, ciso, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_member(actor=bram, membership=ciso.memberships.get(person=anna), reason="Andere functie.")

    assert not ciso.memberships.filter(person=anna).exists()
    assert mailed() == [("Anna de Vries", "removed")]
    assert told == [anna.pk]
    assert audited() == ["membership.removed"]


def test_a_facilitator_does_not_remove_an_owner(bram, olga, ciso):
    with pytest.raises(PermissionDenied):
        actions.remove_member(actor=bram, membership=ciso.memberships.get(person=olga))
    with pytest.raises(PermissionDenied):
        actions.ban_person(actor=bram, community=ciso, person=olga, reason="Machtsgreep.")


def test_an_administrator_does_not_remove_the_last_owner(beheer, olga, ciso):
    with pytest.raises(ValidationError, match="eigenaar"):
        actions.remove_member(actor=beheer, membership=ciso.memberships.get(person=olga))


def test_nobody_removes_themselves(bram, anna, ciso):
    ciso.memberships.filter(person=anna).update(role=Role.OWNER)
    factories.make_member(factories.make_person(), ciso, Role.OWNER)

    with pytest.raises(ValidationError, match="Verlaat"):
        actions.remove_member(actor=anna, membership=ciso.memberships.get(person=anna))


def test_a_member_removes_nobody(anna, bram, ciso):
    with pytest.raises(PermissionDenied):
        actions.remove_member(actor=anna, membership=ciso.memberships.get(person=bram))


def test_somebody_is_removed_once(anna, bram, ciso):
    membership = ciso.memberships.get(person=anna)
    actions.remove_member(actor=bram, membership=Membership.objects.get(pk=membership.pk))

    with pytest.raises(Http404):
        actions.remove_member(actor=bram, membership=membership)


def test_a_ban_puts_out_and_keeps_out(anna, bram, ciso):
    actions.ban_person(actor=bram, community=ciso, person=anna, reason="Gelekt.")
    actions.ban_person(actor=bram, community=ciso, person=anna, reason="Nog eens.")

    assert not ciso.memberships.filter(person=anna).exists()
    assert Ban.objects.get().reason == "Gelekt."
    assert audited() == ["membership.removed", "person.banned"]
    assert mailed() == [("Anna de Vries", "banned")]


def test_a_ban_ends_a_request(dirk, bram, ciso):
    factories.make_request(dirk, ciso)
    actions.ban_person(actor=bram, community=ciso, person=dirk, reason="Gelekt.")

    assert not JoinRequest.objects.exists()


def test_a_ban_needs_a_reason_and_a_facilitator(anna, bram, dirk, ciso):
    with pytest.raises(ValidationError, match="reason"):
        actions.ban_person(actor=bram, community=ciso, person=dirk, reason=" ")
    with pytest.raises(PermissionDenied):
        actions.ban_person(actor=anna, community=ciso, person=dirk, reason="Omdat.")


def test_a_lifted_ban_lets_somebody_ask_again(dirk, bram, ciso):
    actions.lift_ban(actor=bram, ban=factories.make_ban(dirk, ciso))
    actions.request_membership(actor=dirk, community=ciso, motivation="Ik heb geleerd.")

    assert JoinRequest.objects.get().person == dirk


def test_only_facilitators_lift_a_ban(anna, dirk, ciso):
    with pytest.raises(PermissionDenied):
        actions.lift_ban(actor=anna, ban=factories.make_ban(dirk, ciso))


def test_an_owner_gives_a_role(olga, anna, ciso):
    membership = actions.change_role(actor=olga, membership=ciso.memberships.get(person=anna), role=Role.FACILITATOR)
    actions.change_role(actor=olga, membership=membership, role=Role.FACILITATOR)

    assert ciso.memberships.get(person=anna).role == Role.FACILITATOR
    assert AuditEvent.objects.get().details == {"old": "member", "new": "facilitator"}


def test_a_facilitator_gives_no_roles(bram, anna, ciso):
    with pytest.raises(PermissionDenied):
        actions.change_role(actor=bram, membership=ciso.memberships.get(person=anna), role=Role.OWNER)


def test_the_last_owner_keeps_the_role(olga, ciso):
    with pytest.raises(ValidationError, match="eigenaar"):
        actions.change_role(actor=olga, membership=ciso.memberships.get(person=olga), role=Role.MEMBER)
