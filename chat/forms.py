"""The forms of the chat app: a message, a room."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.actions.rooms import LONGEST_NAME, LONGEST_PURPOSE, Relabelling, RoomDetails
from chat.models import Room
from chat.rendering import LONGEST
from community import access
from community.models import Community, Label, User


class MessageForm(forms.Form):
    """A message. `cid` is its key: the same form sent twice says it once."""

    body = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST,
        strip=True,
        error_messages={"required": _("Write a message first.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    cid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"cid": uuid.uuid4()})
        super().__init__(*args, **kwargs)


class PeopleField(forms.ModelMultipleChoiceField):
    """People to tick, with their organisation."""

    def label_from_instance(self, person: User) -> str:
        """Name and organisation."""
        return f"{person.name}, {person.organisation.name}" if person.organisation else person.name


class RoomForm(forms.Form):
    """A room: new, or with its details as they are."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=LONGEST_PURPOSE,
        required=False,
        help_text=_("One sentence: what is this room for?"),
    )
    label = forms.ChoiceField(
        label=_("Label"),
        help_text=_("Everything that is said in the room has this label."),
        widget=forms.RadioSelect,
    )
    named = PeopleField(
        label=_("People who may come in"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only with TLP:RED. You yourself are always in it."),
    )
    confirmed = forms.BooleanField(
        label=_("I have checked that more people may see everything that was said in this room."),
        required=False,
    )
    is_closed = forms.BooleanField(
        label=_("Close this room: what was said stays, nothing can be added."), required=False
    )

    def __init__(self, *args: Any, actor: User, community: Community, room: Room | None = None, **kwargs: Any) -> None:
        self.room = room
        kwargs.setdefault("initial", self._known(community))
        super().__init__(*args, **kwargs)
        labels = access.labels_for(actor, community)
        choices = [(label.value, label.value) for label in labels]
        if room and room.get_label() not in labels:
            choices.append((room.label, room.label))
        self.fields["label"].choices = choices  # type: ignore[attr-defined]
        members = User.objects.professionals().filter(memberships__community=community).exclude(pk=actor.pk)
        self.fields["named"].queryset = members.select_related("organisation")  # type: ignore[attr-defined]
        if room is None:
            del self.fields["confirmed"], self.fields["is_closed"]

    def _known(self, community: Community) -> dict[str, Any]:
        if self.room is None:
            return {"label": community.default_label}
        return {
            "name": self.room.name,
            "purpose": self.room.purpose,
            "label": self.room.label,
            "is_closed": self.room.archived_at is not None,
        }

    def clean(self) -> dict[str, Any]:
        """TLP:RED asks for people."""
        cleaned = super().clean() or {}
        label = cleaned.get("label")
        is_new = self.room is None or self.room.label != label
        if label == Label.RED and is_new and "named" not in self.errors and not cleaned.get("named"):
            self.add_error("named", gettext("Name at least one person for TLP:RED."))
        return cleaned

    @property
    def details(self) -> RoomDetails:
        """Name, purpose and whether the room is closed."""
        cleaned = self.cleaned_data
        return RoomDetails(cleaned["name"], cleaned["purpose"], cleaned.get("is_closed", False))

    @property
    def relabelling(self) -> Relabelling:
        """The label that the room is to have."""
        cleaned = self.cleaned_data
        return Relabelling(Label(cleaned["label"]), frozenset(self.named_people), cleaned["confirmed"])

    @property
    def named_people(self) -> list[User]:
        """Those who were named, where the label asks for it."""
        return list(self.cleaned_data["named"]) if self.cleaned_data["label"] == Label.RED else []
