"""What a page sends to keep a draft."""

from django import forms

from forums.actions.drafts import MAX_CHARACTERS


class DraftForm(forms.Form):
    """A draft as it stands in somebody's form."""

    place = forms.CharField(max_length=80)
    title = forms.CharField(required=False)
    body = forms.CharField(required=False, max_length=MAX_CHARACTERS, strip=False)
    sequence = forms.IntegerField(min_value=0, max_value=2_000_000_000, required=False)
