"""What a record must hold to become a practice or a thread, and what is wrong with it where it does not."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson

from forums.importing.cleaning import drop_embedded, html_to_markdown, open_admonitions, widen_tables
from forums.rendering import MAX_CHARACTERS, RENDERER_VERSION

WEB_ADDRESS = re.compile(r"https?://[^\s<>\"\\]+", re.IGNORECASE)
FIRST_HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*?)[ \t]*#*$", re.MULTILINE)
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2})?")
MAX_TAGS, MAX_TAG = 20, 60
MAX_POSTS = 5_000
MAX_TITLE, MAX_THREAD_TITLE = 250, 150


class BadRecord(Exception):  # noqa: N818 - it is the record that is bad, not the program
    """A record that cannot be taken over; the text says why."""


@dataclass(frozen=True)
class PracticeRecord:
    """A document that becomes a practice."""

    source_id: str
    title: str
    body: str
    source: str = ""
    source_url: str = ""
    licence: str = ""
    collection: str = ""
    language: str = "nl"
    tags: tuple[str, ...] = ()
    digest: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PostRecord:
    """A post of an imported thread, its text in Markdown; `label` as the file gives it."""

    author: str
    body: str
    created_at: datetime | None
    label: str = ""


@dataclass(frozen=True)
class ThreadRecord:
    """A thread with its posts, in order."""

    source_id: str
    title: str
    posts: tuple[PostRecord, ...]
    digest: str = ""


def read_practice(raw: Mapping[str, Any]) -> PracticeRecord:
    """A practice from a record with the fields id, title, body_markdown and so on. Raises BadRecord."""
    body, dropped = drop_embedded(_text(raw, "body_markdown", 20 * MAX_CHARACTERS).replace("\r\n", "\n"))
    if len(body) > MAX_CHARACTERS:
        raise BadRecord(f"the text has {len(body)} characters, at most {MAX_CHARACTERS}")
    url = _line(raw, "url", 1000, required=False).replace(" ", "%20")
    if url and not WEB_ADDRESS.fullmatch(url):
        raise BadRecord("url is not a web address")
    language = _line(raw, "lang", 5, required=False) or "nl"
    if not LANGUAGE.fullmatch(language):
        raise BadRecord("lang is not a language code")
    notes = [f"{dropped} embedded image{'s' * (dropped > 1)} left out"] if dropped else []
    title = _line(raw, "title", MAX_TITLE, required=False)
    if not title:
        title = _first_heading(body)
        notes.append("no title of its own: named after its first heading")
    record = PracticeRecord(
        source_id=_line(raw, "id", 200),
        title=title,
        body=widen_tables(open_admonitions(body)).strip(),
        source=_line(raw, "source", 500, required=False),
        source_url=url,
        licence=_line(raw, "licence", 500, required=False),
        collection=_line(raw, "collection", 200, required=False),
        language=language,
        tags=_tags(raw),
        notes=tuple(notes),
    )
    return replace(record, digest=_digest(record))


def _first_heading(body: str) -> str:
    heading = FIRST_HEADING.search(body)
    title = " ".join(heading[1].split()) if heading else ""
    if not title or len(title) > MAX_TITLE:
        raise BadRecord("title is missing")
    return title


def read_thread(raw: Mapping[str, Any]) -> ThreadRecord:
    """A thread from a record with the fields thread_id, title and posts. Raises BadRecord."""
    posts = raw.get("posts")
    if not isinstance(posts, list) or not posts:
        raise BadRecord("posts is missing or empty")
    if len(posts) > MAX_POSTS:
        raise BadRecord(f"{len(posts)} posts, at most {MAX_POSTS}")
    is_html = _line(raw, "body_format", 20, required=False) == "html"
    origin = _origin(raw)
    read = []
    for number, post in enumerate(posts, 1):
        try:
            read.append(_post(post, is_html, origin if number == 1 else ""))
        except BadRecord as error:
            raise BadRecord(f"post {number}: {error}") from error
    record = ThreadRecord(
        source_id=_line(raw, "thread_id", 200),
        title=_line(raw, "title", MAX_THREAD_TITLE),
        posts=tuple(read),
    )
    return replace(record, digest=_digest(record))


def _post(raw: Any, is_html: bool, origin: str) -> PostRecord:
    if not isinstance(raw, dict):
        raise BadRecord("not an object")
    body = _text(raw, "body", MAX_CHARACTERS)
    try:
        body = html_to_markdown(body) if is_html else body
    except RecursionError:
        raise BadRecord("the HTML is nested too deep") from None
    body, _dropped = drop_embedded(body)
    label, role = _line(raw, "label", 60, required=False), _line(raw, "role", 100, required=False)
    url = _line(raw, "post_url", 1000, required=False)
    # What stands in the field label of other systems ("Vraag 1") is a heading, unless it is one of our labels.
    heading = " · ".join(filter(None, [f"**{_plain(label)}**" if label and "TLP:" not in label else "", _plain(role)]))
    link = f"Source: <{url}>" if WEB_ADDRESS.fullmatch(url) else ""
    text = "\n\n".join(part for part in (heading, widen_tables(body.strip()), link, origin) if part)
    if len(text) > MAX_CHARACTERS:
        raise BadRecord(f"the text has {len(text)} characters, at most {MAX_CHARACTERS}")
    return PostRecord(author=_line(raw, "author", 100), body=text, created_at=_moment(raw), label=label)


def _origin(raw: Mapping[str, Any]) -> str:
    parts = [_plain(_line(raw, name, 500, required=False)) for name in ("source", "licence")]
    return " · ".join(filter(None, parts))


def _plain(text: str) -> str:
    """A text that says the same when it is read as Markdown."""
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", text)


def _moment(raw: Mapping[str, Any]) -> datetime | None:
    text = _line(raw, "created", 40, required=False)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadRecord("created is not a time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _tags(raw: Mapping[str, Any]) -> tuple[str, ...]:
    tags = raw.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise BadRecord("tags is not a list of texts")
    names = tuple(dict.fromkeys(" ".join(tag.replace("_", " ").split()) for tag in tags if tag.strip(" _")))
    if len(names) > MAX_TAGS or any(len(name) > MAX_TAG for name in names):
        raise BadRecord(f"tags: at most {MAX_TAGS} of {MAX_TAG} characters")
    if any("\0" in name for name in names):
        raise BadRecord("tags holds a NUL")
    return names


def _line(raw: Mapping[str, Any], name: str, limit: int, required: bool = True) -> str:
    """A field in one line."""
    if raw.get(name) is None and not required:
        return ""
    text = " ".join(_text(raw, name, limit, required=required).split())
    if required and not text:
        raise BadRecord(f"{name} is missing")
    return text


def _text(raw: Mapping[str, Any], name: str, limit: int, required: bool = True) -> str:
    value = raw.get(name)
    if value is None or value == "":
        if required:
            raise BadRecord(f"{name} is missing")
        return ""
    if not isinstance(value, str):
        raise BadRecord(f"{name} is not a text")
    if len(value) > limit:
        raise BadRecord(f"{name} has {len(value)} characters, at most {limit}")
    if "\0" in value:
        raise BadRecord(f"{name} holds a NUL")
    return value


def _digest(record: PracticeRecord | ThreadRecord) -> str:
    """What the record was like, and how it was rendered: the same digest means that there is nothing to do."""
    return hashlib.sha256(orjson.dumps([RENDERER_VERSION, record])).hexdigest()
