"""Searches that a person keeps, and nobody else sees: the latest by themselves, and saved ones that may send mail."""

import hashlib
from typing import Any

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class KeptSearch(models.Model):
    """The base of both: `query` is the query string of its address, and `digest` tells the same search again."""

    query = models.TextField()
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the digest of what is asked."""
        self.digest = digest_of(self.query)
        super().save(*args, **kwargs)

    @property
    def text(self) -> str:
        """What was typed."""
        return QueryDict(self.query).get("q", "")


def digest_of(query: str) -> str:
    """The same for the same query string, and short enough for an index of any database."""
    return hashlib.sha256(query.encode()).hexdigest()


class RecentSearch(KeptSearch):
    """A search that a person made lately."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recent_searches")
    searched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-searched_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="recent_search_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.digest[:8]}"


class NoSearchHistory(models.Model):
    """A row means: of this person no recent searches are kept."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="no_search_history")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.person_id}"


class Alert(models.TextChoices):
    """How often a saved search is run for somebody."""

    OFF = "off", _("No mail")
    DAILY = "daily", _("By mail, at most once a day")
    WEEKLY = "weekly", _("By mail, at most once a week")


class SavedSearch(KeptSearch):
    """A search that a person gave a name."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=100)
    alert = models.CharField(
        _("tell me what is new"), max_length=10, choices=Alert.choices, default=Alert.OFF, db_index=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # When it was last run for an alert, and until when what was written is told of.
    alerted_at = models.DateTimeField(default=timezone.now, editable=False)
    told_until = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="saved_search_once")]

    def __str__(self) -> str:
        return self.name
