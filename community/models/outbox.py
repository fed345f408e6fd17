"""Work that follows from a transaction: written in it, done after it, at least once, in order of writing."""

from datetime import timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone


class OutboxQuerySet(models.QuerySet[Any]):
    """Selections of work."""

    def due(self) -> Self:
        """What may be tried now, oldest first."""
        return self.filter(not_before__lte=timezone.now()).order_by("pk")

    def failing(self) -> Self:
        """What was tried and did not succeed yet."""
        return self.filter(attempts__gt=0)


class Outbox(models.Model):
    """The base of the outboxes. A row is removed when its work is done; a failed row waits ever longer."""

    MAX_BACKOFF: ClassVar[timedelta] = timedelta(hours=1)

    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        abstract = True

    def back_off(self, error: str) -> None:
        """Note a failure; the next try is after 2, 4, 8… seconds, an hour at most."""
        self.attempts += 1
        self.error = error[:2000]
        delay = min(timedelta(seconds=2 ** min(self.attempts, 20)), self.MAX_BACKOFF)
        self.not_before = timezone.now() + delay
        self.save(update_fields=["attempts", "error", "not_before"])


class MailOutbox(Outbox):
    """A mail to one person. What it says is made when it leaves, from `kind` and `context`, in their language."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    context = models.JSONField(default=dict)
    message_id = models.CharField(max_length=120, unique=True)

    class Meta(Outbox.Meta):
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id}"
