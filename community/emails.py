"""Mail: written down in the transaction it follows from, made and sent afterwards, at least once.

What a mail says is worked out when it leaves, in the reader's language, and rights are asked again then.
"""

import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from community import access
from community.models import Community, MailOutbox, User

logger = logging.getLogger(__name__)

BATCH = 50
# A row that is being sent is tried again after this long, should the process that sends it be killed.
CLAIM = timedelta(minutes=5)
Context = dict[str, Any]
About = Callable[[User, Context], Context | None]
REFUSED = "refused"


def queue_mail(person: User, kind: str, **context: Any) -> None:
    """Write down a mail to this person, inside the transaction it follows from. `context` holds keys and plain text."""
    message_id = f"<{uuid.uuid4().hex}@{urlsplit(settings.SITE_URL).hostname}>"
    MailOutbox.objects.create(person=person, kind=kind, context=context, message_id=message_id)


def _about_community(person: User, context: Context) -> Context | None:
    """The community of the mail, with its name only where the reader may see it."""
    community = Community.objects.filter(pk=context["community"]).first()
    if community is None:
        return None
    seen = access.sees(person, community)
    return {**context, "community": community if seen else None, "url": community.get_absolute_url() if seen else "/"}


def _about_request(person: User, context: Context) -> Context | None:
    """A request to join, for somebody who may still decide about it while it is still open."""
    community = Community.objects.filter(pk=context["community"]).first()
    asker = User.objects.filter(pk=context["asker"], join_requests__community=context["community"]).first()
    if community is None or asker is None or not access.can(person, "community.decide_requests", community):
        return None
    return {**context, "community": community, "asker": asker, "url": f"{community.get_absolute_url()}requests/"}


def _about_request_left(person: User, context: Context) -> Context | None:
    """A request that nobody can decide about, for an administrator who can put a member in charge."""
    community = Community.objects.filter(pk=context["community"], join_requests__person=context["asker"]).first()
    if community is None or not access.can(person, "community.change_roles", community):
        return None
    return {**context, "community": community, "url": f"{community.get_absolute_url()}members/"}


def _about_waiting(person: User, context: Context) -> Context | None:
    """Somebody who waits for approval, for an administrator."""
    waiting = User.objects.waiting().filter(pk=context["waiting"]).first()
    if waiting is None or not access.can(person, "person.approve"):
        return None
    return {**context, "waiting": waiting, "url": "/people/approvals/"}


def _about_account(person: User, context: Context) -> Context | None:
    """The reader's own account."""
    return {**context, "url": "/"}


KINDS: dict[str, About] = {
    "join_requested": _about_request,
    "nobody_in_charge": _about_request_left,
    "admitted": _about_community,
    "rejected": _about_community,
    "removed": _about_community,
    "banned": _about_community,
    "approval_waiting": _about_waiting,
    "approved": _about_account,
    REFUSED: _about_account,
}


_others: dict[str, tuple[About, str]] = {}


def register_mail(kind: str, about: About, template: str) -> None:
    """Let an app above send mail of this kind. `about` gives the context when it leaves, with `url`; None: no mail."""
    _others[kind] = about, template


def compose(row: MailOutbox) -> EmailMessage | None:
    """The mail as it is to be now; None where the reader may not have it any more."""
    person = row.person
    if not person.is_active and row.kind != REFUSED:  # being refused closes the account
        return None
    about, template = _others.get(row.kind) or (KINDS[row.kind], f"community/email/{row.kind}.txt")
    context = about(person, row.context)
    if context is None:
        return None
    context |= {"person": person, "site_name": settings.SITE_NAME, "address": settings.SITE_URL + context["url"]}
    with translation.override(person.language):
        text = render_to_string(template, context)
    subject, _empty, body = text.strip().partition("\n")
    return EmailMessage(
        " ".join(subject.split()), body.strip() + "\n", to=[person.email], headers={"Message-ID": row.message_id}
    )


def deliver_mails() -> int:
    """Send what is due; returns how many rows were dealt with. What fails waits ever longer."""
    due = list(MailOutbox.objects.due().values_list("pk", "not_before")[:BATCH])
    return sum(_deliver(pk, not_before) for pk, not_before in due)


def _deliver(pk: int, not_before: Any) -> int:
    """Send one mail, unless another worker took it first."""
    mine = MailOutbox.objects.filter(pk=pk, not_before=not_before)
    if not mine.update(not_before=timezone.now() + CLAIM):
        return 0
    row = MailOutbox.objects.select_related("person").get(pk=pk)
    try:
        mail = compose(row)
        if mail is not None:
            mail.send()
    except Exception as error:  # noqa: BLE001 - whatever a mail server does, the next mail is to go out
        logger.warning("Mail %s (%s) was not sent: %s", row.pk, row.kind, error)
        row.back_off(str(error))
        return 1
    row.delete()
    return 1
