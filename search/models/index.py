"""The search indexes that PostgreSQL holds; with Whoosh there are none."""

from django.db import models
from django.utils import timezone


class SearchIndex(models.Model):
    """An index, whose tables carry its key in their names (search/backends/postgres/tables.py)."""

    name = models.CharField(max_length=100)
    signature = models.CharField(max_length=100)  # of tables and analysis; another one means: build anew
    generation = models.BigIntegerField(default=0)  # another after each commit, never used twice
    is_current = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=models.Q(is_current=True), name="one_current_index"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
