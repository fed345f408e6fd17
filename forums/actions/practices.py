"""What is done to a practice: write it, publish it, hide it, and give it another label."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access, markdown
from community.audit import record
from community.labelling import choose_audience, refuse_newcomers
from community.models import Community, Label, Membership, User
from community.signals import content_saved
from forums.actions.attachments import attach_files, follow_label
from forums.actions.tagging import set_tags
from forums.actions.threads import HidingReason
from forums.models import Practice
from forums.rendering import MAX_CHARACTERS, RENDERER_VERSION, link_headings, render_imported

TITLE_LENGTH = 250
# What its author and the facilitators may fill in; everything else has a verb of its own.
FIELDS = ("title", "summary", "theme", "owner", "evidence", "review_on", "language", *Practice.SECTIONS, "body")


@dataclass(frozen=True)
class Sheet:
    """What somebody sends in about a practice: fields by name (see FIELDS), tags, new files, the key of the form."""

    values: Mapping[str, Any]
    tags: Sequence[str] = ()
    files: Sequence[UploadedFile] = field(default=())
    idempotency_key: UUID | None = None


def create_practice(
    *,
    actor: User,
    community: Community,
    sheet: Sheet,
    label: Label | str | None = None,
    named: Iterable[User] = (),
) -> Practice:
    """A new draft; the same form sent twice gives the same one. `named`: the people of TLP:RED.

    Raises Http404, PermissionDenied or ValidationError.
    """
    try:
        with transaction.atomic():
            access.require(actor, "practice.create", community)
            if (sent := _find_sent(actor, sheet)) is not None:
                return sent
            label = Label(label or community.default_label)
            practice = Practice(
                community=community, author=actor, owner=actor, theme=community.theme, label=label,
                audience=choose_audience(label=label, community=community, author=actor, named=named),
                idempotency_key=sheet.idempotency_key,
            )  # fmt: skip
            _fill(actor, practice, sheet)
            return practice
    except IntegrityError:
        # The same form, sent twice at the same moment: the other one won.
        if (sent := _find_sent(actor, sheet)) is None:
            raise
        return sent


def edit_practice(*, actor: User, practice: Practice, sheet: Sheet, seen: datetime | None = None) -> Practice:
    """Other words for a practice. `seen`: the `updated_at` that the writer started from.

    Raises Http404, PermissionDenied, or ValidationError: also, with code "conflict", where it changed since.
    """
    with transaction.atomic():
        practice = lock_practice(practice=practice)
        access.require(actor, "practice.edit", practice)
        if seen is not None and seen != practice.updated_at:
            raise ValidationError(
                _("Somebody else changed this practice while you were writing. Nothing of theirs is overwritten."),
                code="conflict",
            )
        if practice.author_id != actor.pk:
            record("practice.edited", actor=actor, community=practice.community, target=practice)
        _fill(actor, practice, sheet)
    return practice


def _find_sent(actor: User, sheet: Sheet) -> Practice | None:
    if sheet.idempotency_key is None:
        return None
    return Practice.objects.filter(author=actor, idempotency_key=sheet.idempotency_key).first()


def _fill(actor: User, practice: Practice, sheet: Sheet) -> None:
    old_owner = practice.owner_id
    for name in FIELDS:
        if name in sheet.values:
            value = sheet.values[name]
            setattr(practice, name, clean_text(text=value) if isinstance(value, str) else value)
    practice.title = " ".join(practice.title.split())
    if not practice.title or len(practice.title) > TITLE_LENGTH:
        raise ValidationError({"title": _("Give the practice a title of at most %d characters.") % TITLE_LENGTH})
    _check_owner(practice, old_owner)
    practice.html = render_sections(practice=practice)
    practice.renderer = RENDERER_VERSION
    practice.save()
    try:
        set_tags(practice=practice, names=sheet.tags)
    except ValidationError as error:
        raise ValidationError({"tags": error.messages}) from error
    try:
        attach_files(actor=actor, whole=practice, files=sheet.files)
    except ValidationError as error:
        raise ValidationError({"files": error.messages}) from error
    content_saved.send(sender=Practice, instance=practice)


def clean_text(*, text: str) -> str:
    """A text as it is kept: no NULs, which databases refuse, and one kind of line end."""
    return text.replace("\0", "").replace("\r\n", "\n").strip()


def _check_owner(practice: Practice, old_owner: int) -> None:
    kept = practice.owner_id in (practice.author_id, old_owner)
    if not kept and not Membership.objects.filter(community=practice.community, person=practice.owner).exists():
        raise ValidationError({"owner": _("The owner must be a member of this community.")})


def render_sections(*, practice: Practice) -> dict[str, str]:
    """The HTML of each part that is filled in. Raises ValidationError, by part, for what is too large."""
    html, errors = {}, {}
    for name in Practice.SECTIONS:
        try:
            if text := getattr(practice, name):
                html[name] = markdown.render(text)
        except ValidationError as error:
            errors[name] = error.messages
    try:
        if practice.body:
            html["body"] = link_headings(render_body(practice=practice), practice.title)
    except ValidationError as error:
        errors["body"] = error.messages
    if errors:
        raise ValidationError(errors)
    return html


def render_body(*, practice: Practice) -> str:
    """The further text: with the room of an import where it was imported."""
    if practice.source_id is None:
        return markdown.render(practice.body)
    return render_imported(practice.body)


def body_limit(*, practice: Practice | None) -> int:
    """How long the further text may be."""
    return MAX_CHARACTERS if practice is not None and practice.source_id is not None else markdown.MAX_CHARACTERS


# -- Where it is in its life


def publish_practice(*, actor: User, practice: Practice) -> Practice:
    """Show a draft to everybody whom its label allows. Raises Http404, PermissionDenied or ValidationError."""
    with transaction.atomic():
        practice = lock_practice(practice=practice)
        access.require(actor, "practice.publish", practice)
        if not any(getattr(practice, name) for name in (*Practice.SECTIONS, "body")):
            raise ValidationError(_("Describe the practice before it is published: all its parts are empty."))
        return _set_date(actor, practice, "published_at", True)


def unpublish_practice(*, actor: User, practice: Practice) -> Practice:
    """Make it a draft again, which its author and the facilitators see. Raises Http404 or PermissionDenied."""
    with transaction.atomic():
        practice = lock_practice(practice=practice)
        access.require(actor, "practice.publish", practice)
        return _set_date(actor, practice, "published_at", False)


def hide_practice(*, actor: User, practice: Practice, reason: HidingReason | str) -> Practice:
    """Show it to facilitators only. Raises Http404 or PermissionDenied."""
    with transaction.atomic():
        practice = lock_practice(practice=practice)
        access.require(actor, "practice.hide", practice)
        return _set_date(actor, practice, "hidden_at", True, reason=HidingReason(reason).value)


def unhide_practice(*, actor: User, practice: Practice) -> Practice:
    """Show a hidden practice to its audience again. Raises Http404 or PermissionDenied."""
    with transaction.atomic():
        practice = lock_practice(practice=practice)
        access.require(actor, "practice.hide", practice)
        return _set_date(actor, practice, "hidden_at", False)


def _set_date(actor: User, practice: Practice, column: str, filled: bool, **details: Any) -> Practice:
    """Fill or empty a date, and audit it; nothing happens where it is so already."""
    if filled != (getattr(practice, column) is not None):
        setattr(practice, column, timezone.now() if filled else None)
        practice.save(update_fields=[column])
        action = f"practice.{'' if filled else 'un'}{column.removesuffix('_at')}"
        record(action, actor=actor, community=practice.community, target=practice, **details)
        send_saved(practice=practice)
    return practice


def send_saved(*, practice: Practice) -> None:
    """Tell that the practice and its files are now seen by others than before."""
    content_saved.send(sender=Practice, instance=practice)
    for attachment in practice.attachments.all():
        content_saved.send(sender=type(attachment), instance=attachment)


# -- Its label


def relabel_practice(
    *, actor: User, practice: Practice, label: Label | str, named: Iterable[User] = (), confirmed: bool = False
) -> Practice:
    """Another label, for its files too. `named`: the people of TLP:RED; its author is always among them.

    `confirmed`: the person stated that more people may see it; without that, lowering raises ValidationError.
    Raises Http404 or PermissionDenied too.
    """
    label = Label(label)
    with transaction.atomic():
        practice = lock_practice(practice=practice)
        access.require(actor, "practice.view", practice)
        old = practice.get_label()
        if label == old:
            raise ValidationError({"label": _("The practice has this label already.")})
        lowers = label.is_wider_than(old)
        access.require(actor, "practice.lower_label" if lowers else "practice.raise_label", practice)
        if lowers and not confirmed:
            raise ValidationError({"confirmed": _("State that more people may see this.")})
        named = set(named)
        if not lowers:
            refuse_newcomers(practice, named)
        practice.label = label
        try:
            practice.audience = choose_audience(
                label=label, community=practice.community, author=practice.author, named=named
            )
        except ValidationError as error:
            raise ValidationError({"label": error.messages}) from error
        practice.save(update_fields=["label", "audience"])
        content_saved.send(sender=Practice, instance=practice)
        follow_label(whole=practice)
        record(
            "practice.label_lowered" if lowers else "practice.label_raised",
            actor=actor, community=practice.community, target=practice, old=old.value, new=label.value,
        )  # fmt: skip
    return practice


def lock_practice(*, practice: Practice) -> Practice:
    """The row as it is now, kept from changing until this transaction ends. Raises Http404 where it went away."""
    locked = Practice.objects.select_for_update(of=("self",)).select_related("community", "author", "audience")
    try:
        return locked.get(pk=practice.pk)
    except Practice.DoesNotExist as error:
        raise Http404 from error
