"""A file that goes with a post or a practice, and is seen by exactly those who see that."""

from typing import Any, Self

from django.db import models
from django.urls import reverse

from community.models import Content, StoredFile
from forums.models.practices import Practice
from forums.models.threads import Post


class AttachmentQuerySet(models.QuerySet[Any]):
    """Selections of attachments."""

    def for_page(self) -> Self:
        """With their file and what is known of its text, without the text itself."""
        return self.select_related("file__text").defer("file__text__pages")


class Attachment(Content):
    """Ties a stored file to what it belongs to."""

    containers = ("post", "practice")

    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="attachment")
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="attachments")
    practice = models.ForeignKey(Practice, models.CASCADE, null=True, related_name="attachments")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(post__isnull=False, practice__isnull=True)
                | models.Q(post__isnull=True, practice__isnull=False),
                name="attachment_belongs_to_one",
            ),
        ]

    def __str__(self) -> str:
        return self.file.name

    def get_absolute_url(self) -> str:
        """Where it is fetched."""
        return reverse("attachment", args=[self.file.uuid])
