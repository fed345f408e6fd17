"""What is filled in around searching: saved searches, and the words that administrators keep."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from search.models import Alert, LexiconEntry
from search.models.lexicon import LONGEST_TERM, MOST_OTHERS


class SavedSearchForm(forms.Form):
    """The name of a saved search, and whether it sends mail."""

    name = forms.CharField(label=_("Name"), max_length=100)
    alert = forms.ChoiceField(
        label=_("Tell me what is new"), choices=Alert.choices, initial=Alert.OFF, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("auto_id", "saved_%s")
        super().__init__(*args, **options)


class LexiconForm(forms.Form):
    """An entry of the lists."""

    kind = forms.ChoiceField(label=_("Kind"), choices=LexiconEntry.Kind.choices)
    term = forms.CharField(
        label=_("Word or words"), max_length=LONGEST_TERM, help_text=_("The abbreviation, or what somebody types.")
    )
    others = forms.CharField(
        label=_("Other ways to say it"),
        required=False,
        max_length=LONGEST_TERM * MOST_OTHERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line. For an exception: its parts, or nothing where the word is no compound."),
    )

    def clean_term(self) -> str:
        """The words on one line."""
        return " ".join(self.cleaned_data["term"].split())

    def clean_others(self) -> list[str]:
        """The lines that say something."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["others"].splitlines()]
        found = list(dict.fromkeys(filter(None, lines)))
        if len(found) > MOST_OTHERS:
            raise ValidationError(
                ngettext("Write at most %(most)s line.", "Write at most %(most)s lines.", MOST_OTHERS),
                params={"most": MOST_OTHERS},
            )
        if any(len(line) > LONGEST_TERM for line in found):
            raise ValidationError(_("One of the lines is too long."))
        return found


class LexiconFilterForm(forms.Form):
    """Which entries are shown."""

    q = forms.CharField(label=_("Words"), max_length=LONGEST_TERM, required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All kinds")), *LexiconEntry.Kind.choices]  # type: ignore[attr-defined]
