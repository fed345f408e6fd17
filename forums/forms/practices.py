"""The forms of a practice: writing it, another label, and the choices of the list."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from community import access
from community.markdown import MAX_CHARACTERS
from community.models import Community, Theme, User
from forums.actions.practices import FIELDS, TITLE_LENGTH, Sheet, body_limit
from forums.actions.tagging import clean_tags
from forums.forms.attachments import FilesField
from forums.forms.labels import LabelledForm
from forums.models import Evidence, Practice

LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
HINTS = {
    "problem": _("What was the matter, for whom, and how big was it?"),
    "approach": _("What did you do, step by step?"),
    "conditions": _("What must be there for this to work elsewhere?"),
    "cost": _("Money, hours and people."),
    "result": _("What changed, and how do you know?"),
    "contact": _("Who can be asked about it? Name a function rather than a person."),
    "body": _("Anything else. You can use Markdown."),
}


class SheetForm(forms.Form):
    """A practice's own words."""

    title = forms.CharField(label=_("Title"), max_length=TITLE_LENGTH)
    summary = forms.CharField(
        label=_("Summary"),
        max_length=500,
        required=False,
        help_text=_("One or two sentences, for lists and search."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    theme = forms.ModelChoiceField(label=_("Theme"), queryset=Theme.objects.all(), empty_label=None)
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=1_000, help_text=_("Words, with commas between them.")
    )
    evidence = forms.ChoiceField(label=_("Evidence"), choices=Evidence.choices)
    review_on = forms.DateField(
        label=_("Review date"),
        required=False,
        help_text=_("When the owner looks whether this is still right."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    files = FilesField()  # type: ignore[assignment]

    field_order = ["title", "summary", *Practice.SECTIONS, "body", "files", "theme", "tags", "evidence", "review_on"]

    def prepare(self, community: Community, practice: Practice | None = None) -> None:
        """Add the parts, and the choices that depend on where the practice is."""
        for name in (*Practice.SECTIONS, "body"):
            limit = body_limit(practice=practice) if name == "body" else MAX_CHARACTERS
            self.fields[name] = forms.CharField(
                label=Practice._meta.get_field(name).verbose_name.capitalize(),  # type: ignore[union-attr]
                help_text=HINTS[name],
                required=False,
                max_length=limit,
                widget=forms.Textarea(attrs={"rows": 12 if practice and practice.source_id and name == "body" else 4}),
            )
        # Written out, as a select is walked more than once when it is shown.
        self.fields["theme"].choices = [(theme.pk, str(theme)) for theme in Theme.objects.all()]  # type: ignore[attr-defined]
        self.order_fields(self.field_order)

    @property
    def sections(self) -> list[forms.BoundField]:
        """The fixed parts and the further text, in order."""
        return [self[name] for name in (*Practice.SECTIONS, "body")]

    def clean_tags(self) -> list[str]:
        """The words between the commas."""
        return list(clean_tags(names=self.cleaned_data["tags"].split(",")).values())

    def sheet(self) -> Sheet:
        """What was sent in. Other words from the same form are another practice, so the key is mixed with them."""
        cleaned = self.cleaned_data
        words = "\0".join(cleaned[name] for name in ("title", *Practice.SECTIONS, "body"))
        key = cleaned.get("idempotency_key")
        return Sheet(
            values=cleaned,
            tags=cleaned["tags"],
            files=cleaned["files"],
            idempotency_key=uuid.uuid5(key, words) if key else None,
        )


class PracticeForm(SheetForm):
    """Other words for a practice, from the state that the writer started from."""

    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), empty_label=None)
    seen = forms.CharField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), required=False)

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(practice)
        super().__init__(*args, **kwargs)
        self.prepare(practice.community, practice)
        members = User.objects.professionals().filter(memberships__community=practice.community)
        owners = User.objects.filter(Q(pk__in=members.values("pk")) | Q(pk=practice.owner_id))
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]
        self.fields["owner"].choices = [(person.pk, person.name) for person in owners]  # type: ignore[attr-defined]
        if practice.language not in dict(LANGUAGES):
            self.fields["language"].choices = [*LANGUAGES, (practice.language,) * 2]  # type: ignore[attr-defined]

    def clean_seen(self) -> datetime:
        """The state that the writer started from."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError as error:
            raise ValidationError(_("Open the form again.")) from error


class NewPracticeForm(SheetForm, LabelledForm):
    """A new practice, with its label."""

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, community: Community, title: str = "", **kwargs: Any) -> None:
        initial = {"theme": community.theme_id, "label": community.default_label, "idempotency_key": uuid.uuid4()}
        kwargs["initial"] = {**initial, "title": title}
        super().__init__(*args, community=community, **kwargs)
        self.prepare(community)


def _initial(practice: Practice) -> dict[str, Any]:
    values = {name: getattr(practice, name) for name in FIELDS}
    tags = ", ".join(tag.name for tag in practice.tags.all())
    return values | {"tags": tags, "theme": practice.theme_id, "owner": practice.owner_id, "seen": seen_of(practice)}


def seen_of(practice: Practice) -> str:
    """The state of a practice, as its form carries it."""
    return practice.updated_at.isoformat()


class PracticeLabelForm(LabelledForm):
    """Another label for a practice; a wider one asks for a statement."""

    confirmed = forms.BooleanField(
        label=_("I state that more people may see this practice, and that its author and sources allow that."),
        required=False,
    )

    def __init__(self, *args: Any, actor: User, practice: Practice, **kwargs: Any) -> None:
        self.practice = practice
        may = access.rights(actor, practice, ("practice.raise_label", "practice.lower_label"))
        labels = [
            label
            for label in access.labels_for(practice.author, practice.community)
            if label != practice.label and may["lower_label" if label.is_wider_than(practice.label) else "raise_label"]
        ]
        self.may_lower = any(label.is_wider_than(practice.label) for label in labels)
        super().__init__(*args, community=practice.community, author=practice.author, labels=labels, **kwargs)

    def candidates(self, community: Community) -> QuerySet[User]:
        """Raising shows a practice to nobody new, so only its readers can be named."""
        readers = access.audience_of(self.practice)
        return User.objects.filter(pk__in=readers.values("pk"), memberships__community=community)


class ChoiceForm(forms.Form):
    """The choices above the list. Choices that are no good are left out, never an error."""

    theme = forms.CharField(required=False)
    community = forms.CharField(required=False)
    evidence = forms.ChoiceField(choices=Evidence.choices, required=False)
    tag = forms.SlugField(required=False)
    language = forms.CharField(required=False, max_length=5)
    status = forms.ChoiceField(choices=[("mine", _("Mine")), ("drafts", _("Drafts"))], required=False)

    @property
    def chosen(self) -> dict[str, str]:
        """The good choices by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value and "\0" not in value}
