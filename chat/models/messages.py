"""The lines of a room: the database is the log, and its sequence numbers are what clients resume by."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chat.models.rooms import Room
from community.models import Content

CONTEXT = 11  # messages; a permanent link shows ten before the one that it is about


class Message(Content):
    """One line. `seq` is dense per room and given in the same transaction; `cid` makes sending idempotent."""

    containers = ("room",)

    room = models.ForeignKey(Room, models.CASCADE, related_name="messages")
    seq = models.PositiveBigIntegerField(editable=False)
    cid = models.UUIDField(default=uuid.uuid4, editable=False)
    body = models.TextField(_("message"), max_length=8192)
    html = models.TextField(editable=False)
    renderer = models.PositiveSmallIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["room", "seq"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="message_seq_once"),
            models.UniqueConstraint(fields=["room", "author", "cid"], name="message_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}#{self.seq}"

    def get_absolute_url(self) -> str:
        """The page of the room's history on which the message stands, with some of what was said before it."""
        return f"{reverse('room', args=[self.room_id])}?after={max(self.seq - CONTEXT, 0)}#{self.anchor}"

    @property
    def anchor(self) -> str:
        """The name of its place on the page."""
        return f"m-{self.seq}"
