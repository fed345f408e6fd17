"""The mail outbox: written with what it follows from, made when it leaves, sent at least once."""

import pytest
from django.core import mail
from django.utils import timezone

from community.emails import KINDS, compose, deliver_mails, queue_mail
from community.models import MailOutbox, Membership
from tests import factories
from tests.factories import CANARY


def test_a_mail_leaves_once_and_its_row_goes(anna, ciso):
    queue_mail(anna, "admitted", community=ciso.pk)

    assert deliver_mails() == 1
    assert deliver_mails() == 0
    assert [message.to for message in mail.outbox] == [[anna.email]]
    assert "CISO-netwerk" in mail.outbox[0].subject
    assert "http://testserver/communities/ciso/" in mail.outbox[0].body


def test_a_mail_is_in_the_language_of_its_reader(anna, ciso):
    anna.language = "en"
    anna.save()
    queue_mail(anna, "admitted", community=ciso.pk)
    deliver_mails()

    assert mail.outbox[0].subject == "You are a member of CISO-netwerk"


def test_a_mail_that_is_sent_again_has_the_same_message_id(anna, ciso):
    queue_mail(anna, "admitted", community=ciso.pk)
    row = MailOutbox.objects.get()

    assert compose(row).extra_headers["Message-ID"] == compose(row).extra_headers["Message-ID"] == row.message_id
    assert row.message_id.endswith("@testserver>")


def test_rights_are_asked_again_when_a_mail_leaves(anna, bram, mensenhandel):
    mensenhandel.name = CANARY
    mensenhandel.save()
    membership = factories.make_member(anna, mensenhandel)
    queue_mail(anna, "admitted", community=mensenhandel.pk)
    membership.delete()
    deliver_mails()

    assert CANARY not in mail.outbox[0].subject + mail.outbox[0].body
    assert "/communities/" not in mail.outbox[0].body


def test_who_may_no_longer_decide_gets_no_mail_about_a_request(dirk, bram, ciso):
    factories.make_request(dirk, ciso)
    queue_mail(bram, "join_requested", community=ciso.pk, asker=dirk.pk)
    Membership.objects.filter(person=bram).update(role="member")

    assert deliver_mails() == 1
    assert mail.outbox == []


def test_a_request_that_was_decided_is_mailed_to_nobody(dirk, bram, ciso):
    queue_mail(bram, "join_requested", community=ciso.pk, asker=dirk.pk)
    deliver_mails()

    assert mail.outbox == []


def test_a_request_names_who_asks(dirk, bram, ciso):
    factories.make_request(dirk, ciso)
    queue_mail(bram, "join_requested", community=ciso.pk, asker=dirk.pk)
    deliver_mails()

    assert "Dirk Visser" in mail.outbox[0].body
    assert "/communities/ciso/requests/" in mail.outbox[0].body


def test_administrators_are_told_who_waits_as_long_as_they_wait(beheer, anna):
    waiting = factories.make_person("Noor Nieuw", approved=False)
    queue_mail(beheer, "approval_waiting", waiting=waiting.pk)
    queue_mail(anna, "approval_waiting", waiting=waiting.pk)
    deliver_mails()

    assert [message.to for message in mail.outbox] == [[beheer.email]]
    assert "Noor Nieuw" in mail.outbox[0].subject


def test_closed_accounts_get_no_mail_but_that_they_are_refused(anna, ciso):
    anna.is_active = False
    anna.save()
    queue_mail(anna, "removed", community=ciso.pk, reason="Weg.")
    queue_mail(anna, "refused", reason="Geen werkadres.")
    deliver_mails()

    assert [message.subject for message in mail.outbox] == [mail.outbox[0].subject]
    assert "Geen werkadres." in mail.outbox[0].body


def test_a_community_that_is_gone_is_mailed_about_to_nobody(anna):
    queue_mail(anna, "removed", community=999_999)
    deliver_mails()

    assert mail.outbox == []


def test_a_name_with_a_line_break_does_not_become_a_header(anna, ciso):
    ciso.name = "CISO\nBcc: eve@evil.example"
    ciso.save()
    queue_mail(anna, "admitted", community=ciso.pk)
    deliver_mails()

    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == [anna.email]


def test_what_fails_waits_and_stops_no_other_mail(anna, bram, ciso, settings):
    queue_mail(anna, "admitted", community=ciso.pk)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    deliver_mails()
    row = MailOutbox.objects.get()

    assert row.attempts == 1
    assert row.error
    assert row.not_before > timezone.now()
    assert not MailOutbox.objects.due().exists()
    assert MailOutbox.objects.failing().count() == 1


def test_a_mail_that_another_worker_took_is_left_alone(anna, ciso, monkeypatch):
    queue_mail(anna, "admitted", community=ciso.pk)
    before = MailOutbox.objects.get().not_before
    MailOutbox.objects.update(not_before=timezone.now())
    from community import emails

    assert emails._deliver(MailOutbox.objects.get().pk, before) == 0
    assert mail.outbox == []


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_kind_of_mail_can_be_made_in_both_languages(anna, bram, beheer, dirk, ciso, kind, language):
    factories.make_request(dirk, ciso)
    waiting = factories.make_person("Noor Nieuw", approved=False)
    reader = {"join_requested": bram, "approval_waiting": beheer, "nobody_in_charge": beheer}.get(kind, anna)
    reader.language = language
    reader.save()
    queue_mail(reader, kind, community=ciso.pk, asker=dirk.pk, waiting=waiting.pk, reason="Omdat.")
    message = compose(MailOutbox.objects.get())

    assert message.subject
    assert "{" not in message.subject + message.body
    assert reader.name in message.body
