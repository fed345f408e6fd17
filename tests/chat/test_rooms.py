"""Rooms: made and changed by facilitators, and what their label does."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from chat.actions.rooms import Relabelling, RoomDetails, create_room, edit_room
from chat.models import Message, Room
from community import access
from community.models import Audience, AuditEvent, Community, Label, Role, User
from tests import factories
from tests.factories import CANARY


@pytest.fixture
def room(ciso: Community, bram: User) -> Room:
    return factories.make_room(ciso, bram, name="Overleg")


def relabel(actor: User, room: Room, label: Label, *named: User, confirmed: bool = False) -> Room:
    details = RoomDetails(room.name, room.purpose)
    wish = Relabelling(label, frozenset(named), confirmed)
    return edit_room(actor=actor, room=room, details=details, relabelling=wish)


def test_facilitators_make_rooms_and_members_do_not(ciso: Community, anna: User, bram: User) -> None:
    with pytest.raises(PermissionDenied):
        create_room(actor=anna, community=ciso, details=RoomDetails("Overleg"), label=Label.AMBER)
    room = create_room(actor=bram, community=ciso, details=RoomDetails(" Overleg "), label=Label.AMBER)
    assert (room.name, room.audience.kind) == ("Overleg", Audience.Kind.COMMUNITY)


@pytest.mark.parametrize("name", ["", "x" * 61, "Overleg"])
def test_a_room_needs_a_name_of_its_own(name: str, room: Room, ciso: Community, bram: User) -> None:
    with pytest.raises(ValidationError) as error:
        create_room(actor=bram, community=ciso, details=RoomDetails(name), label=Label.AMBER)
    assert "name" in error.value.message_dict


def test_another_label_goes_for_all_that_was_said(room: Room, anna: User, bram: User) -> None:
    message = factories.make_message(room, anna, CANARY)
    relabel(bram, room, Label.RED, anna)
    message.refresh_from_db()
    assert (message.label, message.audience) == (Label.RED, Room.objects.get().audience)
    assert set(access.audience_of(message)) == {anna, bram}
    assert AuditEvent.objects.filter(action="room.relabelled", details__after="TLP:RED").exists()


def test_the_strict_label_is_that_of_the_room_and_not_of_who_changes_it(
    room: Room, ciso: Community, anna: User, bram: User
) -> None:
    other = factories.make_person("Otto Ander", organisation=factories.make_organisation("Elders"))
    factories.make_member(other, ciso, role=Role.FACILITATOR)
    relabel(other, room, Label.AMBER_STRICT)
    assert Room.objects.get().audience.organisation == bram.organisation


def test_a_wider_label_must_be_meant(room: Room, bram: User) -> None:
    with pytest.raises(ValidationError) as error:
        relabel(bram, room, Label.GREEN)
    assert "confirmed" in error.value.message_dict
    assert relabel(bram, room, Label.GREEN, confirmed=True).get_label() == Label.GREEN


def test_a_stricter_label_lets_nobody_new_in(room: Room, ciso: Community, anna: User, bram: User) -> None:
    relabel(bram, room, Label.RED, anna)
    newcomer = factories.make_member(factories.make_person("Nico Nieuw"), ciso).person
    narrowed = factories.make_room(ciso, bram, name="Klein", label=Label.AMBER_STRICT)
    with pytest.raises(ValidationError) as error:
        relabel(bram, narrowed, Label.RED, newcomer)
    assert newcomer.name in " ".join(error.value.message_dict["named"])


def test_the_form_says_what_is_wrong_at_its_field(room: Room, browse: Any, bram: User) -> None:
    fields = {"name": room.name, "purpose": "", "label": Label.GREEN}
    response = browse(bram).post(f"/rooms/{room.pk}/edit/", fields)
    assert response.status_code == 422
    assert "confirmed" in response.context["form"].errors
    assert Message.objects.count() == 0
    assert browse(bram).post(f"/rooms/{room.pk}/edit/", {**fields, "confirmed": "on"}).status_code == 302
    assert Room.objects.get().label == Label.GREEN
