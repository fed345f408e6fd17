"""How far the index had followed the database when the database last heard of it."""

from django.db import models


class IndexMark(models.Model):
    """One row: the generation of the index after a batch, written together with the removal of its outbox rows."""

    generation = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.generation
