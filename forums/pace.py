"""How fast one person may write: enough for people, too little for programs."""

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from community.models import User

POSTS_A_MINUTE = 20
PREVIEWS_A_MINUTE = 60
SECONDS = 60


def keep_pace(person: User, kind: str, limit: int) -> None:
    """Count one more; raises ValidationError when it is too many in a minute."""
    key = f"pace:{kind}:{person.pk}"
    if cache.add(key, 1, SECONDS):
        return
    try:
        count = cache.incr(key)
    except ValueError:  # the minute ended in between
        return
    if count > limit:
        raise ValidationError(_("You are going very fast. Wait a minute and send it again; your text is kept here."))
