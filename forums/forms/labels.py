"""Choosing a label, in plain words about who will see it, and naming the people of TLP:RED."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community import access
from community.models import Community, Label, User
from forums.models import Thread


def meaning_of(label: Label, community: Community, author: User) -> str:
    """Who will see something with this label here, in a sentence."""
    names = {"community": community.name, "organisation": str(author.organisation or "")}
    return {
        Label.CLEAR: gettext("Everybody: all professionals, and visitors where this site allows that."),
        Label.GREEN: gettext("All professionals of this site."),
        Label.AMBER: gettext("The members of %(community)s.") % names,
        Label.AMBER_STRICT: gettext("The members of %(community)s who work at %(organisation)s.") % names,
        Label.RED: gettext("Only the people that you name, and the author."),
    }[label]


def label_choices(labels: list[Label], community: Community, author: User) -> list[tuple[str, str]]:
    """Each label with its meaning."""
    return [(label.value, meaning_of(label, community, author)) for label in labels]


class PeopleField(forms.ModelMultipleChoiceField):
    """People to tick, with their organisation."""

    def label_from_instance(self, person: User) -> str:
        """Name and organisation."""
        return f"{person.name}, {person.organisation.name}" if person.organisation else person.name


class LabelledForm(forms.Form):
    """A form in which a label is chosen; for TLP:RED people are named."""

    label = forms.ChoiceField(label=_("Who may see this?"), widget=forms.RadioSelect)
    named = PeopleField(
        label=_("People for TLP:RED"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only with TLP:RED. The author always sees it."),
    )

    def __init__(self, *args: Any, community: Community, author: User, labels: list[Label], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = label_choices(labels, community, author)
        self.fields["label"].choices = choices  # type: ignore[attr-defined]
        people = self.candidates(community).exclude(pk=author.pk).select_related("organisation")
        self.fields["named"].queryset = people  # type: ignore[attr-defined]

    def candidates(self, community: Community) -> QuerySet[User]:
        """The people who can be named: the members."""
        return User.objects.professionals().filter(memberships__community=community)

    def clean(self) -> dict[str, Any]:
        """TLP:RED asks for people."""
        cleaned = super().clean() or {}
        if cleaned.get("label") == Label.RED and "named" not in self.errors and not cleaned.get("named"):
            self.add_error("named", gettext("Name at least one person for TLP:RED."))
        return cleaned

    @property
    def named_people(self) -> list[User]:
        """Those who were named, where the label asks for it."""
        return list(self.cleaned_data["named"]) if self.cleaned_data["label"] == Label.RED else []


class RelabelForm(LabelledForm):
    """Another label for a thread; a wider one asks for a statement."""

    confirmed = forms.BooleanField(
        label=_("I state that more people may see this thread, and that its author and sources allow that."),
        required=False,
    )

    def __init__(self, *args: Any, actor: User, thread: Thread, **kwargs: Any) -> None:
        self.thread = thread
        super().__init__(
            *args,
            community=thread.community,
            author=thread.author,
            labels=labels_to_choose(actor, thread),
            **kwargs,
        )

    def candidates(self, community: Community) -> QuerySet[User]:
        """Raising shows a thread to nobody new, so only its readers can be named."""
        readers = access.audience_of(self.thread)
        return User.objects.filter(pk__in=readers.values("pk"), memberships__community=community)


def labels_to_choose(actor: User, thread: Thread) -> list[Label]:
    """The labels that this person may give to this thread instead of its own."""
    may = access.rights(actor, thread, ("thread.raise_label", "thread.lower_label"))
    return [
        label
        for label in access.labels_for(thread.author, thread.community)
        if label != thread.label and may["lower_label" if label.is_wider_than(thread.label) else "raise_label"]
    ]
