"""How the index is built and kept up, for the page that administrators look at."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

MOST_KEPT = 20
# A build tells how far it is about every second: one that was silent for so long has ended with its process.
SILENT = timedelta(seconds=90)


class IndexBuild(models.Model):
    """A new index: asked for by an administrator, or begun by whoever found none. Times say how far it is."""

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # when it last told how far it is
    ended_at = models.DateTimeField(null=True)
    indexed = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=100, blank=True)  # the kind of error, without its text, which may quote content

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk}: {self.state}"

    @property
    def state(self) -> str:
        """ "waiting", "running", "silent" (its process is gone, or hangs), "failed" or "done"."""
        if self.ended_at:
            return "failed" if self.error else "done"
        if self.started_at is None:
            return "waiting"
        return "running" if self.seen_at and timezone.now() - self.seen_at < SILENT else "silent"


class IndexerTurn(models.Model):
    """One row: when the worker last looked for changes, and when it last put some in the index."""

    ONE = 1

    looked_at = models.DateTimeField()
    drained_at = models.DateTimeField(null=True)
    drained = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"looked at {self.looked_at}"
