"""Handing out files, to exactly those who see what they belong to."""

from collections.abc import AsyncIterator
from typing import IO, Any, cast
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.http.response import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.file_types import CHUNK
from community.files import open_stored
from community.middleware import for_visitors
from community.models import User
from forums.actions.attachments import remove_attachment
from forums.models import Attachment

# A file is somebody else's content: even where a browser would open it, it may load and run nothing.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@for_visitors
@require_safe
def show(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The file itself, as a download."""
    rows = Attachment.objects.select_related("file")
    stored = get_object_or_404(access.visible_to(request.user, rows), file__uuid=uuid).file
    try:
        content = open_stored(stored)
    except FileNotFoundError as error:
        raise Http404 from error
    response = _respond(request, content)
    is_text = stored.content_type.startswith("text/")
    response.headers["Content-Type"] = f"{stored.content_type}; charset=utf-8" if is_text else stored.content_type
    response.headers["Content-Length"] = str(stored.size)
    response.headers["Content-Disposition"] = content_disposition_header(True, stored.name) or "attachment"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take the file away from the post or practice that it belongs to."""
    rows = access.visible_to(request.user, Attachment.objects.select_related("post__thread", "practice"))
    attachment = get_object_or_404(rows, file__uuid=uuid)
    remove_attachment(actor=cast(User, request.user), attachment=attachment)
    messages.success(request, _("The file is removed."))
    whole = attachment.post or attachment.practice
    return redirect(whole.get_absolute_url() if whole else "home")


def _respond(request: HttpRequest, content: IO[Any]) -> HttpResponseBase:
    if request.method == "HEAD":
        content.close()
        return HttpResponse()
    # Under ASGI, Django would read the whole file into memory from an iterator that is not asynchronous.
    return StreamingHttpResponse(_pieces(content)) if isinstance(request, ASGIRequest) else FileResponse(content)


async def _pieces(content: IO[Any]) -> AsyncIterator[bytes]:
    read = sync_to_async(content.read, thread_sensitive=False)
    try:
        while piece := await read(CHUNK):
            yield piece
    finally:
        content.close()
