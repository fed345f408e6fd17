"""The words that practices share."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from forums.models import Practice, Tag

MAX_TAGS, MAX_TAG = 20, 60


def clean_tags(*, names: Iterable[str]) -> dict[str, str]:
    """Slug to name of each tag, without doubles. Raises ValidationError."""
    tags: dict[str, str] = {}
    for name in (" ".join(name.replace("\0", "").split()) for name in names):
        slug = slugify(name)
        if name and (not slug or len(name) > MAX_TAG):
            raise ValidationError(
                _("%(tag)s is no good tag: use letters or digits, at most %(limit)d of them."),
                params={"tag": name[:MAX_TAG], "limit": MAX_TAG},
            )
        if name:
            tags.setdefault(slug, name)
    if len(tags) > MAX_TAGS:
        raise ValidationError(_("There can be at most %(limit)d tags."), params={"limit": MAX_TAGS})
    return tags


def set_tags(*, practice: Practice, names: Iterable[str]) -> None:
    """Give the practice exactly these tags; new words become tags. Raises ValidationError."""
    wanted = clean_tags(names=names)
    known = {tag.slug: tag for tag in Tag.objects.filter(slug__in=wanted)}
    for slug in wanted.keys() - known.keys():
        known[slug] = Tag.objects.get_or_create(slug=slug, defaults={"name": wanted[slug]})[0]
    practice.tags.set(known.values())
