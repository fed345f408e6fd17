"""How people come into a community, what they are in it, and how they leave."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access
from community.audit import record
from community.emails import queue_mail
from community.models import AuditEvent, Ban, Community, JoinRequest, Membership, Role, User
from community.signals import access_changed

A_DAY = timedelta(days=1)


def join_community(*, actor: User, community: Community) -> Membership:
    """Walk into an open community; who is in already stays what they are. Raises Http404 or PermissionDenied."""
    with transaction.atomic():
        community = _lock(community)
        access.require(actor, "community.view", community)
        present = Membership.objects.filter(community=community, person=actor).first()
        if present:
            return present
        access.require(actor, "community.join", community)
        membership = Membership.objects.create(community=community, person=actor)
        record("membership.joined", actor=actor, community=community, person=actor)
        _tell(actor)
    return membership


def request_membership(*, actor: User, community: Community, motivation: str) -> JoinRequest:
    """Ask to be let into a closed community; asking twice is asking once.

    Raises Http404, PermissionDenied, or ValidationError where the motivation is empty.
    """
    motivation = motivation.strip()
    with transaction.atomic():
        community = _lock(community)
        access.require(actor, "community.view", community)
        asked = JoinRequest.objects.filter(community=community, person=actor).first()
        if asked:
            return asked
        access.require(actor, "community.request", community)
        if not motivation:
            raise ValidationError({"motivation": _("Tell why you want to join.")})
        request = JoinRequest.objects.create(community=community, person=actor, motivation=motivation)
        record("request.made", actor=actor, community=community, person=actor)
        _tell_who_decides(request)
    return request


def _tell_who_decides(request: JoinRequest) -> None:
    """Mail those in charge, or where there is nobody, the administrators: they can put somebody in charge.

    Who takes a request back and asks again within a day causes no further mail.
    """
    asked_before = AuditEvent.objects.filter(
        action="request.made", community=request.community, person=request.person, at__gt=timezone.now() - A_DAY
    )
    if asked_before.count() > 1:  # this time is one of them
        return
    in_charge = Q(memberships__community=request.community, memberships__role__in=[Role.FACILITATOR, Role.OWNER])
    professionals = User.objects.professionals()
    people, kind = professionals.filter(in_charge).distinct(), "join_requested"
    if not people:
        people, kind = professionals.filter(is_administrator=True), "nobody_in_charge"
    for person in people:
        queue_mail(person, kind, community=request.community_id, asker=request.person_id)


def withdraw_request(*, actor: User, community: Community) -> None:
    """Take one's own request back; nothing happens where there is none."""
    with transaction.atomic():
        removed, _kinds = JoinRequest.objects.filter(community=community, person=actor).delete()
        if removed:
            record("request.withdrawn", actor=actor, community=community, person=actor)


def admit(*, actor: User, request: JoinRequest) -> Membership:
    """Let in who asked. Raises Http404 (also where the request is gone), PermissionDenied or ValidationError."""
    with transaction.atomic():
        request = _take_request(actor, request)
        if not request.person.is_professional:
            raise ValidationError(_("This person has no active, approved account."))
        membership, _made = Membership.objects.get_or_create(community=request.community, person=request.person)
        request.delete()
        record("request.admitted", actor=actor, community=membership.community, person=membership.person)
        queue_mail(membership.person, "admitted", community=membership.community_id)
        _tell(membership.person)
    return membership


def reject(*, actor: User, request: JoinRequest, reason: str = "") -> None:
    """Do not let in who asked; the reason is mailed and kept nowhere. Raises Http404 or PermissionDenied."""
    with transaction.atomic():
        request = _take_request(actor, request)
        record("request.rejected", actor=actor, community=request.community, person=request.person)
        queue_mail(request.person, "rejected", community=request.community_id, reason=reason.strip())
        request.delete()


def _take_request(actor: User, request: JoinRequest) -> JoinRequest:
    community = _lock(request.community)
    access.require(actor, "community.decide_requests", community)
    fresh = JoinRequest.objects.select_related("person", "community").filter(pk=request.pk).first()
    if fresh is None:
        raise Http404
    return fresh


