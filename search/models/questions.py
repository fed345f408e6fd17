"""What was asked and not found, without who asked; and what of it enough people asked for to be shown to all."""

from django.conf import settings
from django.db import models
from django.utils import timezone

WORDS_LENGTH = 120
KEY_LENGTH = 200


class Question(models.Model):
    """What somebody asked in a month. `asker` is a pseudonym of that month, which only serves to count people once."""

    asker = models.CharField(max_length=32)
    month = models.DateField()  # its first day
    key = models.CharField(max_length=KEY_LENGTH)  # the stems of the words in alphabetical order: the same question
    words = models.CharField(max_length=WORDS_LENGTH)
    is_found = models.BooleanField()
    is_opened = models.BooleanField(default=False)  # something that was found
    asked_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asker", "month", "key"], name="question_once_a_month")]
        indexes = [models.Index(fields=["key", "month"], name="question_by_key")]

    def __str__(self) -> str:
        return self.words


class Wish(models.Model):
    """What enough people asked for in vain. A removed one stays as long as they ask, so that it does not come back."""

    key = models.CharField(max_length=KEY_LENGTH, unique=True)
    words = models.CharField(max_length=WORDS_LENGTH)
    askers = models.PositiveIntegerField()  # in the month in which most asked it
    nothing_found = models.PositiveIntegerField(default=0)  # those of them for whom nothing was found at all
    created_at = models.DateTimeField(auto_now_add=True)
    picked_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    picked_up_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-askers", "words"]

    def __str__(self) -> str:
        return self.words
