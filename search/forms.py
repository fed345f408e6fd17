"""What is filled in around searching."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from search.models import Alert


class SavedSearchForm(forms.Form):
    """The name of a saved search, and whether it sends mail."""

    name = forms.CharField(label=_("Name"), max_length=100)
    alert = forms.ChoiceField(
        label=_("Tell me what is new"), choices=Alert.choices, initial=Alert.OFF, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("auto_id", "saved_%s")
        super().__init__(*args, **options)
