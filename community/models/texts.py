"""The text that was read from a file, and the list of files that are yet to be read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.models.files import StoredFile
from community.models.outbox import Outbox


class TextState(models.TextChoices):
    """How far the reading of a file is."""

    WAITING = "waiting"
    DONE = "done"
    NONE = "none"  # a picture, for example
    FAILED = "failed"


class Reason(models.TextChoices):
    """Why the text of a file could not be read, as its keeper is told."""

    LOCKED = "locked", _("it is locked with a password")
    DAMAGED = "damaged", _("it is damaged")
    LARGE = "large", _("it unpacks to far too much")
    HEAVY = "heavy", _("reading it takes too much time or memory")
    FAILED = "failed", _("reading it failed several times")


class FileText(models.Model):
    """What a file says, part by part; nobody sees more of it than who sees the file.

    `pages` holds [name, text] per page, slide or sheet, the first of which is number 1; the name is "" where it has
    none. `is_tagged` is None for other kinds than PDF. `is_cut`: there is more in the file than is kept. `version` is
    that of what read it (community/texts.py), 0 while nothing has.
    """

    file = models.OneToOneField(StoredFile, models.CASCADE, primary_key=True, related_name="text")
    state = models.CharField(max_length=10, choices=TextState, default=TextState.WAITING)
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    version = models.PositiveSmallIntegerField(default=0)
    pages = models.JSONField(default=list)
    has_text = models.BooleanField(default=False)
    is_tagged = models.BooleanField(null=True)
    is_cut = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.file_id}: {self.state}"

    @property
    def advice(self) -> str:
        """What is to be told to who keeps the file: "failed", "no_text", "no_tags" or nothing."""
        if self.state == TextState.FAILED:
            return "failed"
        if self.state != TextState.DONE or self.is_tagged is None:
            return ""
        if not self.has_text:
            return "no_text"
        return "" if self.is_tagged else "no_tags"


class TextOutbox(Outbox):
    """A file that is to be read. `attempts` counts the tries that were begun, so that none can go on for ever."""

    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="+")

    class Meta(Outbox.Meta):
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"text of file {self.file_id}"
