"""What the forms for a new thread, a reply and an edit share: text, files, and the key against sending twice."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from community.markdown import MAX_CHARACTERS, check_size
from forums.actions.writing import Contribution
from forums.forms.attachments import FilesField


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Show an action's errors at the fields they are about, or above the form."""
    found = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, texts in found.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, text)


class BodyForm(forms.Form):
    """A Markdown text."""

    body = forms.CharField(
        label=_("Text"),
        max_length=MAX_CHARACTERS,
        help_text=_("You can use Markdown: **bold**, *italic*, [text](https://link), lists with - and quotes with >."),
        widget=forms.Textarea(attrs={"rows": 8, "data-composer-body": ""}),
        error_messages={"required": _("Write a text first.")},
    )

    def clean_body(self) -> str:
        """The text, where it is not too much to render."""
        check_size(self.cleaned_data["body"])
        return str(self.cleaned_data["body"])


class EditForm(BodyForm):
    """A text with files."""

    files = FilesField()  # type: ignore[assignment]


class ContributionForm(EditForm):
    """A text that makes a new post, with the key that makes a double click one post."""

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"idempotency_key": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def contribution(self) -> Contribution:
        """What was sent in. Other words from the same form are another post, so the key is mixed with the text."""
        body, key = self.cleaned_data["body"], self.cleaned_data["idempotency_key"]
        return Contribution(
            body=body, files=self.cleaned_data["files"], idempotency_key=uuid.uuid5(key, body) if key else None
        )


class ReplyForm(ContributionForm):
    """A reply."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label = _("Your reply")
