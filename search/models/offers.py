"""Communities that are named to who searches: the words that they are found by, and how many people saw them."""

from django.db import models
from django.utils import timezone

from community.models import Community


class OfferedWord(models.Model):
    """A stem that stands where every professional may read it: theme, name, introduction, open titles."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="offered_words")
    stem = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stem", "community"], name="offered_word_once")]

    def __str__(self) -> str:
        return f"{self.stem} in {self.community_id}"


class OfferSeen(models.Model):
    """Somebody saw this community named. `asker` is a pseudonym for this community only, to count people once."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="+")
    asker = models.CharField(max_length=32)
    is_opened = models.BooleanField(default=False)
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "asker"], name="offer_seen_once")]

    def __str__(self) -> str:
        return f"{self.community_id} seen"
