"""The frame of every page, the pages of accounts in both languages, and the error pages."""

import itertools
import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import OperationalError, connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from community.views import errors
from tests.factories import PASSWORD

OPEN = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
    "/accounts/password/reset/key/1-nonsense/",
    "/accounts/inactive/",
    "/labels/",
    "/privacy/",
    "/accessibility/",
]
OWN = [
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/sessions/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
]
ERRORS = {"400": 400, "403": 403, "404": 404, "413": 413, "429": 429, "csrf_failure": 403}
STANDALONE = ["500", "503"]


def headings(html: str) -> list[int]:
    return [int(level) for level in re.findall(r"<h([1-6])[\s>]", html)]


def check_frame(html: str, language: str) -> None:
    assert f'<html lang="{language}"' in html
    assert html.count("<main") == html.count("<header class") == html.count("<footer") == 1
    assert 'href="#main"' in html
    assert '<main id="main"' in html
    levels = headings(html)
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))


@pytest.fixture(params=["nl", "en"])
def language(request):
    return request.param


@pytest.mark.django_db
@pytest.mark.parametrize("path", OPEN)
def test_open_pages_have_a_frame_in_both_languages(client, language, path):
    client.cookies["django_language"] = language
    response = client.get(path)

    assert response.status_code == 200
    check_frame(response.content.decode(), language)


@pytest.mark.parametrize("path", OWN)
def test_pages_of_an_account_have_a_frame_in_both_languages(anna, browse, language, path):
    client = browse(anna)
    client.cookies["django_language"] = language
    response = client.get(path)

    assert response.status_code == 200
    check_frame(response.content.decode(), language)


@pytest.mark.django_db
def test_the_login_page_has_the_right_controls(client):
    html = client.get("/accounts/login/").content.decode()

    assert 'autocomplete="email"' in html
    assert 'autocomplete="current-password"' in html
    assert "/accounts/password/reset/" in html


@pytest.mark.django_db
def test_making_an_account_goes_by_a_code_in_a_mail(client):
    client.cookies["django_language"] = "en"
    page = client.get("/accounts/signup/").content.decode()
    assert page.index('name="name"') < page.index('name="email"') < page.index('name="password1"')
    assert 'autocomplete="new-password"' in page

    details = {"name": "Nora Nieuw", "email": "nora@elders.example", "password1": "een-lang-wachtwoord-7"}
    response = client.post("/accounts/signup/", details, follow=True)
    assert 'autocomplete="one-time-code"' in response.content.decode()
    check_frame(response.content.decode(), "en")
    text = mail.outbox[0].body
    code = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]{3,}$", text, re.MULTILINE).group()
    assert "Give this code to nobody" in text

    wrong = client.post("/accounts/confirm-email/", {"code": "onzin"}).content.decode()
    assert "error-summary" in wrong
    client.post("/accounts/confirm-email/", {"code": code})
    assert EmailAddress.objects.get(email="nora@elders.example").verified


@pytest.mark.django_db
def test_a_form_that_is_wrong_keeps_what_was_typed_and_says_what_is_wrong(client):
    client.cookies["django_language"] = "en"
    html = client.post("/accounts/signup/", {"name": "Nora", "email": "geen adres", "password1": "kort"}).content

    page = html.decode()
    assert "<title>Error: " in page
    assert 'value="Nora"' in page
    assert 'href="#id_email"' in page
    assert 'href="#id_password1"' in page


def test_a_new_password_goes_by_a_link_in_a_mail(carla, client):
    client.cookies["django_language"] = "en"
    client.post("/accounts/password/reset/", {"email": carla.email})
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body).group(1)
    response = client.get(link, follow=True)

    check_frame(response.content.decode(), "en")
    path = response.redirect_chain[-1][0]
    new = "een-nieuw-lang-wachtwoord"
    done = client.post(path, {"password1": new, "password2": new}, follow=True)
    assert "/accounts/login/" in done.content.decode()
    carla.refresh_from_db()
    assert carla.check_password(new)


@pytest.mark.django_db
def test_nobody_learns_by_a_new_password_whether_there_is_an_account(client):
    client.cookies["django_language"] = "en"
    response = client.post("/accounts/password/reset/", {"email": "niemand@elders.example"}, follow=True)

    assert response.redirect_chain[-1][0] == "/accounts/password/reset/done/"
    assert "/accounts/signup/" in mail.outbox[0].body


def test_changing_the_mail_address_waits_for_a_code(anna, client):
    client.cookies["django_language"] = "en"
    client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    asked = client.post("/accounts/email/", {"email": "anna@nieuw.example", "action_add": "1"}, follow=True)
    check_frame(asked.content.decode(), "en")
    response = client.post(asked.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)

    page = response.content.decode()
    assert 'name="code"' in page
    assert "anna@nieuw.example" in page
    anna.refresh_from_db()
    assert anna.email == "anna@example.org"


