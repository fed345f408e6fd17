"""A number that changes with everything that decides who may see what: a short question instead of a long one."""

from django.db import models


class AccessStamp(models.Model):
    """One row. The database itself writes another `version` into it (community/triggers.py), whoever makes the change.

    Who read a version after a commit, and knows what was so under that version, need not ask everything again.
    """

    ID = 1

    version = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.version)

    @classmethod
    def read(cls) -> int | None:
        """The version now; None where there is none, which equals nothing. One query."""
        return cls.objects.filter(pk=cls.ID).values_list("version", flat=True).first()
