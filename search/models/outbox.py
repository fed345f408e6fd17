"""Changed things that the index has yet to follow."""

from django.db import models

from community.models import Outbox


class SearchOutbox(Outbox):
    """A thing that changed: the indexer looks up how it is now, and puts it in the index or takes it out."""

    kind = models.CharField(max_length=20)
    object_pk = models.PositiveBigIntegerField()

    class Meta(Outbox.Meta):
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_pk}"
