"""Another label for a thread: raising takes effect on all its parts at once, lowering must be meant.

Parts (posts, and the files of posts) that carry the thread's own audience move with it. A part with a
stricter label of its own stays as it is. Lowering a part needs its author or a facilitator: where the
author of a thread lowers it, the posts of others therefore keep the label that they were written under.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from community import access
from community.audit import record
from community.labelling import choose_audience, refuse_newcomers
from community.models import Audience, AudiencePerson, Label, User
from community.signals import content_saved
from forums import broadcast
from forums.actions.threads import lock_thread, send_saved
from forums.actions.writing import refresh_counters
from forums.models import Attachment, Post, Thread


def relabel_thread(
    *, actor: User, thread: Thread, label: Label | str, named: Iterable[User] = (), confirmed: bool = False
) -> Thread:
    """Give a thread another label. `named`: the people of TLP:RED; its author is always among them.

    `confirmed`: the person stated that more people may see it; without that, lowering raises ValidationError.
    Raises Http404 or PermissionDenied too.
    """
    label = Label(label)
    with transaction.atomic():
        thread = lock_thread(thread=thread)
        access.require(actor, "thread.view", thread)
        old, old_audience = thread.get_label(), thread.audience
        if label == old:
            raise ValidationError({"label": _("The thread has this label already.")})
        lowers = label.is_wider_than(old)
        access.require(actor, "thread.lower_label" if lowers else "thread.raise_label", thread)
        if lowers and not confirmed:
            raise ValidationError({"confirmed": _("State that more people may see this.")})
        named = set(named)
        if not lowers:
            refuse_newcomers(thread, named)
        thread.label = label
        thread.audience = _choose_audience(thread, named)
        thread.save(update_fields=["label", "audience"])
        if lowers:
            everything = access.can(actor, "thread.hide", thread)
            _lower_parts(thread, old_audience, Q() if everything else Q(author=actor))
        else:
            _raise_parts(thread, old_audience)
        record(
            "thread.label_lowered" if lowers else "thread.label_raised",
            actor=actor, community=thread.community, target=thread, old=old.value, new=label.value,
        )  # fmt: skip
        refresh_counters(thread=thread)
        _tell(thread)
    return thread


def _choose_audience(thread: Thread, named: Iterable[User]) -> Audience:
    try:
        return choose_audience(label=thread.label, community=thread.community, author=thread.author, named=named)
    except ValidationError as error:
        raise ValidationError({"label": error.messages}) from error


def _parts(thread: Thread) -> tuple[QuerySet[Post], QuerySet[Attachment]]:
    return Post.objects.filter(thread=thread), Attachment.objects.filter(post__thread=thread)


def _lower_parts(thread: Thread, old_audience: Audience, allowed: Q) -> None:
    for parts in _parts(thread):
        parts.filter(allowed, audience=old_audience).update(label=thread.label, audience=thread.audience)


def _raise_parts(thread: Thread, old_audience: Audience) -> None:
    wider = [label for label in Label if label.is_wider_than(thread.label)]
    for parts in _parts(thread):
        too_wide: QuerySet[Model] = parts.filter(label__in=wider)
        own = too_wide.filter(audience__kind=Audience.Kind.COLLEAGUES).exclude(audience=old_audience)
        # The colleagues of another organisation than the thread's: the named people must not gain by raising.
        for audience in Audience.objects.filter(pk__in=own.values("audience")):
            named = _named_colleagues(thread.audience, audience)
            own.filter(audience=audience).update(label=thread.label, audience=named)
        too_wide.update(label=thread.label, audience=thread.audience)


def _named_colleagues(named: Audience, colleagues: Audience) -> Audience:
    """A new audience of those named people who are colleagues."""
    people = named.named.filter(person__organisation=colleagues.organisation_id).values_list("person", flat=True)
    narrowed = Audience.objects.create(kind=Audience.Kind.NAMED, community=named.community)
    AudiencePerson.objects.bulk_create(AudiencePerson(audience=narrowed, person_id=person) for person in people)
    return narrowed


def _tell(thread: Thread) -> None:
    content_saved.send(sender=Thread, instance=thread)
    send_saved(thread=thread)
    for attachment in Attachment.objects.filter(post__thread=thread).select_related("post__thread"):
        content_saved.send(sender=Attachment, instance=attachment)
    broadcast.announce_thread(thread)
