"""The nouns of what people write, one file each."""

from forums.models.attachments import Attachment
from forums.models.drafts import Draft
from forums.models.practices import Evidence, Practice, Status, Tag
from forums.models.reading import ReadPosition
from forums.models.threads import Post, Thread

__all__ = ["Attachment", "Draft", "Evidence", "Post", "Practice", "ReadPosition", "Status", "Tag", "Thread"]
