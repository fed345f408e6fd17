"""Django's administration: for administrators of the site only, without content, and audited."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from community.models import AuditEvent, Function, MailDomain, Organisation, User
from tests import factories
from tests.factories import CANARY

PARTS = ["organisation", "function", "theme", "appointment", "user", "auditevent"]


@pytest.mark.parametrize("part", PARTS)
def test_an_administrator_sees_each_part(browse, beheer, anna, rotterdam, part):
    Function.objects.create(name="CISO").appointments.create(person=anna, organisation=rotterdam)

    assert browse(beheer).get(reverse(f"admin:community_{part}_changelist")).status_code == 200


@pytest.mark.parametrize("part", PARTS)
def test_nobody_else_gets_in(browse, bram, visitor, part):
    bram.is_staff = True
    bram.save()
    address = reverse(f"admin:community_{part}_changelist")

    assert browse(bram).get(address).status_code == 403
    assert "/accounts/login/" in browse(visitor).get(address)["Location"]


def test_the_login_page_of_the_administration_is_ours(browse, visitor):
    response = browse(visitor).get("/django-admin/login/?next=/django-admin/")

    assert response["Location"] == "/accounts/login/?next=/django-admin/"
    assert browse(visitor).post("/django-admin/login/")["Location"].startswith("/accounts/login/")


def test_a_change_is_audited_with_the_names_of_the_fields(browse, beheer, rotterdam):
    form = {
        "name": "Gemeente R", "slug": rotterdam.slug, "kind": "municipality", "domains-TOTAL_FORMS": 0,
        "domains-INITIAL_FORMS": 0,
    }  # fmt: skip
    browse(beheer).post(reverse("admin:community_organisation_change", args=[rotterdam.pk]), form)
    rotterdam.refresh_from_db()
    event = AuditEvent.objects.get()

    assert rotterdam.name == "Gemeente R"
    assert (event.action, event.actor, event.details) == ("organisation.changed", beheer, {"fields": ["name"]})


def test_removing_is_audited(browse, beheer):
    organisation = factories.make_organisation()
    form = {"action": "delete_selected", "_selected_action": [organisation.pk], "post": "yes"}
    browse(beheer).post(reverse("admin:community_organisation_changelist"), form)

    assert not Organisation.objects.filter(pk=organisation.pk).exists()
    assert AuditEvent.objects.get().action == "organisation.removed"


def test_an_account_gets_another_employer(browse, beheer, anna, schiedam):
    form = {"name": anna.name, "organisation": schiedam.pk}
    browse(beheer).post(reverse("admin:community_user_change", args=[anna.pk]), form)

    assert User.objects.get(pk=anna.pk).organisation == schiedam


def test_accounts_are_neither_added_nor_removed_here_and_the_log_is_only_read(browse, beheer, anna):
    client = browse(beheer)

    assert client.get(reverse("admin:community_user_add")).status_code == 403
    assert client.get(reverse("admin:community_user_delete", args=[anna.pk])).status_code == 403
    assert client.get(reverse("admin:community_auditevent_add")).status_code == 403


def test_the_administration_tells_nothing_of_content(browse, beheer, anna, ciso):
    factories.make_thread(ciso, anna, title=CANARY, body=CANARY)

    assert CANARY not in browse(beheer).get(reverse("admin:index"), follow=True).content.decode()


@pytest.mark.parametrize(
    ("written", "kept"), [("@Rotterdam.NL ", "rotterdam.nl"), ("bücher.example", "xn--bcher-kva.example")]
)
def test_a_mail_domain_is_kept_in_one_form(rotterdam, written, kept):
    domain = MailDomain(organisation=rotterdam, domain=written)
    domain.full_clean()

    assert domain.domain == kept


@pytest.mark.parametrize(
    "wrong", ["rotterdam", "a b.nl", "rotterdam..nl", "https://rotterdam.nl", "x" * 70 + ".nl", "-a.nl"]
)
def test_what_is_no_mail_domain_is_refused(rotterdam, wrong):
    with pytest.raises(ValidationError):
        MailDomain(organisation=rotterdam, domain=wrong).full_clean()
