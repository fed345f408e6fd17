"""How far people have read, kept for ever."""

from django.conf import settings
from django.db import models

from forums.models.threads import Thread


class ReadPosition(models.Model):
    """The highest post number of a thread that a person has read; it only goes up."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="read_positions")
    number = models.PositiveIntegerField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "thread"], name="read_position_once")]

    def __str__(self) -> str:
        return f"{self.person_id} read {self.thread_id} to {self.number}"
