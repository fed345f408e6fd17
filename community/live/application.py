"""The ASGI application of the sockets: the door (origin, session), and the frames that come in."""

import asyncio
import logging
from typing import Any

import orjson
from channels.routing import URLRouter
from django.conf import settings
from django.db import Error as DatabaseError
from django.urls import path, re_path

from community.live import limits, metrics
from community.live.connections import Connection
from community.live.hub import Hub, current_hub
from community.live.outlets import outlet_for
from community.live.packets import encode
from community.live.standing import RefusedError, holder_of
from community.live.topics import BadFrameError, frame_handlers, topics

logger = logging.getLogger(__name__)

Scope = dict[str, Any]


def header(scope: Scope, name: bytes) -> str:
    """A header of the request that asks for the socket; empty where it is absent, or given twice."""
    found = [value for key, value in scope["headers"] if key == name]
    return found[0].decode("latin-1") if len(found) == 1 else ""


async def refuse(_scope: Scope, receive: Any, send: Any) -> None:
    """Answer 403 before the socket opens."""
    await receive()
    await send({"type": "websocket.close"})


async def answer(scope: Scope, receive: Any, send: Any) -> None:
    """Open a socket for who is logged in, and serve it until it ends. The close code says why it was refused."""
    await receive()
    await send({"type": "websocket.accept"})
    hub = current_hub()
    try:
        if hub.is_draining:
            raise RefusedError(limits.RESTARTING)
        holder = await asyncio.wait_for(hub.doorman.run(holder_of, header(scope, b"cookie")), 10)
    except RefusedError as refusal:
        await _close(hub, send, refusal.code)
    except (DatabaseError, TimeoutError):
        logger.exception("Could not look up a session.")
        await _close(hub, send, limits.RESTARTING)
    else:
        await _serve(Connection(current_hub(), holder, outlet_for(scope, send)), receive, send)


async def _close(hub: Hub, send: Any, code: int) -> None:
    metrics.count_close(code)
    await send({"type": "websocket.send", "text": encode({"t": "bye", "code": code})})
    await send({"type": "websocket.close", "code": code})
    hub.close_if_empty()


async def _serve(connection: Connection, receive: Any, send: Any) -> None:
    hub = connection.hub
    if not hub.welcome(connection):
        await _close(hub, send, limits.TOO_MUCH)
        return
    try:
        await connection.outlet.serve(_read(connection, receive))
    finally:
        connection.close(limits.GONE)
        hub.bid_farewell(connection)


async def _read(connection: Connection, receive: Any) -> None:
    while connection.close_code is None:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        if text is None or len(text) > limits.MAX_FRAME:
            connection.close(limits.TOO_BIG if text else limits.BAD_FRAME)
        elif not connection.frames.take():
            connection.close(limits.TOO_MUCH)
        elif not connection.hub.is_draining:  # what comes now is sent again when its sender is back
            await _take_frame(connection, text)


async def _take_frame(connection: Connection, text: str) -> None:
    try:
        frame = orjson.loads(text)
        if not isinstance(frame, dict) or not isinstance(frame.get("t"), str):
            raise BadFrameError
        await _handle(connection, frame)
    except (BadFrameError, orjson.JSONDecodeError, UnicodeError):
        connection.bad_frames += 1
        connection.tell("error", code="bad_frame")
        if connection.bad_frames > limits.MAX_BAD_FRAMES:
            connection.close(limits.BAD_FRAME)
    except DatabaseError:
        logger.exception("A frame could not be answered.")
        connection.close(limits.RESTARTING)


async def _handle(connection: Connection, frame: dict[str, Any]) -> None:
    if frame["t"] == "sub":
        await _subscribe(connection, frame)
    elif frame["t"] == "unsub":
        kind, pk = _topic_of(frame)
        connection.hub.unsubscribe(connection, f"{kind}:{pk}")
    elif frame["t"] in frame_handlers:
        await frame_handlers[frame["t"]](connection, frame)
    else:
        raise BadFrameError


async def _subscribe(connection: Connection, frame: dict[str, Any]) -> None:
    kind, pk = _topic_of(frame)
    name = _name(frame)
    after = frame.get("after", -1)
    if type(after) is not int or not -1 <= after < limits.MAX_NUMBER:
        raise BadFrameError
    if len(connection.subscriptions) >= limits.MAX_SUBSCRIPTIONS and f"{kind}:{pk}" not in connection.subscriptions:
        connection.tell("error", code="too_many", **name)
    elif not await connection.hub.subscribe(connection, topics[kind], pk, after):
        connection.tell("error", code="not_found", **name)


def _topic_of(frame: dict[str, Any]) -> tuple[str, int]:
    """The kind and key that a frame is about: {"topic": "thread:12"}, or {"room": 3} for what has a log."""
    topic = frame.get("topic")
    if isinstance(topic, str):
        kind, _colon, number = topic.partition(":")
        pk: Any = int(number) if number.isascii() and number.isdigit() and len(number) < limits.MAX_DIGITS else None
    else:
        kind = next((kind for kind in topics if kind in frame), "")
        pk = frame.get(kind)
    if kind not in topics or type(pk) is not int or not 0 < pk < limits.MAX_NUMBER:
        raise BadFrameError
    return kind, pk


def _name(frame: dict[str, Any]) -> dict[str, Any]:
    kind, pk = _topic_of(frame)
    return {kind: pk} if topics[kind].log else {"topic": f"{kind}:{pk}"}


# Channels routes ASGI applications by what Django types as routes of views.
_doors: list[Any] = [("ws/", path, answer), ("", re_path, refuse)]
_routes = URLRouter([route(address, door) for address, route, door in _doors])


async def sockets(scope: Scope, receive: Any, send: Any) -> None:
    """Let in only pages of this site: scheme, name and port of the Origin must be one that is trusted."""
    trusted = header(scope, b"origin") in settings.TRUSTED_ORIGINS
    await (_routes if trusted else refuse)(scope, receive, send)
