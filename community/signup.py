"""What the sign-up form asks beyond mail address and password."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from community.models import User


class SignupForm(forms.Form):
    """allauth mixes these fields into its own form."""

    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth calls this after saving; the adapter has kept the name already."""

    def clean_name(self) -> Any:
        """The name on one line."""
        return " ".join(self.cleaned_data["name"].split())
