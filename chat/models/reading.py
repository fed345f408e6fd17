"""How far people have read a room: unread counts are a subtraction, not a row per message."""

from django.conf import settings
from django.db import models

from chat.models.rooms import Room


class ReadMark(models.Model):
    """The highest sequence number of a room that a person has seen; it only goes up."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, models.CASCADE, related_name="read_marks")
    seq = models.PositiveBigIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "room"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.person_id} read {self.room_id} to {self.seq}"
