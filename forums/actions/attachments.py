"""Files that go with a post or a practice."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access, audit
from community.files import remove_stored, remove_strays, store_upload
from community.models import StoredFile, User
from community.signals import content_removed, content_saved
from forums.models import Attachment, Post, Practice

MAX_FILES = 10
GRACE = timedelta(days=1)


def attach_files(*, actor: User, whole: Post | Practice, files: Iterable[File]) -> list[Attachment]:
    """Keep these files with a post or practice; they get its label and audience. Returns the new attachments.

    Call it in the transaction that writes the whole. Raises ValidationError for a file that is not accepted,
    or for more than MAX_FILES in all.
    """
    uploads = list(files)
    if not uploads:
        return []
    with transaction.atomic():
        access.require(actor, f"{whole._meta.model_name}.edit", whole)
        if whole.attachments.count() + len(uploads) > MAX_FILES:
            raise ValidationError(_("There can be at most %(limit)d files."), params={"limit": MAX_FILES})
        return [_attach(actor, whole, upload) for upload in uploads]


def _attach(actor: User, whole: Post | Practice, upload: File) -> Attachment:
    attachment = Attachment.objects.create(
        file=store_upload(actor, upload),
        community_id=whole.community_id,
        author=actor,
        label=whole.label,
        audience_id=whole.audience_id,
        **{str(whole._meta.model_name): whole},
    )
    content_saved.send(sender=Attachment, instance=attachment)
    return attachment


def remove_attachment(*, actor: User, attachment: Attachment) -> None:
    """Take a file away from its post or practice, which who may edit that may do. Its bytes go with a clean-up."""
    with transaction.atomic():
        whole: Any = attachment.post or attachment.practice
        access.require(actor, f"{whole._meta.model_name}.edit", whole)
        audit.record("attachment.removed", actor=actor, community=attachment.community, target=attachment)
        content_removed.send(sender=Attachment, instance=attachment)
        attachment.delete()


def follow_label(*, whole: Post | Practice) -> None:
    """Give every file of a whole its label and audience, in the transaction that changed them."""
    for attachment in whole.attachments.all():
        attachment.label, attachment.audience_id = whole.label, whole.audience_id
        attachment.save(update_fields=["label", "audience"])
        content_saved.send(sender=Attachment, instance=attachment)


def clean_store() -> int:
    """Remove files that belong to nothing any more and came in over a day ago. Returns how many."""
    loose = StoredFile.objects.filter(attachment__isnull=True, created_at__lt=timezone.now() - GRACE)
    with transaction.atomic():
        for stored in loose:
            remove_stored(stored)
    return len(loose) + remove_strays()
