"""Making and changing communities: the actions."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from community.actions.communities import create_community, edit_community
from community.models import Audience, AuditEvent, Community, Label, Openness, Role
from tests import factories


def fields(**changed):
    return {
        "name": "Nieuwe kring", "slug": "nieuwe-kring", "introduction": "Waar het **om** gaat.", "agenda": "",
        "theme": factories.make_theme(), "openness": "closed", "default_label": "TLP:AMBER",
        "widest_label": "TLP:GREEN", **changed,
    }  # fmt: skip


def test_an_administrator_makes_a_community_with_its_owner_and_audience(beheer, anna):
    community = create_community(actor=beheer, owner=anna, **fields())

    assert community.memberships.get().role == Role.OWNER
    assert Audience.objects.filter(community=community, kind=Audience.Kind.COMMUNITY).count() == 1
    assert community.introduction_html == "<p>Waar het <strong>om</strong> gaat.</p>\n"
    assert AuditEvent.objects.get().action == "community.created"


def test_nobody_else_makes_one(bram):
    with pytest.raises(PermissionDenied):
        create_community(actor=bram, owner=bram, **fields())


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"openness": "hidden", "widest_label": "TLP:GREEN"},
        {"default_label": "TLP:CLEAR", "widest_label": "TLP:GREEN"},
        {"introduction": "x" * 20_001},
    ],
)
def test_what_does_not_fit_is_refused(beheer, anna, wrong):
    with pytest.raises(ValidationError):
        create_community(actor=beheer, owner=anna, **fields(**wrong))

    assert not Community.objects.filter(slug="nieuwe-kring").exists()


def test_a_facilitator_changes_the_texts(bram, ciso):
    edit_community(actor=bram, community=ciso, introduction="Anders.", agenda="- dinsdag: overleg")
    ciso.refresh_from_db()

    assert "<li>dinsdag: overleg</li>" in ciso.agenda_html
    assert AuditEvent.objects.get().details == {"fields": ["agenda", "introduction"]}


def test_a_change_that_changes_nothing_is_not_audited(bram, ciso):
    edit_community(actor=bram, community=ciso, introduction=ciso.introduction)

    assert not AuditEvent.objects.exists()


def test_a_facilitator_does_not_change_the_rules(bram, ciso):
    with pytest.raises(PermissionDenied):
        edit_community(actor=bram, community=ciso, openness=Openness.OPEN)


@pytest.mark.parametrize("wider", [{"openness": Openness.OPEN}, {"widest_label": Label.CLEAR}])
def test_an_administrator_opens_no_community_but_may_close_it(beheer, bram, ciso, wider):
    ciso.widest_label = Label.AMBER
    ciso.save()
    with pytest.raises(ValidationError) as error:
        edit_community(actor=beheer, community=ciso, **wider)
    assert list(error.value.message_dict) == list(wider)
    edit_community(actor=beheer, community=ciso, openness=Openness.HIDDEN)
    ciso.refresh_from_db()
    assert (ciso.openness, ciso.widest_label) == (Openness.HIDDEN, Label.AMBER)


def test_an_administrator_neither_reads_nor_writes_the_agenda(beheer, bram, ciso, browse):
    edit_community(actor=bram, community=ciso, agenda=factories.CANARY)
    page = browse(beheer).get(f"/communities/{ciso.slug}/edit/").content.decode()
    assert factories.CANARY not in page
    with pytest.raises(PermissionDenied):
        edit_community(actor=beheer, community=ciso, agenda="")


def test_an_owner_opens_a_community(bram, mensenhandel):
    edit_community(actor=bram, community=mensenhandel, openness=Openness.CLOSED)
    mensenhandel.refresh_from_db()

    assert mensenhandel.openness == Openness.CLOSED


def test_a_community_that_shares_outside_cannot_be_hidden_before_that_is_narrowed(beheer, anna, ciso):
    thread = factories.make_thread(ciso, anna, label=Label.GREEN)
    hide = {"openness": Openness.HIDDEN, "widest_label": Label.AMBER}
    with pytest.raises(ValidationError, match="AMBER"):
        edit_community(actor=beheer, community=ciso, **hide)
    for thing in (thread.posts.get(), thread):
        thing.label = Label.AMBER
        thing.save()
    edit_community(actor=beheer, community=ciso, **hide)
    ciso.refresh_from_db()

    assert ciso.openness == Openness.HIDDEN


def test_a_text_that_is_too_large_says_at_which_field(bram, ciso):
    with pytest.raises(ValidationError) as error:
        edit_community(actor=bram, community=ciso, agenda="x" * 20_001)

    assert "agenda" in error.value.message_dict