def test_a_changed_password_is_told_by_mail(anna, client):
    client.cookies["django_language"] = "en"
    client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    new = "een-nieuw-lang-wachtwoord"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert "password of your account was changed" in mail.outbox[-1].body
    assert "Was it not you?" in mail.outbox[-1].body


def test_a_session_can_be_ended_from_another(anna, browse):
    browse(anna).get("/labels/")
    client = browse(anna)
    client.cookies["django_language"] = "en"
    page = client.get("/accounts/sessions/").content.decode()

    assert "This session" in page
    assert "Log out everywhere else" in page


def test_the_account_menu_logs_out_by_a_form(anna, browse):
    page = browse(anna).get("/labels/").content.decode()

    assert re.search(r'<form action="/accounts/logout/" method="post">\s*<input type="hidden" name="csrf', page)
    assert "CISO-netwerk" in page


def test_visitors_see_no_menus(db, client, ciso):
    page = client.get("/labels/").content.decode()

    assert "/accounts/login/" in page
    assert ciso.name not in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ERRORS)
def test_error_pages_stand_in_the_frame(name):
    request = RequestFactory().get("/nergens/")
    html = render_to_string(f"{name}.html", request=request)

    check_frame(html, "nl")
    assert str(ERRORS[name]) in html


@pytest.mark.parametrize("name", STANDALONE)
def test_500_and_503_need_neither_database_nor_session(name):
    html = render_to_string(f"{name}.html")  # without the database mark, a query here is an error

    assert headings(html) == [1]
    assert name in html


def test_a_mistake_of_ours_is_answered_while_the_database_is_gone():
    request = RequestFactory().get("/")

    def refuse(*_args: object) -> None:
        raise AssertionError("An error page asked the database.")

    with connection.execute_wrapper(refuse):
        response = errors.server_error(request)

    assert response.status_code == 500


def test_a_database_that_is_busy_is_503_and_says_when_to_come_back():
    try:
        raise OperationalError("database is locked")
    except OperationalError:
        response = errors.server_error(RequestFactory().get("/"))

    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert "503" in response.content.decode()


def test_a_form_that_is_too_large_is_413(anna, browse, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = browse(anna).post("/preview/", {"body": "x" * 2000})

    assert response.status_code == 413
    check_frame(response.content.decode(), "nl")


def test_going_too_fast_says_when_to_come_back(anna, browse):
    client = browse(anna)
    for _ in range(61):
        response = client.get("/search/", {"q": "x"})
    assert (response.status_code, response.headers["Retry-After"]) == (429, "60")


def test_logging_out_clears_what_the_browser_keeps(anna, browse):
    client = browse(anna)
    assert "Clear-Site-Data" not in client.get("/accounts/logout/").headers
    assert client.post("/accounts/logout/").headers["Clear-Site-Data"] == '"cache", "storage"'


def test_djangos_admin_is_not_there_for_whoever_may_not_use_it(client, anna, browse):
    assert browse(anna).get("/django-admin/", follow=True).status_code == 404
    assert client.get("/django-admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/?next=")


@pytest.mark.django_db
def test_a_wrong_password_is_told_politely(client, anna):
    page = client.post("/accounts/login/", {"login": anna.email, "password": "nee"}).content.decode()

    assert "Dit e-mailadres en dit wachtwoord horen niet bij elkaar." in page


@pytest.mark.parametrize(
    ("view", "status"), [(errors.bad_request, 400), (errors.forbidden, 403), (errors.csrf_failure, 403)]
)
def test_error_views_give_their_number(view, status, rf):
    assert view(rf.get("/")).status_code == status


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("url", ["/nergens/", "/communities/nergens/"])
def test_a_page_that_is_not_there_is_404_for_professionals(url, debug, anna, browse, settings):
    settings.DEBUG = debug
    response = browse(anna).get(url)

    assert response.status_code == 404
    check_frame(response.content.decode(), "nl")


def test_a_form_from_elsewhere_is_refused_with_a_page(anna):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})

    assert response.status_code == 403
    check_frame(response.content.decode(), "nl")


@pytest.mark.django_db
def test_scripts_carry_the_nonce_of_the_policy(client):
    response = client.get("/accounts/login/")
    nonce = re.search(r"'nonce-([^']+)'", response.headers["Content-Security-Policy"]).group(1)

    scripts = re.findall(r"<script[^>]*>", response.content.decode())
    assert scripts
    assert all(f'nonce="{nonce}"' in script for script in scripts)
