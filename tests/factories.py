"""Rows for tests, made by plain functions straight from the models: every argument has a sensible default."""

import itertools
import uuid
from datetime import UTC, datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from chat.models import Message, Room
from community.labelling import choose_audience, choose_part_audience
from community.markdown import render
from community.models import (
    Ban,
    Community,
    FileText,
    JoinRequest,
    Label,
    MailDomain,
    Membership,
    Openness,
    Organisation,
    Role,
    StoredFile,
    TextState,
    Theme,
    User,
)
from forums.models import Attachment, Post, Practice, Thread

PASSWORD = "een-lang-wachtwoord"
CANARY = "kanariepiet"
_numbers = itertools.count(1)


def make_organisation(name: str = "", domain: str = "", **fields: Any) -> Organisation:
    """An organisation, with its mail domain where one is given."""
    name = name or f"Gemeente {next(_numbers)}"
    organisation = Organisation.objects.create(name=name, slug=f"organisatie-{next(_numbers)}", **fields)
    if domain:
        MailDomain.objects.create(organisation=organisation, domain=domain)
    return organisation


def make_person(name: str = "", *, approved: bool = True, **fields: Any) -> User:
    """A person with a verified mail address; approved unless told."""
    name = name or f"Persoon-{next(_numbers)} Naam"
    email = fields.pop("email", f"{name.split()[0].lower()}@example.org")
    approved_at = timezone.now() if approved else None
    person = User.objects.create_user(email, PASSWORD, name=name, approved_at=approved_at, **fields)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def make_theme(name: str = "", **fields: Any) -> Theme:
    """A theme."""
    number = next(_numbers)
    return Theme.objects.create(name=name or f"Thema {number}", slug=f"thema-{number}", **fields)


def make_community(name: str = "", *, openness: str = Openness.CLOSED, **fields: Any) -> Community:
    """A community; the widest label is what its openness allows."""
    number = next(_numbers)
    widest = Label.AMBER if openness == Openness.HIDDEN else Label.CLEAR
    fields = {"widest_label": widest, "slug": f"kring-{number}", "introduction": "Een kring.", **fields}
    fields.setdefault("theme", Theme.objects.first() or make_theme())
    return Community.objects.create(name=name or f"Kring {number}", openness=openness, **fields)


def make_member(person: User, community: Community, role: str = Role.MEMBER) -> Membership:
    """Let somebody in."""
    return Membership.objects.create(person=person, community=community, role=role)


def make_request(person: User, community: Community, motivation: str = "Ik wil meedoen.") -> JoinRequest:
    """Somebody asks to be let in."""
    return JoinRequest.objects.create(person=person, community=community, motivation=motivation)


def make_ban(person: User, community: Community, reason: str = "Gelekt.") -> Ban:
    """Keep somebody out."""
    return Ban.objects.create(person=person, community=community, reason=reason)


def _content(community: Community, author: User, label: str, named: Any) -> dict[str, Any]:
    audience = choose_audience(label=label, community=community, author=author, named=named)
    return {"community": community, "author": author, "label": label, "audience": audience}


def make_thread(
    community: Community,
    author: User,
    *,
    label: str = Label.AMBER,
    posts: int = 1,
    named: Any = (),
    **fields: Any,
) -> Thread:
    """A thread with this many posts of its author."""
    fields.setdefault("title", f"Draad {next(_numbers)}")
    body = fields.pop("body", "Een bijdrage.")
    thread = Thread.objects.create(**_content(community, author, label, named), **fields)
    for _ in range(posts):
        make_post(thread, author, body=body)
    return thread


def make_post(thread: Thread, author: User, *, body: str = "Een antwoord.", **fields: Any) -> Post:
    """The next post of a thread; its label is the thread's unless a stricter one is given."""
    label, named = fields.pop("label", None), fields.pop("named", ())
    label, audience = choose_part_audience(label=label, whole=thread, author=author, named=named)
    thread.last_number += 1
    if audience == thread.audience and not fields.get("hidden_at"):
        thread.post_count += 1
        thread.last_post_at, thread.last_author = timezone.now(), author
    thread.save()
    return Post.objects.create(
        thread=thread, number=thread.last_number, community=thread.community, author=author, label=label,
        audience=audience, body=body, html=render(body), **fields,
    )  # fmt: skip


def make_practice(
    community: Community,
    author: User,
    *,
    label: str = Label.GREEN,
    published: bool = True,
    named: Any = (),
    **fields: Any,
) -> Practice:
    """A practice, published unless told."""
    fields = {"title": f"Aanpak {next(_numbers)}", "theme": community.theme, "owner": author, **fields}
    fields.setdefault("published_at", datetime(2026, 5, 1, 12, tzinfo=UTC) if published else None)
    sections = {name: fields[name] for name in (*Practice.SECTIONS, "body") if fields.get(name)}
    fields.setdefault("html", {name: render(text) for name, text in sections.items()})
    return Practice.objects.create(**_content(community, author, label, named), **fields)


def make_room(community: Community, author: User, *, label: str = Label.AMBER, named: Any = (), **fields: Any) -> Room:
    """A room."""
    fields.setdefault("name", f"Kamer {next(_numbers)}")
    return Room.objects.create(**_content(community, author, label, named), **fields)


def make_message(room: Room, author: User, body: str = "Een bericht.", **fields: Any) -> Message:
    """The next message of a room."""
    room.last_seq += 1
    room.save()
    return Message.objects.create(
        room=room, seq=room.last_seq, community=room.community, author=author, label=room.label,
        audience=room.audience, body=body, html=render(body), **fields,
    )  # fmt: skip


def make_attachment(
    whole: Post | Practice,
    *,
    name: str = "notitie.txt",
    content: bytes = b"tekst",
    content_type: str = "text/plain",
    text: dict[str, Any] | None = None,
) -> Attachment:
    """A file in the store that belongs to a post or a practice; `text`: what was read from it (FileText)."""
    stored = StoredFile.objects.create(
        name=name,
        content_type=content_type,
        size=len(content),
        sha256=uuid.uuid4().hex * 2,
        uploaded_by=whole.author,
    )
    default_storage.save(stored.storage_name, ContentFile(content))
    if text is not None:
        FileText.objects.create(file=stored, **{"state": TextState.DONE, "has_text": True, "version": 1, **text})
    place = {"post": whole} if isinstance(whole, Post) else {"practice": whole}
    return Attachment.objects.create(
        file=stored,
        community=whole.community,
        author=whole.author,
        label=whole.label,
        audience=whole.audience,
        **place,
    )