def leave_community(*, actor: User, community: Community) -> None:
    """Walk out. Raises Http404, PermissionDenied, or ValidationError for the last owner."""
    with transaction.atomic():
        community = _lock(community)
        access.require(actor, "community.leave", community)
        membership = Membership.objects.get(community=community, person=actor)
        _keep_an_owner(membership)
        membership.delete()
        record("membership.left", actor=actor, community=community, person=actor, role=membership.role)
        _tell(actor)


def remove_member(*, actor: User, membership: Membership, reason: str = "") -> None:
    """Put a member out; the reason is mailed. Raises Http404, PermissionDenied or ValidationError."""
    with transaction.atomic():
        membership = _take_membership(actor, membership, "community.remove_member")
        _put_out(actor, membership)
        queue_mail(membership.person, "removed", community=membership.community_id, reason=reason.strip())


def ban_person(*, actor: User, community: Community, person: User, reason: str) -> Ban:
    """Put somebody out and keep them out, whether they are in or not. Banning twice is banning once.

    Raises Http404, PermissionDenied, or ValidationError where the reason is missing.
    """
    reason = reason.strip()
    with transaction.atomic():
        community = _lock(community)
        access.require(actor, "community.ban", community)
        if not reason:
            raise ValidationError({"reason": _("Give a reason: whoever looks at this later needs it.")})
        membership = Membership.objects.filter(community=community, person=person).first()
        if membership:
            _guard_rank(actor, membership)
            _put_out(actor, membership)
        JoinRequest.objects.filter(community=community, person=person).delete()
        details = {"reason": reason, "created_by": actor}
        ban, made = Ban.objects.get_or_create(community=community, person=person, defaults=details)
        if made:
            record("person.banned", actor=actor, community=community, person=person)
            queue_mail(person, "banned", community=community.pk, reason=reason)
    return ban


def lift_ban(*, actor: User, ban: Ban) -> None:
    """Let somebody come in again, if they want to. Raises Http404 or PermissionDenied."""
    with transaction.atomic():
        access.require(actor, "community.ban", ban.community)
        record("person.unbanned", actor=actor, community=ban.community, person=ban.person)
        Ban.objects.filter(pk=ban.pk).delete()


def change_role(*, actor: User, membership: Membership, role: Role | str) -> Membership:
    """Make a member a facilitator, an owner or just a member. Raises Http404, PermissionDenied or ValidationError."""
    with transaction.atomic():
        membership = _take_membership(actor, membership, "community.change_roles")
        old, new = Role(membership.role), Role(role)
        if old == new:
            return membership
        _keep_an_owner(membership)
        membership.role = new
        membership.save(update_fields=["role"])
        record(
            "membership.role_changed", actor=actor, community=membership.community, person=membership.person,
            old=old.value, new=new.value,
        )  # fmt: skip
        _tell(membership.person)
    return membership


def _put_out(actor: User, membership: Membership) -> None:
    if membership.person_id == actor.pk:
        raise ValidationError(_("To go yourself, leave the community."))
    _keep_an_owner(membership)
    membership.delete()
    record(
        "membership.removed", actor=actor, community=membership.community, person=membership.person,
        role=membership.role,
    )  # fmt: skip
    _tell(membership.person)


def _take_membership(actor: User, membership: Membership, right: str) -> Membership:
    community = _lock(membership.community)
    access.require(actor, right, community)
    fresh = Membership.objects.select_related("person", "community").filter(pk=membership.pk).first()
    if fresh is None:
        raise Http404
    _guard_rank(actor, fresh)
    return fresh


def _guard_rank(actor: User, membership: Membership) -> None:
    """Who may not give roles may only put out plain members."""
    if membership.role != Role.MEMBER and not access.can(actor, "community.change_roles", membership.community):
        raise PermissionDenied


def _keep_an_owner(membership: Membership) -> None:
    """A community keeps an owner as long as it has one."""
    others = Membership.objects.filter(community=membership.community, role=Role.OWNER).exclude(pk=membership.pk)
    if membership.role == Role.OWNER and not others.exists():
        raise ValidationError(_("A community needs an owner. Make somebody else an owner first."))


def _lock(community: Community) -> Community:
    """The row as it is now, kept until this transaction ends: who comes and goes does so one after another."""
    return Community.objects.select_for_update().get(pk=community.pk)


def _tell(person: User) -> None:
    access.forget(person)
    transaction.on_commit(lambda: access_changed.send(sender=Membership, people=[person.pk]))
