"""What is filled in about communities and their members."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from community.actions.communities import TEXTS
from community.models import Community, Role, User

LINES = {"rows": 6}


class CommunityForm(forms.ModelForm):
    """What a community is for, `without` what the person may not change."""

    class Meta:
        model = Community
        fields = ["name", "introduction", "agenda", "default_label", "theme", "openness", "widest_label", "is_offered"]
        widgets = {name: forms.Textarea(attrs=LINES) for name in TEXTS}

    def __init__(self, *args: Any, without: Iterable[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        for name in without:
            del self.fields[name]

    def _post_clean(self) -> None:
        """The action checks the whole and saves it: this form only reads what was filled in."""


class NewCommunityForm(CommunityForm):
    """A new community, its address and its first owner."""

    slug = forms.SlugField(
        label=_("Address"), max_length=50, help_text=_("The last part of its address: lower case letters and dashes.")
    )
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, without=["is_offered"], **options)  # its owner decides that
        self.fields["owner"].queryset = User.objects.professionals()  # type: ignore[attr-defined]

    def clean_slug(self) -> str:
        """An address that is not one of the site's own."""
        slug: str = self.cleaned_data["slug"]
        if slug == "new":
            raise ValidationError(_("This address is taken."))
        return slug


class MotivationForm(forms.Form):
    """Why somebody wants to join."""

    motivation = forms.CharField(
        label=_("Why do you want to join?"),
        help_text=_("The facilitators read this. Tell what you do and what you are looking for."),
        max_length=2000,
        widget=forms.Textarea(attrs=LINES),
    )


class ReasonForm(forms.Form):
    """A reason that is mailed to the person concerned."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The person gets this by mail."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=LINES),
    )

    def __init__(self, *args: Any, required: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = required


class RoleForm(forms.Form):
    """What a member is to be."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)


class MemberSearchForm(forms.Form):
    """Words to find a member by."""

    q = forms.CharField(label=_("Name, organisation or function"), max_length=100, required=False)
