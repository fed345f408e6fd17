"""What somebody is writing: kept on the server, on every device, until it is posted or thrown away."""

from django.conf import settings
from django.db import models


class Draft(models.Model):
    """One unfinished text per person and place. Only its author ever sees it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    # Where it will be posted: "thread:12" for a reply, "community:3:thread" for a new thread, and so on.
    place = models.CharField(max_length=80)
    title = models.CharField(max_length=150, blank=True)
    body = models.TextField(blank=True)
    # Goes up with each save; a tab that saves from an older number is told, and overwrites nothing.
    sequence = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at"]
        constraints = [models.UniqueConstraint(fields=["person", "place"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.place}"
