"""Accounts: who is let in by a mail domain or by an administrator, and who is put out."""

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from community.actions import people as actions
from community.models import AuditEvent, MailOutbox, User
from community.signals import sessions_ended
from tests import factories

LOOK_ALIKES = [
    "eve@rotterdam.example.evil.example",
    "eve@sub.rotterdam.example",
    "eve@rotterdam.example.",
    "eve@rotterdam-example",
    "eve@rοtterdam.example",  # a Greek omicron
    "eve@xn--rtterdam-x6g.example",
    "eve@rotterdam.examplé",
    "rotterdam.example@evil.example",
    '"eve@rotterdam.example"@evil.example',
    "eve@evil.example@rotterdam.example@evil.example",
    "eve@notrotterdam.example",
    "eve@",
    "eve",
]


@pytest.fixture
def newcomer(db) -> User:
    return factories.make_person("Noor Nieuw", approved=False)


@pytest.mark.parametrize("email", ["noor@rotterdam.example", "noor@ROTTERDAM.Example"])
def test_the_domain_of_an_organisation_lets_somebody_in(newcomer, rotterdam, email):
    actions.follow_address(person=newcomer, email=email)
    newcomer.refresh_from_db()

    assert newcomer.is_professional
    assert newcomer.organisation == rotterdam
    assert AuditEvent.objects.get().action == "person.approved_by_domain"


@pytest.mark.parametrize("email", LOOK_ALIKES)
def test_a_look_alike_of_a_domain_lets_nobody_in(newcomer, rotterdam, email):
    actions.follow_address(person=newcomer, email=email)
    newcomer.refresh_from_db()

    assert not newcomer.is_professional
    assert newcomer.organisation is None


def test_administrators_are_told_of_who_waits(newcomer, beheer):
    actions.follow_address(person=newcomer, email="noor@elders.example")

    assert MailOutbox.objects.get().person == beheer


def test_the_same_address_proved_again_changes_nothing(newcomer, rotterdam):
    actions.follow_address(person=newcomer, email="noor@rotterdam.example")
    actions.follow_address(person=newcomer, email="noor@rotterdam.example")

    assert AuditEvent.objects.count() == 1


def test_whoever_moves_to_another_organisation_moves_with_the_address(anna, schiedam):
    actions.follow_address(person=anna, email="anna@schiedam.example")
    anna.refresh_from_db()

    assert anna.organisation == schiedam
    assert anna.is_professional


def test_whoever_leaves_the_domain_of_the_organisation_waits_again(anna, beheer):
    actions.follow_address(person=anna, email="anna@thuis.example")
    anna.refresh_from_db()

    assert not anna.is_professional
    assert anna.organisation is None
    assert MailOutbox.objects.get().person == beheer


def test_who_was_let_in_by_hand_stays_in_with_another_address(newcomer, beheer):
    actions.approve_person(actor=beheer, person=newcomer, organisation=factories.make_organisation())
    actions.follow_address(person=newcomer, email="noor@thuis.example")
    newcomer.refresh_from_db()

    assert newcomer.is_professional


def test_an_administrator_lets_somebody_in(newcomer, beheer, schiedam):
    actions.approve_person(actor=beheer, person=newcomer, organisation=schiedam)
    newcomer.refresh_from_db()

    assert newcomer.is_professional
    assert MailOutbox.objects.get().kind == "approved"
    with pytest.raises(Http404):
        actions.approve_person(actor=beheer, person=newcomer, organisation=schiedam)


def test_nobody_else_lets_somebody_in(newcomer, bram):
    with pytest.raises(PermissionDenied):
        actions.approve_person(actor=bram, person=newcomer, organisation=None)
    with pytest.raises(PermissionDenied):
        actions.refuse_person(actor=bram, person=newcomer)


def test_who_is_refused_has_a_closed_account_and_a_mail(newcomer, beheer):
    actions.refuse_person(actor=beheer, person=newcomer, reason="Geen werkadres.")
    newcomer.refresh_from_db()

    assert not newcomer.is_active
    assert MailOutbox.objects.get().context == {"reason": "Geen werkadres."}


def test_closing_an_account_ends_its_sessions(anna, beheer, browse, django_capture_on_commit_callbacks):
    client = browse(anna)
    client.get("/")
    ended: list[int] = []

    def note(people: list[int], **_kwargs) -> None:
        ended.extend(people)

    sessions_ended.connect(note)
    with django_capture_on_commit_callbacks(execute=True):
        actions.deactivate_person(actor=beheer, person=anna)

    assert ended == [anna.pk]
    assert not UserSession.objects.filter(user=anna).exists()
    assert client.get("/").status_code == 302


def test_nobody_closes_their_own_account_here_and_nobody_else_closes_one(beheer, anna, bram):
    with pytest.raises(ValidationError):
        actions.deactivate_person(actor=beheer, person=beheer)
    with pytest.raises(PermissionDenied):
        actions.deactivate_person(actor=bram, person=anna)


def test_a_closed_account_can_be_opened_again(anna, beheer):
    actions.deactivate_person(actor=beheer, person=anna)
    actions.reactivate_person(actor=beheer, person=anna)

    assert User.objects.get(pk=anna.pk).is_active


def test_people_change_their_own_name_and_language_only(anna, bram):
    actions.edit_profile(actor=anna, person=anna, name="Anna Vries", language="en")

    assert User.objects.get(pk=anna.pk).language == "en"
    with pytest.raises(PermissionDenied):
        actions.edit_profile(actor=bram, person=anna, name="Iemand")
    with pytest.raises(ValidationError):
        actions.edit_profile(actor=anna, person=anna, language="xx")


def test_signing_up_from_an_organisation_opens_the_door_when_the_code_is_entered(client, rotterdam, mailoutbox):
    client.post(
        "/accounts/signup/",
        {"name": "Noor  Nieuw", "email": "noor@rotterdam.example", "password1": "een-heel-lang-geheim-7"},
    )
    code = next(word for word in mailoutbox[-1].body.split() if len(word.replace("-", "")) >= 6 and word.isupper())
    client.post("/accounts/confirm-email/", {"code": code})
    noor = User.objects.get(email="noor@rotterdam.example")

    assert noor.name == "Noor Nieuw"
    assert noor.is_professional
    assert EmailAddress.objects.get(user=noor).verified


def test_signing_up_from_elsewhere_leads_to_the_waiting_page(db, client, mailoutbox):
    client.post(
        "/accounts/signup/", {"name": "Eve", "email": "eve@elders.example", "password1": "een-heel-lang-geheim-7"}
    )
    code = next(word for word in mailoutbox[-1].body.split() if len(word.replace("-", "")) >= 6 and word.isupper())
    client.post("/accounts/confirm-email/", {"code": code})
    response = client.get("/", follow=True)

    assert response.redirect_chain[-1][0] == "/waiting/"
    assert client.get("/communities/").status_code == 302


def test_an_address_beside_the_one_in_use_changes_nothing(anna):
    extra = EmailAddress.objects.create(user=anna, email="anna@thuis.example", verified=False, primary=False)
    from allauth.account.signals import email_confirmed

    email_confirmed.send(sender=EmailAddress, request=None, email_address=extra)
    anna.refresh_from_db()

    assert anna.is_professional
