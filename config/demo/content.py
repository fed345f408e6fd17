"""Loads what people wrote and said in the demo alliance: practices, conversations and rooms."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.text import slugify

from chat.models import Message, Room
from community.labelling import choose_audience, choose_part_audience
from community.markdown import render
from community.models import Content
from community.signals import content_saved
from config.demo import clock
from config.demo.people import Cast
from forums.models import Post, Practice, Tag, Thread

PRACTICE_LINK = re.compile(r"\]\(practice:([\w-]+)\)")


def key_of(row: dict[str, Any]) -> UUID:
    """By what a second run knows a practice or a thread (its opening) again, whatever people made of it since."""
    return uuid5(NAMESPACE_URL, row["key"])


def _owned(cast: Cast, row: dict[str, Any], author: str) -> dict[str, Any]:
    """The fields that all content has, with the audience that its label asks for."""
    community, person = cast.communities[row["community"]], cast.people[author]
    named = [cast.people[key] for key in row.get("named", [])]
    audience = choose_audience(label=row["label"], community=community, author=person, named=named)
    return {"community": community, "author": person, "label": row["label"], "audience": audience}


def _tell(things: Iterable[Content]) -> None:
    """Let the apps above know, as every action does: search has its outbox filled."""
    for thing in things:
        content_saved.send(sender=type(thing), instance=thing)


# -- Practices


def load_practices(cast: Cast, rows: list[dict[str, Any]], now: datetime) -> list[Practice]:
    """The practices that were not there yet."""
    keys = [key_of(row) for row in rows]
    there = set(Practice.objects.filter(idempotency_key__in=keys).values_list("idempotency_key", flat=True))
    made = [_make_practice(cast, row, now) for row in rows if key_of(row) not in there]
    _tell(made)
    return made


def _make_practice(cast: Cast, row: dict[str, Any], now: datetime) -> Practice:
    age = clock.working_moment(row["key"], now - timedelta(days=row["age"]))
    practice = Practice.objects.create(
        **_owned(cast, row, row["owner"]),
        idempotency_key=key_of(row),
        title=row["title"],
        summary=row["summary"],
        theme=cast.themes[row["theme"]],
        owner=cast.people[row["owner"]],
        evidence=row["evidence"],
        review_on=_review_date(row, now),
        published_at=age if row["status"] == "published" else None,
        html={name: render(text) for name, text in row["sections"].items()},
        **row["sections"],
    )
    practice.tags.set(_tag(name) for name in row["tags"])
    Practice.objects.filter(pk=practice.pk).update(created_at=age - timedelta(days=9), updated_at=age)
    return practice


def _review_date(row: dict[str, Any], now: datetime) -> date:
    return (now + timedelta(days=row["review_in"])).date()


def _tag(name: str) -> Tag:
    return Tag.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0]


# -- Conversations


def load_threads(
    cast: Cast, rows: list[dict[str, Any]], practices: list[dict[str, Any]], now: datetime
) -> list[Thread]:
    """The conversations that were not there yet, with all their posts; `practices` are what they link to."""
    keys = [key_of(row) for row in rows]
    there = set(Post.objects.filter(idempotency_key__in=keys).values_list("idempotency_key", flat=True))
    missing = [row for row in rows if key_of(row) not in there]
    addresses = practice_addresses(practices) if missing else {}
    return [_make_thread(cast, row, addresses, now) for row in missing]


def practice_addresses(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Where the demo practices stand, by the name of their file."""
    keys = {key_of(row): row["slug"] for row in rows}
    found = Practice.objects.filter(idempotency_key__in=keys).only("idempotency_key")
    return {
        keys[practice.idempotency_key]: practice.get_absolute_url() for practice in found if practice.idempotency_key
    }


def _make_thread(cast: Cast, row: dict[str, Any], addresses: dict[str, str], now: datetime) -> Thread:
    posts = row["posts"]
    lasted = row.get("lasted", 3)
    moments = clock.spread(row["key"], len(posts), days_ago=row["days_ago"], lasted=lasted, now=now)
    thread = Thread.objects.create(
        **_owned(cast, row, posts[0]["by"]),
        title=row["title"],
        pinned_at=moments[0] if row.get("pinned") else None,
        locked_at=moments[-1] + timedelta(minutes=5) if row.get("locked") else None,
    )
    thread.created_at = moments[0]  # it was given the present time
    thread.save(update_fields=["created_at"])
    written = []
    for post, at in zip(posts, moments, strict=True):
        body = PRACTICE_LINK.sub(lambda link: f"]({addresses[link[1]]})", post["body"].strip())
        written.append(_compose_post(cast, thread, {**post, "body": body}, at))
    written[0].idempotency_key = key_of(row)
    written = Post.objects.bulk_create(written)
    for post, at in zip(written, moments, strict=True):
        post.created_at = at  # bulk_create gave all of them the present time
    Post.objects.bulk_update(written, ["created_at"])
    thread.save()
    _tell([thread, *written])
    return thread


def _compose_post(cast: Cast, thread: Thread, row: dict[str, Any], at: datetime) -> Post:
    """The next post of the thread, whose counters it raises; neither is saved yet."""
    author = cast.people[row["by"]]
    named = [cast.people[key] for key in row.get("named", [])]
    label, audience = choose_part_audience(label=row.get("label"), whole=thread, author=author, named=named)
    hidden_at = at + timedelta(minutes=20) if row.get("hidden") else None
    thread.last_number += 1
    if audience == thread.audience and hidden_at is None:
        thread.post_count += 1
        thread.last_post_at, thread.last_author = at, author
    return Post(
        thread=thread, number=thread.last_number, community=thread.community, author=author, label=label,
        audience=audience, body=row["body"], html=render(row["body"]), hidden_at=hidden_at,
    )  # fmt: skip


# -- Rooms


def load_rooms(cast: Cast, rows: list[dict[str, Any]], now: datetime) -> list[Room]:
    """The rooms that were not there yet, with all that was said in them."""
    there = set(Room.objects.values_list("community__slug", "name"))
    return [_make_room(cast, row, now) for row in rows if (row["community"], row["name"]) not in there]


def _make_room(cast: Cast, row: dict[str, Any], now: datetime) -> Room:
    room = Room.objects.create(**_owned(cast, row, row["by"]), name=row["name"], purpose=row["purpose"])
    Room.objects.filter(pk=room.pk).update(created_at=now - timedelta(days=90))
    said = sorted(_lines(row, now), key=lambda line: line[0])
    messages = [
        Message(
            room=room, seq=seq, community=room.community, author=cast.people[key], label=room.label,
            audience=room.audience, body=text, html=render(text),
        )
        for seq, (_at, key, text) in enumerate(said, 1)
    ]  # fmt: skip
    messages = Message.objects.bulk_create(messages)
    for message, (at, _key, _text) in zip(messages, said, strict=True):
        message.created_at = at  # bulk_create gave all of them the present time
    Message.objects.bulk_update(messages, ["created_at"])
    room.last_seq = len(messages)
    room.save(update_fields=["last_seq"])
    _tell([room, *messages])
    return room


def _lines(row: dict[str, Any], now: datetime) -> Iterable[tuple[datetime, str, str]]:
    for talk in row["talks"]:
        seed = f"{row['name']} {talk['days_ago']}"
        moments = clock.talk(seed, len(talk["lines"]), days_ago=talk["days_ago"], now=now)
        for at, (key, text) in zip(moments, talk["lines"], strict=True):
            yield at, key, text
