"""Taking over what other systems exported: practices and threads, a batch in one transaction."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator, slugify

from community import access, markdown
from community.audit import record as audit
from community.labelling import choose_audience, choose_part_audience
from community.models import Audience, Community, Label, Membership, Role, Theme, User
from community.signals import content_saved
from forums.actions.tagging import set_tags
from forums.actions.writing import refresh_counters
from forums.importing.records import PostRecord, PracticeRecord, ThreadRecord
from forums.models import Post, Practice, Thread
from forums.rendering import RENDERER_VERSION, link_headings, render_imported

PRACTICES_IN_BATCH, THREADS_IN_BATCH = 100, 20
SUMMARY, LEAST_SUMMARY = 280, 40
# .invalid is reserved for names that must never lead anywhere (RFC 2606).
ADDRESS_END = ".imported.invalid"
NEW, UPDATED, UNCHANGED = "new", "updated", "unchanged"


@dataclass(frozen=True)
class Destination:
    """Where an import goes: by whom, into which community and theme, with which label and audience for what is new."""

    actor: User
    community: Community
    theme: Theme
    label: Label
    audience: Audience


def choose_importer(*, community: Community) -> User:
    """Who imports where nobody is named: the owner of the community, else a facilitator. Raises ValidationError."""
    in_charge = Membership.objects.filter(
        community=community, role__in=[Role.OWNER, Role.FACILITATOR], person__in=User.objects.professionals()
    ).select_related("person")
    # "owner" comes after "facilitator" in the alphabet; among equals, who joined first.
    membership = in_charge.order_by("-role", "joined_at", "pk").first()
    if membership is None:
        raise ValidationError("This community has no owner or facilitator who can import.")
    return membership.person


def prepare_import(
    *, actor: User, community: Community, label: Label | str | None = None, theme: Theme | None = None
) -> Destination:
    """Settle rights, label and audience once. Raises Http404, PermissionDenied or ValidationError."""
    with transaction.atomic():
        access.require(actor, "practice.import", community)
        label = Label(label or community.default_label)
        audience = choose_audience(label=label, community=community, author=actor)
    return Destination(actor, community, theme or community.theme, label, audience)


def finish_import(*, to: Destination, kind: str, counts: Mapping[str, int]) -> None:
    """Write the import into the audit log."""
    details: dict[str, Any] = dict(counts)
    audit(f"{kind}.imported", actor=to.actor, community=to.community, **details)


# -- Practices


def import_practices(*, to: Destination, records: Sequence[PracticeRecord]) -> Counter[str]:
    """Make or update these practices in one transaction; what did not change at its source is not touched.

    Returns how many are new, updated and unchanged. What people set here stays: label, status, owner, review date.
    """
    known = _known(Practice, to, records)
    changed = [record for record in records if known.get(record.source_id) != record.digest]
    # Rendering takes longer than writing, so it is done before anything is locked.
    rendered = [_render_practice(record) for record in changed]
    with transaction.atomic():
        access.require(to.actor, "practice.import", to.community)
        old = {
            practice.source_id: practice
            for practice in Practice.objects.select_for_update().filter(
                community=to.community, source_id__in=[record.source_id for record in changed]
            )
        }
        for record, html in zip(changed, rendered, strict=True):
            _write_practice(to, old.get(record.source_id), record, html)
    return Counter({NEW: len(changed) - len(old), UPDATED: len(old), UNCHANGED: len(records) - len(changed)})


def _known(
    model: type[Practice] | type[Thread], to: Destination, records: Sequence[PracticeRecord | ThreadRecord]
) -> dict[str | None, str]:
    rows = model._default_manager.filter(community=to.community, source_id__in=[record.source_id for record in records])
    return dict(rows.values_list("source_id", "source_digest"))


def _render_practice(record: PracticeRecord) -> str:
    return link_headings(render_imported(record.body), record.title)


def _write_practice(to: Destination, practice: Practice | None, record: PracticeRecord, html: str) -> None:
    practice = practice or Practice(
        community=to.community, author=to.actor, owner=to.actor, label=to.label, audience=to.audience,
        theme=to.theme, source_id=record.source_id, published_at=timezone.now(),
    )  # fmt: skip
    practice.title, practice.body, practice.language = record.title, record.body, record.language
    practice.summary = summarise(html=html)
    practice.html = {**practice.html, "body": html}
    practice.renderer = RENDERER_VERSION
    practice.source, practice.source_url = record.source, record.source_url
    practice.licence, practice.collection = record.licence, record.collection
    practice.source_digest = record.digest
    practice.save()
    set_tags(practice=practice, names=record.tags)
    content_saved.send(sender=Practice, instance=practice)


def summarise(*, html: str) -> str:
    """The first paragraph that says something, for lists."""
    for paragraph in re.finditer(r"<p>(.*?)</p>", html, re.DOTALL):
        text = " ".join(markdown.plain_text(paragraph[1]).split())
        if len(text) >= LEAST_SUMMARY:
            return Truncator(text).chars(SUMMARY)
    return ""


# -- Threads


def import_threads(*, to: Destination, records: Sequence[ThreadRecord]) -> Counter[str]:
    """Make or update these threads in one transaction, as import_practices does.

    Posts are compared in order: changed texts are replaced, new posts are added, and none is removed.
    """
    known = _known(Thread, to, records)
    changed = [record for record in records if known.get(record.source_id) != record.digest]
    rendered = [[render_imported(post.body, html=False) for post in record.posts] for record in changed]
    with transaction.atomic():
        access.require(to.actor, "practice.import", to.community)
        people = _people(to.community, {post.author for record in changed for post in record.posts})
        old = {
            thread.source_id: thread
            for thread in Thread.objects.select_for_update().filter(
                community=to.community, source_id__in=[record.source_id for record in changed]
            )
        }
        for record, html in zip(changed, rendered, strict=True):
            _write_thread(to, old.get(record.source_id), record, html, people)
    return Counter({NEW: len(changed) - len(old), UPDATED: len(old), UNCHANGED: len(records) - len(changed)})


def _people(community: Community, names: set[str]) -> dict[str, User]:
    """An inactive account for each author of the source, under an address that can receive nothing."""
    addresses = {_address(community, name): name for name in names}
    found = {person.email: person for person in User.objects.filter(email__in=addresses)}
    for address in sorted(addresses.keys() - found.keys()):
        found[address] = User.objects.create_user(address, name=addresses[address], is_active=False)
    return {name: found[address] for address, name in addresses.items()}


def _address(community: Community, name: str) -> str:
    # The hash keeps apart what slugify makes equal.
    return f"{slugify(name)[:40]}.{sha256(name.encode()).hexdigest()[:8]}@{community.slug}{ADDRESS_END}"


def _write_thread(
    to: Destination, thread: Thread | None, record: ThreadRecord, html: Sequence[str], people: Mapping[str, User]
) -> None:
    thread = thread or Thread(
        community=to.community, author=people[record.posts[0].author], label=to.label, audience=to.audience,
        source_id=record.source_id,
    )  # fmt: skip
    thread.title, thread.source_digest = record.title, record.digest
    thread.save()
    imported = Post.objects.filter(thread=thread, author__email__endswith=ADDRESS_END).order_by("number")
    for post_record, post_html, post in _paired(record.posts, html, list(imported)):
        _write_post(to, thread, post or Post(thread=thread), post_record, post_html, people)
    opened_at = record.posts[0].created_at
    if opened_at:
        Thread.objects.filter(pk=thread.pk).update(created_at=opened_at)
        thread.created_at = opened_at
    thread.save(update_fields=["last_number"])
    refresh_counters(thread=thread)
    content_saved.send(sender=Thread, instance=thread)


def _paired(
    records: Sequence[PostRecord], html: Sequence[str], posts: list[Post]
) -> list[tuple[PostRecord, str, Post | None]]:
    padded = [*posts, *[None] * (len(records) - len(posts))]
    return list(zip(records, html, padded, strict=False))


def _write_post(
    to: Destination, thread: Thread, post: Post, record: PostRecord, html: str, people: Mapping[str, User]
) -> None:
    if post.pk and post.body == record.body and post.renderer == RENDERER_VERSION:
        return
    if not post.pk:
        thread.last_number += 1
        post.number, post.community, post.author = thread.last_number, thread.community, people[record.author]
        post.label, post.audience = _part_label(to, thread, record)
    post.body, post.html, post.renderer = record.body, html, RENDERER_VERSION
    post.save()
    if record.created_at:
        # created_at takes the time of saving by itself; the source's own time is what readers look for.
        Post.objects.filter(pk=post.pk).update(created_at=record.created_at)
        post.created_at = record.created_at
    content_saved.send(sender=Post, instance=post)


def _part_label(to: Destination, thread: Thread, record: PostRecord) -> tuple[Label, Audience]:
    """The post's own label where it is one of ours and stricter than the thread's; never a wider one."""
    if record.label not in Label.values or not Label(thread.label).is_wider_than(record.label):
        return thread.get_label(), thread.audience
    return choose_part_audience(label=record.label, whole=thread, author=to.actor)
