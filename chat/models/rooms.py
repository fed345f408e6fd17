"""A live chat place of a community."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.models import Content


class Room(Content):
    """A room. Its label is the label of everything said in it."""

    name = models.CharField(_("name"), max_length=60)
    purpose = models.CharField(_("purpose"), max_length=250, blank=True)
    # The number that was given last, under this row's lock: unread = last_seq - what was read.
    last_seq = models.PositiveBigIntegerField(default=0, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [models.UniqueConstraint(fields=["community", "name"], name="room_name_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The room's page."""
        return reverse("room", args=[self.pk])
