"""Who keeps a file is told what is wrong with it; nobody else is."""

import pytest
from django.utils import translation

from community.models import Label
from forums.models import Practice
from tests import factories

PDF = "application/pdf"
SCANNED = {"has_text": False, "is_tagged": False}
UNTAGGED = {"is_tagged": False}
BROKEN = {"state": "failed", "reason": "damaged", "has_text": False}
ADVICE = {
    "Deze pdf laat plaatjes van bladzijden zien": SCANNED,
    "Deze pdf heeft geen tags": UNTAGGED,
    "Zoeken vindt niet wat in dit bestand staat: het is beschadigd.": BROKEN,
}


def page_of(browse, person, whole) -> str:
    """The page on which this practice or post stands."""
    url = whole.get_absolute_url() if isinstance(whole, Practice) else whole.thread.get_absolute_url()
    return browse(person).get(url).content.decode()


@pytest.fixture(params=["practice", "post"])
def whole(request, ciso, anna):
    if request.param == "practice":
        return factories.make_practice(ciso, anna, label=Label.AMBER)
    return factories.make_thread(ciso, anna).posts.get()


@pytest.mark.parametrize("advice", ADVICE)
def test_who_may_edit_is_told_what_to_do_and_others_are_not(whole, advice, anna, dirk, ciso, browse):
    factories.make_member(dirk, ciso)
    factories.make_attachment(whole, name="plan.pdf", content_type=PDF, text=ADVICE[advice])
    assert advice in page_of(browse, anna, whole)
    for_others = page_of(browse, dirk, whole)
    assert "plan.pdf" in for_others
    assert "file-advice" not in for_others


@pytest.mark.parametrize("text", [None, {"is_tagged": True}, {"is_tagged": None, "has_text": False}])
def test_a_good_file_and_one_that_was_not_read_yet_bring_no_advice(whole, text, anna, browse):
    factories.make_attachment(whole, name="plan.pdf", content_type=PDF, text=text)
    page = page_of(browse, anna, whole)
    assert "plan.pdf" in page
    assert "file-advice" not in page


def test_the_form_of_a_post_shows_the_advice_too(ciso, anna, browse):
    post = factories.make_thread(ciso, anna).posts.get()
    factories.make_attachment(post, name="plan.pdf", content_type=PDF, text=SCANNED)
    assert "Deze pdf laat plaatjes" in browse(anna).get(f"/posts/{post.pk}/edit/").content.decode()


def test_the_advice_is_there_in_english(ciso, anna, browse):
    practice = factories.make_practice(ciso, anna)
    factories.make_attachment(practice, content_type=PDF, text=UNTAGGED)
    anna.language = "en"
    anna.save()
    client = browse(anna)
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        assert "This PDF has no tags" in client.get(practice.get_absolute_url()).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_text_of_files_is_not_read_to_show_them(count, ciso, anna, browse, django_assert_num_queries):
    practice = factories.make_practice(ciso, anna)
    pages = [["", "tekst " * 1000]]
    for _ in range(count):
        factories.make_attachment(practice, content_type=PDF, text={"is_tagged": False, "pages": pages})
    client = browse(anna)
    client.get(practice.get_absolute_url())
    with django_assert_num_queries(8) as queries:
        client.get(practice.get_absolute_url())
    assert not any('"pages"' in query["sql"] for query in queries.captured_queries)
