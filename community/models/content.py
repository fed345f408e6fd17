"""What every piece of content has: a community, an author, a label and the audience that follows from them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.models.communities import Community
from community.models.labels import Audience, Label


class Content(models.Model):
    """The base of threads, posts, practices, attachments, rooms and messages.

    `containers` names the foreign keys to the content that this may be a part of: a part is never wider
    than its container, and is hidden with it. `draft_field` names a date that is empty while only the author
    may see the row.
    """

    containers: ClassVar[tuple[str, ...]] = ()
    draft_field: ClassVar[str | None] = None

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    label = models.CharField(_("label"), max_length=20, choices=Label.choices)
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def get_label(self) -> Label:
        """The label as a member of Label."""
        return Label(self.label)

    def wholes(self) -> "list[Content]":
        """The content that this is a part of."""
        return [whole for name in self.containers if (whole := getattr(self, name)) is not None]
