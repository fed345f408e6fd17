"""Pages that say something about the site itself, open to everybody."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def open_page(template: str) -> Callable[[HttpRequest], HttpResponse]:
    """A view that shows this template to everybody, logged in or not."""

    @login_not_required
    def page(request: HttpRequest) -> HttpResponse:
        return render(request, template)

    return page
