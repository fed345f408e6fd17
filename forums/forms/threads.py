"""The forms of a thread: starting it, its title, and hiding it or one of its posts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.actions.threads import HidingReason
from forums.actions.writing import TITLE_LENGTH
from forums.forms.labels import LabelledForm
from forums.forms.writing import ContributionForm


class TitleForm(forms.Form):
    """A title."""

    title = forms.CharField(
        label=_("Title"),
        max_length=TITLE_LENGTH,
        error_messages={"required": _("Give the thread a title.")},
        widget=forms.TextInput(attrs={"data-composer-title": ""}),
    )


class ThreadForm(TitleForm, ContributionForm, LabelledForm):
    """A new thread."""

    field_order = ["title", "body", "files", "label", "named"]


class HidingForm(forms.Form):
    """Why something is hidden."""

    reason = forms.ChoiceField(
        label=_("Why do you hide this?"),
        choices=HidingReason.choices,
        widget=forms.RadioSelect,
        help_text=_("The reason is kept in the audit log."),
    )
