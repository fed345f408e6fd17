"""Practices: who may do what to one, what is kept, and what the audit log says."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404
from django.utils import timezone

from community.models import AuditEvent, Label, Role
from community.signals import content_saved
from forums.actions import practices as actions
from forums.actions.practices import (
    Sheet,
    create_practice,
    edit_practice,
    hide_practice,
    publish_practice,
    relabel_practice,
    unhide_practice,
    unpublish_practice,
)
from forums.actions.tagging import MAX_TAGS, set_tags
from forums.models import Attachment, Evidence, Practice, Status, Tag
from tests import factories
from tests.forums.uploads import upload


def sheet(**values):
    fields = {name: values.pop(name) for name in ("tags", "files", "idempotency_key") if name in values}
    return Sheet(values={"title": "Samen aan tafel", "problem": "Tien instanties, **één** gezin.", **values}, **fields)


@pytest.fixture
def heard():
    """Everything that was said to be saved."""
    instances = []

    def listen(instance, **_kwargs):
        instances.append(instance)

    content_saved.connect(listen)
    yield instances
    content_saved.disconnect(listen)


# -- Writing


def test_a_member_writes_a_draft(anna, ciso, heard):
    practice = create_practice(
        actor=anna,
        community=ciso,
        label=Label.AMBER,
        sheet=sheet(
            summary="Kort.", evidence=Evidence.WELL_DESCRIBED, review_on=date(2027, 1, 1), language="nl",
            tags=["wijkteam", "Overlast"], files=[upload("notitie.txt", b"tekst")],
        ),
    )  # fmt: skip
    assert (practice.status, practice.author, practice.owner) == (Status.DRAFT, anna, anna)
    assert (practice.label, practice.audience.community, practice.theme) == (Label.AMBER, ciso, ciso.theme)
    assert practice.html == {"problem": "<p>Tien instanties, <strong>één</strong> gezin.</p>\n"}
    assert {tag.slug for tag in practice.tags.all()} == {"wijkteam", "overlast"}
    assert practice.attachments.get().audience == practice.audience
    assert heard == [practice.attachments.get(), practice]


def test_the_community_gives_the_label_where_none_is_chosen(anna, ciso):
    assert create_practice(actor=anna, community=ciso, sheet=sheet()).label == ciso.default_label


def test_the_same_form_sent_twice_makes_one_practice(anna, ciso, monkeypatch):
    key = uuid.uuid4()
    first = create_practice(actor=anna, community=ciso, sheet=sheet(idempotency_key=key))
    assert create_practice(actor=anna, community=ciso, sheet=sheet(idempotency_key=key)) == first
    found = iter([None, first])
    monkeypatch.setattr(actions, "_find_sent", lambda *_args: next(found))  # both looked before either wrote
    assert create_practice(actor=anna, community=ciso, sheet=sheet(idempotency_key=key)) == first
    monkeypatch.setattr(actions, "_find_sent", lambda *_args: None)
    with pytest.raises(IntegrityError):
        create_practice(actor=anna, community=ciso, sheet=sheet(idempotency_key=key))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "  \0 "}, "title"),
        ({"title": "a" * 251}, "title"),
        ({"problem": "a" * 20_001}, "problem"),
        ({"body": "a" * 20_001}, "body"),
        ({"tags": ["!!!"]}, "tags"),
        ({"tags": ["a" * 61]}, "tags"),
        ({"tags": [f"tag{number}" for number in range(MAX_TAGS + 1)]}, "tags"),
        ({"files": [upload("kwaad.exe", b"MZ")]}, "files"),
    ],
)
def test_what_is_not_right_is_named_and_nothing_is_kept(anna, ciso, values, field):
    with pytest.raises(ValidationError) as error:
        create_practice(actor=anna, community=ciso, sheet=sheet(**values))
    assert list(error.value.message_dict) == [field]
    assert not Practice.objects.exists()
    assert not Tag.objects.exists()


def test_only_members_write(bram, carla, dirk, beheer, ciso, mensenhandel):
    for person in (carla, dirk, beheer):
        with pytest.raises(PermissionDenied):
            create_practice(actor=person, community=ciso, sheet=sheet())
    with pytest.raises(Http404):
        create_practice(actor=carla, community=mensenhandel, sheet=sheet())


def test_a_label_that_cannot_be_had_here_is_refused(bram, mensenhandel):
    with pytest.raises(ValidationError):
        create_practice(actor=bram, community=mensenhandel, sheet=sheet(), label=Label.GREEN)


def test_its_author_and_facilitators_edit_it(anna, bram, carla, dirk, beheer, ciso):
    factories.make_member(dirk, ciso)
    practice = factories.make_practice(ciso, anna)
    for person in (anna, bram):
        practice = edit_practice(actor=person, practice=practice, sheet=sheet(title=f"Van {person.name}"))
        assert practice.title == f"Van {person.name}"
    for person in (carla, dirk, beheer):
        with pytest.raises(PermissionDenied):
            edit_practice(actor=person, practice=practice, sheet=sheet())
    assert [event.actor for event in AuditEvent.objects.filter(action="practice.edited")] == [bram]


def test_an_author_who_was_removed_edits_no_more(dirk, ciso):
    practice = factories.make_practice(ciso, dirk, label=Label.AMBER)
    with pytest.raises(Http404):
        edit_practice(actor=dirk, practice=practice, sheet=sheet())


def test_an_edit_never_overwrites_what_its_writer_has_not_seen(anna, bram, ciso):
    practice = factories.make_practice(ciso, anna)
    seen = practice.updated_at
    edit_practice(actor=bram, practice=practice, sheet=sheet(title="Van Bram"), seen=seen)
    with pytest.raises(ValidationError) as error:
        edit_practice(actor=anna, practice=practice, sheet=sheet(title="Van Anna"), seen=seen)
    assert error.value.code == "conflict"
    practice.refresh_from_db()
    assert practice.title == "Van Bram"
    edit_practice(actor=anna, practice=practice, sheet=sheet(title="Van Anna"), seen=practice.updated_at)


def test_an_edit_changes_nothing_but_the_words(anna, ciso, zorg):
    practice = factories.make_practice(ciso, anna, label=Label.AMBER)
    before = (practice.label, practice.audience, practice.author, practice.published_at)
    sneaked = {"label": Label.CLEAR, "community": zorg, "published_at": None, "author": None, "audience_id": 1}
    practice = edit_practice(actor=anna, practice=practice, sheet=sheet(**sneaked))
    practice.refresh_from_db()
    assert (practice.label, practice.audience, practice.author, practice.published_at) == before
    assert practice.community == ciso


def test_the_owner_is_a_member(anna, bram, carla, ciso):
    practice = factories.make_practice(ciso, anna)
    assert edit_practice(actor=anna, practice=practice, sheet=sheet(owner=bram)).owner == bram
    with pytest.raises(ValidationError) as error:
        edit_practice(actor=anna, practice=practice, sheet=sheet(owner=carla))
    assert list(error.value.message_dict) == ["owner"]


def test_an_imported_text_keeps_its_room_when_it_is_edited(anna, ciso):
    practice = factories.make_practice(ciso, anna, source_id="x-1")
    text = "Een <b>lange</b> tekst. " * 2_000
    practice = edit_practice(actor=anna, practice=practice, sheet=sheet(body=text))
    assert "<b>" not in practice.html["body"]
    assert "&lt;b&gt;" not in practice.html["body"]
    assert practice.body == text.strip()


def test_tags_are_shared_and_doubles_are_one(anna, ciso):
    first, second = factories.make_practice(ciso, anna), factories.make_practice(ciso, anna)
    set_tags(practice=first, names=["Jeugd", "jeugd", " ", "zorg"])
    set_tags(practice=second, names=["JEUGD"])
    assert Tag.objects.count() == 2
    assert second.tags.get().name == "Jeugd"


# -- Its life


def test_facilitators_publish_and_unpublish(anna, bram, ciso, heard):
    practice = create_practice(actor=anna, community=ciso, sheet=sheet(files=[upload("a.txt", b"a")]))
    heard.clear()
    with pytest.raises(PermissionDenied):
        publish_practice(actor=anna, practice=practice)
    assert publish_practice(actor=bram, practice=practice).status == Status.PUBLISHED
    assert heard == [practice, practice.attachments.get()]
    publish_practice(actor=bram, practice=practice)  # nothing happens the second time
    with pytest.raises(PermissionDenied):
        unpublish_practice(actor=anna, practice=practice)
    assert unpublish_practice(actor=bram, practice=practice).status == Status.DRAFT
    events = AuditEvent.objects.order_by("pk").values_list("action", "target")
    assert list(events) == [
        ("practice.published", f"practice:{practice.pk}"),
        ("practice.unpublished", f"practice:{practice.pk}"),
    ]


def test_an_empty_practice_is_not_published(anna, bram, ciso):
    practice = create_practice(actor=anna, community=ciso, sheet=sheet(problem=""))
    with pytest.raises(ValidationError):
        publish_practice(actor=bram, practice=practice)


def test_facilitators_hide_with_a_reason(anna, bram, ciso, heard):
    practice = factories.make_practice(ciso, anna, label=Label.AMBER)
    with pytest.raises(PermissionDenied):
        hide_practice(actor=anna, practice=practice, reason="other")
    hide_practice(actor=bram, practice=practice, reason="personal_data")
    assert heard == [practice]
    with pytest.raises(Http404):
        edit_practice(actor=anna, practice=practice, sheet=sheet())
    unhide_practice(actor=bram, practice=practice)
    assert edit_practice(actor=anna, practice=practice, sheet=sheet())
    details = AuditEvent.objects.get(action="practice.hidden").details
    assert details == {"reason": "personal_data"}


def test_what_is_gone_is_404(anna, ciso):
    practice = factories.make_practice(ciso, anna)
    Practice.objects.all().delete()
    with pytest.raises(Http404):
        edit_practice(actor=anna, practice=practice, sheet=sheet())


def test_a_review_date_that_passed_is_overdue(anna, ciso):
    today = timezone.localdate()
    states = [
        factories.make_practice(ciso, anna, review_on=day).is_overdue
        for day in (None, today, today - timedelta(days=1))
    ]
    assert states == [False, False, True]


# -- Its label


def test_every_member_may_raise_and_the_files_follow(anna, bram, dirk, ciso, heard):
    factories.make_member(dirk, ciso)
    practice = factories.make_practice(ciso, anna, label=Label.GREEN)
    factories.make_attachment(practice)
    practice = relabel_practice(actor=dirk, practice=practice, label=Label.AMBER)
    attachment = practice.attachments.get()
    assert practice.audience.community == ciso
    assert (attachment.label, attachment.audience) == (Label.AMBER, practice.audience)
    assert heard == [practice, attachment]
    event = AuditEvent.objects.get()
    assert (event.action, event.details) == ("practice.label_raised", {"old": "TLP:GREEN", "new": "TLP:AMBER"})


def test_lowering_needs_its_author_or_a_facilitator_and_a_statement(anna, bram, dirk, carla, ciso):
    factories.make_member(dirk, ciso)
    practice = factories.make_practice(ciso, anna, label=Label.AMBER)
    with pytest.raises(Http404):
        relabel_practice(actor=carla, practice=practice, label=Label.GREEN, confirmed=True)
    with pytest.raises(PermissionDenied):
        relabel_practice(actor=dirk, practice=practice, label=Label.GREEN, confirmed=True)
    with pytest.raises(ValidationError) as error:
        relabel_practice(actor=anna, practice=practice, label=Label.GREEN)
    assert list(error.value.message_dict) == ["confirmed"]
    assert relabel_practice(actor=anna, practice=practice, label=Label.GREEN, confirmed=True).label == Label.GREEN
    assert AuditEvent.objects.get().action == "practice.label_lowered"


def test_red_names_people(anna, bram, dirk, carla, ciso):
    factories.make_member(dirk, ciso)
    practice = factories.make_practice(ciso, anna, label=Label.AMBER)
    with pytest.raises(ValidationError):
        relabel_practice(actor=anna, practice=practice, label=Label.RED, named=[carla])
    practice = relabel_practice(actor=anna, practice=practice, label=Label.RED, named=[dirk])
    assert {row.person for row in practice.audience.named.all()} == {anna, dirk}
    with pytest.raises(Http404):
        publish_practice(actor=bram, practice=practice)


def test_raising_lets_nobody_new_in(anna, bram, ciso):
    practice = factories.make_practice(ciso, anna, label=Label.AMBER_STRICT)
    with pytest.raises(ValidationError) as error:
        relabel_practice(actor=anna, practice=practice, label=Label.RED, named=[bram])
    assert bram.name in " ".join(error.value.message_dict["named"])


def test_the_same_label_is_no_change(anna, ciso):
    practice = factories.make_practice(ciso, anna, label=Label.AMBER)
    with pytest.raises(ValidationError):
        relabel_practice(actor=anna, practice=practice, label=Label.AMBER)
    assert not AuditEvent.objects.exists()
    assert not Attachment.objects.exists()


def test_an_owner_of_the_community_may_all_that_a_facilitator_may(anna, ciso, rotterdam):
    eva = factories.make_person("Eva Smit", organisation=rotterdam)
    factories.make_member(eva, ciso, Role.OWNER)
    practice = create_practice(actor=anna, community=ciso, sheet=sheet())
    assert publish_practice(actor=eva, practice=practice).published_at
