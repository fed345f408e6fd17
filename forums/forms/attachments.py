"""The field with which people add files to what they write."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from community.file_types import TYPES
from community.files import check_upload


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, each checked before anything is written; cleans to a list of uploads."""

    def __init__(self, **options: Any) -> None:
        options = {"label": _("Files"), "required": False, **options}
        options.setdefault("help_text", _("PDF, Office, pictures and text; at most 25 MB each."))
        accept = ",".join(f".{ending}" for ending in TYPES)
        super().__init__(widget=FilesInput(attrs={"accept": accept}), **options)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The uploads. Raises ValidationError with a line for each file that is not accepted."""
        errors, uploads = [], []
        for upload in data if isinstance(data, list | tuple) else [data]:
            try:
                if (cleaned := super().clean(upload, initial)) is not None:
                    check_upload(cleaned)
                    uploads.append(cleaned)
            except forms.ValidationError as error:
                errors.append(error)
        if errors:
            raise forms.ValidationError(errors)
        return uploads
