"""What is decided about accounts: who is let in, by an administrator or by a mail domain, and who is put out."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access
from community.audit import record
from community.emails import queue_mail
from community.models import MailDomain, Organisation, User
from community.signals import access_changed, sessions_ended

WAITS = "approval_waiting"


def _domain_of(email: str) -> str:
    """What stands after the last @, in lower case."""
    return email.rpartition("@")[2].lower()


def _organisation_of(email: str) -> Organisation | None:
    """The organisation whose domain this address has, letter for letter: no subdomains, no look-alikes."""
    domain = MailDomain.objects.select_related("organisation").filter(domain=_domain_of(email)).first()
    return domain.organisation if domain else None


def follow_address(*, person: User, email: str) -> None:
    """Draw the consequences of a mail address that was just proved to be this person's.

    The domain of an organisation lets somebody in. Who was let in by one and now has an address outside it waits
    for an administrator again: the organisation vouched for the address, not for the person.
    """
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        organisation = _organisation_of(email)
        if organisation is not None:
            _let_in_by_domain(person, organisation)
        elif person.approved_at is None:
            _ask_administrators(person)
        elif person.organisation is not None and person.organisation.domains.exists():
            person.approved_at = person.organisation = None
            person.save(update_fields=["approved_at", "organisation"])
            record("person.left_domain", actor=None, person=person)
            _ask_administrators(person)
            _tell(person)


def _let_in_by_domain(person: User, organisation: Organisation) -> None:
    if person.organisation_id == organisation.pk and person.approved_at is not None:
        return
    person.organisation = organisation
    person.approved_at = person.approved_at or timezone.now()
    person.save(update_fields=["organisation", "approved_at"])
    record("person.approved_by_domain", actor=None, person=person, organisation=organisation.pk)
    _tell(person)


def _ask_administrators(person: User) -> None:
    for administrator in User.objects.professionals().filter(is_administrator=True):
        queue_mail(administrator, WAITS, waiting=person.pk)


def approve_person(*, actor: User, person: User, organisation: Organisation | None) -> User:
    """Let somebody in who waits. Raises PermissionDenied, or Http404 where nobody of that key waits any more."""
    with transaction.atomic():
        person = _take_waiting(actor, person)
        person.approved_at = timezone.now()
        person.organisation = organisation
        person.save(update_fields=["approved_at", "organisation"])
        record("person.approved", actor=actor, person=person, organisation=organisation.pk if organisation else None)
        queue_mail(person, "approved")
        _tell(person)
    return person


def refuse_person(*, actor: User, person: User, reason: str = "") -> User:
    """Do not let somebody in who waits: the account is closed. Raises PermissionDenied or Http404."""
    with transaction.atomic():
        person = _take_waiting(actor, person)
        queue_mail(person, "refused", reason=reason.strip())
        record("person.refused", actor=actor, person=person)
        _close_account(person)
    return person


def _take_waiting(actor: User, person: User) -> User:
    if not access.can(actor, "person.approve"):
        raise PermissionDenied
    waiting = User.objects.select_for_update().filter(pk=person.pk, is_active=True, approved_at=None).first()
    if waiting is None:
        raise Http404
    return waiting


def deactivate_person(*, actor: User, person: User) -> User:
    """Close an account: its sessions end, what it wrote stays. Raises PermissionDenied or ValidationError."""
    with transaction.atomic():
        access.require(actor, "person.deactivate", person)
        if person.pk == actor.pk:
            raise ValidationError(_("You cannot close your own account here."))
        record("person.deactivated", actor=actor, person=person)
        _close_account(person)
    return person


def reactivate_person(*, actor: User, person: User) -> User:
    """Open a closed account again. Raises Http404 or PermissionDenied."""
    with transaction.atomic():
        access.require(actor, "person.deactivate", person)
        person.is_active = True
        person.save(update_fields=["is_active"])
        record("person.reactivated", actor=actor, person=person)
    return person


def _close_account(person: User) -> None:
    person.is_active = False
    person.save(update_fields=["is_active"])
    for session in UserSession.objects.filter(user=person):
        session.end()
    _tell(person)
    transaction.on_commit(lambda: sessions_ended.send(sender=User, people=[person.pk], session_keys=[]))


def edit_profile(*, actor: User, person: User, **fields: Any) -> User:
    """Another name or language for oneself. Raises Http404, PermissionDenied, or ValidationError for its fields."""
    with transaction.atomic():
        access.require(actor, "person.edit", person)
        for name, value in fields.items():
            setattr(person, name, value)
        person.full_clean(exclude=["password", "email"])
        person.save(update_fields=sorted(fields))
    return person


def _tell(person: User) -> None:
    transaction.on_commit(lambda: access_changed.send(sender=User, people=[person.pk]))
