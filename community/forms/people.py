"""What is filled in about people."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from community.models import Organisation


class ProfileForm(forms.Form):
    """What people say about themselves."""

    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("For the pages and for mails.")
    )

    def clean_name(self) -> str:
        """The name on one line."""
        return " ".join(self.cleaned_data["name"].split())


class ApprovalForm(forms.Form):
    """Which organisation somebody who is let in works for."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label=_("Organisation"), required=False, empty_label=_("No organisation")
    )


class PeopleSearchForm(forms.Form):
    """Words to find somebody by."""

    q = forms.CharField(label=_("Name or e-mail address"), max_length=100, required=False)
