"""What administrators add to the lists of words that queries are expanded with, or change in the shipped ones."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from search.language.lexicon import Entry, Kind

LONGEST_TERM = 100
MOST_OTHERS = 8


class LexiconEntry(models.Model):
    """One own entry. It replaces the shipped entry with the same kind and key; `is_off` takes that one away."""

    class Kind(models.TextChoices):
        """The lists that there are."""

        ABBREVIATION = Kind.ABBREVIATION.value, _("Abbreviation")
        SYNONYM = Kind.SYNONYM.value, _("Synonyms")
        PART = Kind.PART.value, _("Part of compounds")
        EXCEPTION = Kind.EXCEPTION.value, _("Exception for a compound")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    key = models.CharField(max_length=2 * LONGEST_TERM)
    term = models.CharField(max_length=LONGEST_TERM)
    others = models.JSONField(default=list, blank=True)
    is_off = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kind", "key"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="lexicon_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"

    @property
    def entry(self) -> Entry:
        """The same, as a lexicon is built of it."""
        return Entry(Kind(self.kind), self.term, tuple(self.others))
