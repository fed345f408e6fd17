"""What happens around every request: the language, the door, the headers, and the trace of a session."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from community import access
from community.views.errors import not_found

GetResponse = Callable[[HttpRequest], HttpResponse]
PERMISSIONS = (
    "camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self), publickey-credentials-create=(self)"
)


class ResponseHeaders:
    """Headers that Django does not send: nothing kept in caches or after logging out, no powers, no indexing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers; a view's own Cache-Control stays."""
        response = self.get_response(request)
        if request.method == "POST" and request.path == reverse("account_logout"):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            response.headers.setdefault("Retry-After", "60")
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Robots-Tag", "noindex")
        return response


class Language:
    """Dutch, unless somebody chose English: the language of a browser says little about its reader here."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the chosen language for this request."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


class SessionActivity:
    """allauth's list of sessions, kept up to date once a minute instead of by a write in every request."""

    SECONDS = 60

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note that this session is in use."""
        key = request.session.session_key
        if key and request.user.is_authenticated and cache.add(f"session-seen:{key}", 1, self.SECONDS):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


class Gate:
    """Nobody passes who is not let in, except to views that say so with `login_not_required` or `for_visitors`.

    People who wait for approval see the waiting page. The reach of the person is computed once here.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before the view is known; what is not there looks the same with DEBUG as without."""
        response = self.get_response(request)
        if settings.DEBUG and response.status_code == HTTPStatus.NOT_FOUND:
            return not_found(request)
        return response

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponseBase | None:
        """Send visitors to the login page, and the unapproved to the waiting page."""
        user = request.user
        if not getattr(view, "login_required", True):
            if user.is_authenticated:
                access.remember(user)
            return None
        if not user.is_authenticated:
            if settings.PUBLISH_CLEAR and getattr(view, "for_visitors", False):
                access.remember(user)
                return None
            return redirect_to_login(request.get_full_path())
        access.remember(user)
        return None if user.is_professional else redirect("waiting")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """For visitors, what is not there and what is not theirs both lead to the login page."""
        if isinstance(exception, Http404) and not request.user.is_authenticated and request.method == "GET":
            return redirect_to_login(request.get_full_path())
        return None


def for_visitors(view: Any) -> Any:
    """Mark a view that shows TLP:CLEAR content to people who are not logged in, where the site allows that."""
    view.for_visitors = True
    return view


__all__ = ["Gate", "Language", "ResponseHeaders", "SessionActivity", "for_visitors"]
