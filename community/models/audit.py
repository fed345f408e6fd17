"""What happened to rights and labels: append-only, without content."""

from typing import Any

from django.conf import settings
from django.db import models

from community.models.communities import Community


class AuditEvent(models.Model):
    """One decision: who did what to whom or what. Names of things and reasons stay out; keys stay in."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    community = models.ForeignKey(Community, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    target = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["community", "-id"], name="audit_by_community")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append; a row that exists cannot be saved again (triggers hold this in the database too)."""
        if self.pk:
            raise TypeError("Audit events are append-only.")
        super().save(*args, **kwargs)
