"""The front page, the page of who waits, the choice of language, and what machines ask of the site."""

from datetime import timedelta
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from community import access, health, registry
from community.live import metrics
from community.models import User
from community.selections import communities_for

A_YEAR = 365 * 24 * 3600


@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    """The front page: one's communities, and what the apps have to show."""
    user = cast(User, request.user)
    communities = [community for community in communities_for(user) if community.is_mine]  # type: ignore[attr-defined]
    context = {
        "communities": communities,
        "sections": registry.home_sections(request),
        "rights": access.rights(user, None, ["person.approve", "community.create"]),
    }
    return render(request, "community/home.html", context)


@login_not_required
@require_safe
def show_waiting(request: HttpRequest) -> HttpResponseBase:
    """For who is logged in but not let in yet."""
    if not request.user.is_authenticated:
        return redirect(settings.LOGIN_URL)
    return redirect("home") if request.user.is_professional else render(request, "community/waiting.html")


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Remember the chosen language in a cookie, and in the account of who is logged in."""
    language = request.POST.get("language", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = redirect(back)
    if language in dict(settings.LANGUAGES):
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=language)
        remember_language(response, language)
    return response


def remember_language(response: HttpResponseBase, language: str) -> None:
    """Let the browser keep the language that somebody chose."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=A_YEAR,
        httponly=True,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )


@login_not_required
def to_our_login(request: HttpRequest) -> HttpResponseBase:
    """Django's admin asks for another login: for visitors that is ours, for whoever is in already there is nothing."""
    if request.user.is_authenticated:
        raise Http404
    return redirect(f"{reverse(settings.LOGIN_URL)}?{request.META['QUERY_STRING']}")


@login_not_required
@require_safe
def show_health(request: HttpRequest) -> HttpResponse:
    """`ok`, or what does not work, by name alone: 503 where nothing can be served, else 200."""
    names = health.broken()
    if not names:
        return HttpResponse("ok\n", content_type="text/plain")
    is_down = "database" in names
    text = f"{'down' if is_down else 'limping'}: {', '.join(names)}\n"
    return HttpResponse(text, status=503 if is_down else 200, content_type="text/plain")


@login_not_required
@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """The numbers of the live chat for a monitoring system that knows the token; for others there is no such page."""
    given = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        raise Http404
    return HttpResponse(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


@login_not_required
@require_safe
def show_security_contact(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116)."""
    expires = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def show_robots(request: HttpRequest) -> HttpResponse:
    """Search engines have no business here."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")
