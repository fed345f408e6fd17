"""The partials that every page is made of."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.utils import translation

from community.models import Label
from community.templatetags import kenniskring

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8.0", "curl/8.0"),
        ("", "Unknown browser"),
    ],
)  # fmt: skip
def test_a_session_is_named_by_browser_and_machine(user_agent, said):
    assert kenniskring.device(user_agent) == said


class Question(forms.Form):
    """One field of every sort."""

    title = forms.CharField(help_text="Short.", widget=forms.TextInput(attrs={"placeholder": "Title"}))
    note = forms.CharField(required=False)
    label = forms.ChoiceField(choices=Label.choices, widget=forms.RadioSelect, help_text="Who may see it.")
    openness = forms.ChoiceField(choices=[("a", "Ajar")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="I am sure")
    key = forms.CharField(widget=forms.HiddenInput)


def field(name: str, data: dict[str, str] | None = None) -> str:
    form = Question(data)
    form.is_valid()
    return render_to_string("_partials/field.html", {"field": form[name]})


def test_a_field_ties_label_hint_and_error_to_its_control():
    html = field("title", {})

    assert '<label for="id_title">' in html
    assert 'id="id_title_helptext">Short.' in html
    assert 'id="id_title_error"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_field_without_errors_has_none():
    assert "field__error" not in field("title", {"title": "Een titel"})


def test_a_placeholder_does_not_stand_in_for_a_label():
    assert "placeholder" not in field("title")


def test_a_field_that_may_be_empty_says_so():
    assert "(optional)" in field("note")
    assert "(optional)" not in field("title")


def test_choices_are_a_group_with_a_name_a_hint_and_an_error():
    html = field("label", {})

    assert "<legend>Label" in html
    assert 'aria-describedby="id_label_helptext id_label_error"' in html


def test_a_choice_of_labels_tells_who_may_see_each():
    html = field("label")

    assert html.count("label label--") == len(Label)
    assert "the people named, and nobody else" in html


def test_other_choices_are_plain():
    assert "Ajar" in field("openness")
    assert "label--" not in field("openness")


def test_a_checkbox_stands_before_its_text():
    html = field("sure")

    assert html.index("<input") < html.index("I am sure")


def test_a_hidden_field_shows_nothing_else():
    assert "label" not in field("key")


def test_the_error_summary_takes_the_focus_and_leads_to_the_fields():
    form = Question({})
    form.add_error(None, "Together it is wrong.")
    html = render_to_string("_partials/form_errors.html", {"form": form})

    assert "autofocus" in html
    assert 'href="#id_title"' in html
    assert "Together it is wrong." in html
    assert html.count("<li>") == 6


def test_a_valid_form_has_no_error_summary():
    assert "error-summary" not in render_to_string("_partials/form_errors.html", {"form": Question()})


@pytest.mark.parametrize("label", Label)
def test_a_label_is_in_words_and_tells_who_may_see_it(label):
    html = render_to_string("_partials/label.html", {"label": str(label)})

    assert f"label--{label.css}" in html
    assert html.count("may be seen by") == 2


def test_what_is_no_label_has_no_colour_and_no_meaning():
    assert kenniskring.label_css("TLP:PURPLE") == ""
    assert kenniskring.label_meaning("TLP:PURPLE") == ""


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=5), "5\xa0minutes ago"),
        (timedelta(hours=3), "3\xa0hours ago"),
        (timedelta(days=6), "6\xa0days ago"),
        (timedelta(days=8), "12 May"),
        (timedelta(days=365), "20 May 2025"),
        (timedelta(days=-1), "21 May"),
    ],
)
def test_a_time_is_told_as_people_do(ago, words):
    with time_machine.travel(NOW, tick=False):
        assert kenniskring.relative(NOW - ago) == words


def test_a_time_has_its_full_moment_for_who_wants_it():
    html = render_to_string("_partials/time.html", {"at": NOW})

    assert 'datetime="2026-05-20T12:00:00+00:00"' in html
    assert 'title="20 May 2026, 14:00"' in html


def test_no_time_is_nothing():
    assert render_to_string("_partials/time.html", {"at": None}).strip() == ""


def test_a_person_is_shown_by_name_and_organisation(anna):
    html = render_to_string("_partials/person.html", {"person": anna})

    assert "Anna de Vries" in html
    assert "Gemeente Rotterdam" in html
    assert 'aria-hidden="true">AV' in html


def test_pages_keep_what_was_asked():
    page = Paginator(range(200), 10).page(10)
    html = render_to_string("_partials/pagination.html", {"page_obj": page, "query": "q=wachtwoord"})

    assert 'href="?q=wachtwoord&amp;page=11"' in html
    assert html.count('aria-current="page"') == 1
    assert "…" in html


def test_one_page_has_no_pagination():
    page = Paginator(range(3), 10).page(1)

    assert "<nav" not in render_to_string("_partials/pagination.html", {"page_obj": page})


def test_the_first_page_has_nothing_before_it():
    html = render_to_string("_partials/pagination.html", {"page_obj": Paginator(range(20), 10).page(1)})

    assert 'rel="prev"' not in html
    assert 'href="?page=2"' in html


def test_the_last_crumb_is_where_one_is():
    html = render_to_string("_partials/breadcrumbs.html", {"crumbs": [("Home", "/"), ("Threads", "")]})

    assert '<a href="/">Home</a>' in html
    assert '<span aria-current="page">Threads</span>' in html


def test_tabs_show_where_one_is():
    tabs = [{"label": "Threads", "url": "/t/", "current": "page"}, {"label": "Rooms", "url": "/r/", "current": ""}]
    html = render_to_string("_partials/tabs.html", {"tabs": tabs})

    assert '<a href="/t/" aria-current="page">Threads' in html
    assert '<a href="/r/">Rooms' in html


NAMES = (
    "search lock pin eye-off edit reply bell user users chat file calendar check plus chevron menu close link globe "
    "warning"
)


@pytest.mark.parametrize("name", NAMES.split())
def test_every_icon_is_drawn_and_kept_from_screen_readers(name):
    html = render_to_string("_partials/icon.html", {"name": name})

    assert "<path" in html
    assert 'aria-hidden="true"' in html
