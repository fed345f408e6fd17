"""What happened to a line after it was said, in the room's own numbering: so that resuming covers it too."""

from django.db import models
from django.utils import timezone

from chat.models.messages import Message
from chat.models.rooms import Room


class Change(models.Model):
    """A message was hidden or brought back. Its `seq` follows that of the messages: together they have no gaps."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="changes")
    seq = models.PositiveBigIntegerField(editable=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="changes")
    hides = models.BooleanField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["room", "seq"]
        constraints = [models.UniqueConstraint(fields=["room", "seq"], name="change_seq_once")]

    def __str__(self) -> str:
        return f"{self.room_id}#{self.seq} {'hides' if self.hides else 'shows'} {self.message_id}"
