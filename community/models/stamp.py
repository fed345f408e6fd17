"""A number that changes with everything that decides who may see what: a short question instead of a long one."""

from django.db import connection, models


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
        """The version now; None where there is none, which equals nothing. One query.

        In plain SQL: it is read at every delivery, and building the query would take ten times as long as asking it.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT version FROM community_accessstamp WHERE id = %s", [cls.ID])
            row = cursor.fetchone()
        return row[0] if row else None
