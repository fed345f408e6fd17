"""Finding what is in files: with the page, by those who may see them, and by nobody else at no moment."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.html import escape

from community import access
from community.models import Label, TextOutbox
from community.texts import read_due
from forums.actions.attachments import attach_files, clean_store, remove_attachment
from forums.actions.posts import hide_post
from forums.actions.practices import hide_practice, relabel_practice, unpublish_practice
from forums.actions.threads import HidingReason, hide_thread
from forums.models import Attachment
from search import documents
from search.backends.base import NO_FILTERS
from search.finding import find
from search.models import SearchOutbox
from search.snippets import Marker, excerpt
from tests import factories
from tests.community import documents as made
from tests.factories import CANARY
from tests.forums.uploads import upload
from tests.search.conftest import keys, page_of

HIDE = HidingReason.OTHER


def attach(whole: Any, *files: tuple[str, bytes]) -> list[Attachment]:
    """Files put with a practice or a post as people do, and read by the worker."""
    made_ = attach_files(actor=whole.author, whole=whole, files=[upload(*file) for file in files])
    while read_due():
        pass
    return made_


@pytest.fixture
def follow(index: Callable[[], None]) -> Callable[[], None]:
    return index


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("plan.pdf", made.pdf("voorblad", "inhoud", f"Een {CANARY} zingt"), "Bladzijde 3"),
        ("dia.pptx", made.pptx("Welkom", f"Een {CANARY} zingt"), "Dia 2"),
        ("dia.odp", made.odp(Een="Welkom", Twee=f"Een {CANARY} zingt"), "Dia 2"),
        ("lijst.ods", made.ods(Een=[["a"]], Twee=[[f"Een {CANARY} zingt"]]), "Werkblad 2"),
        ("brief.docx", made.docx(f"Een {CANARY} zingt"), None),
        ("brief.odt", made.odt(f"Een {CANARY} zingt"), None),
        ("notitie.txt", f"Een {CANARY} zingt".encode(), None),
        ("notitie.md", f"# Vogels\n\nEen {CANARY} zingt".encode(), None),
        ("een.pdf", made.pdf(f"Een {CANARY} zingt"), None),
    ],
)
def test_what_is_in_a_file_is_found_with_the_page_and_leads_to_what_it_belongs_to(
    name: str, content: bytes, said: str | None, follow: Any, ciso: Any, anna: Any, browse: Any
) -> None:
    practice = factories.make_practice(ciso, anna, title="Vogels in de wijk", label=Label.AMBER)
    (attachment,) = attach(practice, (name, content))
    follow()
    page = page_of(browse(anna), CANARY)
    assert f"<mark>{CANARY}</mark>" in page
    assert re.search(rf'<a href="{practice.get_absolute_url()}">\s*{name}\s*</a>', page)
    assert "Bij het praktijkvoorbeeld: Vogels in de wijk" in page
    assert f'href="{attachment.get_absolute_url()}" download' in page
    for text in ("Bladzijde", "Dia ", "Werkblad"):
        assert (text in page) == bool(said and said.startswith(text))
    if said:
        assert said in page


def test_the_file_of_a_post_leads_to_the_post(follow: Any, ciso: Any, anna: Any, browse: Any) -> None:
    thread = factories.make_thread(ciso, anna, title="Vogels", posts=3)
    post = thread.posts.get(number=2)
    attach(post, ("plan.txt", CANARY.encode()))
    follow()
    page = page_of(browse(anna), CANARY)
    assert re.search(rf'<a href="/posts/{post.pk}/">\s*plan.txt\s*</a>', page)
    assert "Bij bericht 2 in: Vogels" in page


def test_a_file_is_found_by_its_name_before_it_is_read(follow: Any, searched: Any, ciso: Any, anna: Any) -> None:
    practice = factories.make_practice(ciso, anna)
    (attachment,) = attach_files(actor=anna, whole=practice, files=[upload(f"{CANARY}-2024.txt", b"mees")])
    follow()
    assert keys(searched(anna, CANARY, anew=False)) == [f"attachment:{attachment.pk}"]
    assert keys(searched(anna, "mees", anew=False)) == []
    read_due()
    follow()
    assert keys(searched(anna, "mees", anew=False)) == [f"attachment:{attachment.pk}"]


def test_files_of_before_their_texts_were_read_are_found_after_the_command(
    follow: Any, searched: Any, ciso: Any, anna: Any
) -> None:
    attachment = factories.make_attachment(factories.make_practice(ciso, anna), content=CANARY.encode())
    assert keys(searched(anna, "notitie")) == [f"attachment:{attachment.pk}"]
    call_command("extract_texts", now=True, stdout=StringIO())
    follow()
    assert keys(searched(anna, CANARY, anew=False)) == [f"attachment:{attachment.pk}"]


# -- B06: what outsiders find


@pytest.mark.parametrize("query", [CANARY, f"{CANARY}.pdf", f'"{CANARY}"', "title:kanar*", "kanar*", f"{CANARY}s"])
def test_b06_outsiders_find_neither_the_text_nor_the_name_of_a_file(
    query: str, follow: Any, ciso: Any, bram: Any, carla: Any, dirk: Any, beheer: Any, browse: Any, anna: Any
) -> None:
    practice = factories.make_practice(ciso, bram, label=Label.AMBER)
    post = factories.make_thread(ciso, bram).posts.get()
    for whole in (practice, post):
        attach(whole, (f"{CANARY}.pdf", made.pdf(f"Een {CANARY} zingt")), ("brief.docx", made.docx(CANARY)))
    follow()
    assert find(anna, query, NO_FILTERS).results.total >= 2
    for person in (carla, dirk, beheer):
        answer = find(person, query, NO_FILTERS)
        assert (answer.found, answer.results.total, answer.results.corrections) == ([], 0, ())
        assert not any(answer.results.facets.values())
        page = page_of(browse(person), query)
        assert CANARY not in page.replace(query, "").replace(escape(query), "").replace(quote_plus(query), "")


@pytest.mark.parametrize("label", [Label.AMBER_STRICT, Label.RED])
def test_a_file_has_the_audience_of_what_it_belongs_to(
    label: str, follow: Any, ciso: Any, anna: Any, bram: Any
) -> None:
    attach(factories.make_practice(ciso, anna, label=label), ("plan.txt", CANARY.encode()))
    follow()
    assert find(anna, CANARY, NO_FILTERS).results.total == 1
    assert find(bram, CANARY, NO_FILTERS).results.total == 0


# -- B05: what is gone is gone at once, also while the index still holds it


def hide_the_practice(attachment: Attachment, bram: Any) -> None:
    hide_practice(actor=bram, practice=attachment.practice, reason=HIDE)


def unpublish_the_practice(attachment: Attachment, bram: Any) -> None:
    unpublish_practice(actor=bram, practice=attachment.practice)


def name_somebody_else(attachment: Attachment, bram: Any) -> None:
    relabel_practice(actor=bram, practice=attachment.practice, label=Label.RED)


def remove_the_file(attachment: Attachment, bram: Any) -> None:
    remove_attachment(actor=bram, attachment=attachment)


def replace_the_file(attachment: Attachment, bram: Any) -> None:
    remove_attachment(actor=bram, attachment=attachment)
    attach_files(actor=bram, whole=attachment.practice, files=[upload("plan.txt", b"mees")])


@pytest.mark.parametrize(
    "change", [hide_the_practice, unpublish_the_practice, name_somebody_else, remove_the_file, replace_the_file]
)
def test_b05_what_became_of_the_practice_becomes_of_its_file_at_once(
    change: Callable[[Attachment, Any], None], follow: Any, ciso: Any, bram: Any, dirk: Any, browse: Any
) -> None:
    factories.make_member(dirk, ciso)
    practice = factories.make_practice(ciso, bram, label=Label.AMBER, problem="Een merel.")
    (attachment,) = attach(practice, ("plan.txt", f"Een {CANARY} zingt".encode()))
    follow()
    assert find(dirk, CANARY, NO_FILTERS).results.total == 1
    change(attachment, bram)
    for is_level in (False, True):
        if is_level:
            follow()
        answer = find(dirk, CANARY, NO_FILTERS)
        assert (answer.found, answer.results.total) == ([], 0), f"index level: {is_level}"
        assert f"<mark>{CANARY}" not in page_of(browse(dirk), CANARY)
    assert not SearchOutbox.objects.exists()


@pytest.mark.parametrize("hidden", ["post", "thread"])
def test_b05_the_file_of_a_hidden_post_or_thread_is_gone_at_once(
    hidden: str, follow: Any, ciso: Any, anna: Any, bram: Any, dirk: Any
) -> None:
    factories.make_member(dirk, ciso)
    post = factories.make_thread(ciso, anna, posts=2).posts.get(number=2)
    attach(post, ("plan.txt", CANARY.encode()))
    follow()
    assert find(dirk, CANARY, NO_FILTERS).results.total == 1
    if hidden == "post":
        hide_post(actor=bram, post=post, reason=HIDE)
    else:
        hide_thread(actor=bram, thread=post.thread, reason=HIDE)
    assert find(dirk, CANARY, NO_FILTERS).results.total == 0
    follow()
    assert find(dirk, CANARY, NO_FILTERS).results.total == 0
    assert not any(one.kind == "attachment" for one in documents.everything())


def test_b05_the_text_of_a_removed_file_goes_with_its_bytes(follow: Any, ciso: Any, anna: Any) -> None:
    (attachment,) = attach(factories.make_practice(ciso, anna), ("plan.txt", CANARY.encode()))
    stored = attachment.file
    remove_attachment(actor=anna, attachment=attachment)
    type(stored).objects.filter(pk=stored.pk).update(created_at=timezone.now() - timedelta(days=2))
    clean_store()
    assert not type(stored.text).objects.filter(pages__icontains=CANARY).exists()
    assert not TextOutbox.objects.exists()


# -- Pages, in long and short texts


def test_the_excerpt_knows_on_which_page_it_begins() -> None:
    text = "\f".join(["eerste bladzijde", "tweede over vogels", "derde"])
    (match,) = [one for one in excerpt(text, Marker({"vogels"})) if one.is_match]
    assert (match.text, match.page) == ("vogels", 2)
    assert "\f" not in "".join(one.text for one in excerpt(text, Marker({"vogels"})))


@pytest.mark.parametrize("at", [0, 7, 150, 399])
def test_a_page_far_into_a_long_file_is_found_and_numbered(at: int) -> None:
    pages = ["woorden zonder vogels erin ".replace("vogels", "") * 80 for _ in range(400)]
    pages[at] += " kanarie"
    (match,) = [one for one in excerpt("\f".join(pages), Marker({"kanarie"})) if one.is_match]
    assert match.page == at + 1


def test_a_text_without_pages_has_no_page_numbers() -> None:
    assert {one.page for one in excerpt("een kanarie zingt", Marker({"kanarie"}))} == {0}


@pytest.mark.parametrize("count", [1, 3])
def test_files_cost_one_query_more_however_many_there_are(
    count: int, follow: Any, ciso: Any, anna: Any, django_assert_num_queries: Any
) -> None:
    practice = factories.make_practice(ciso, anna, title="Vogels")
    attach(practice, *((f"{number}.txt", f"Een {CANARY} zingt".encode()) for number in range(count)))
    follow()
    access.remember(anna)
    with django_assert_num_queries(4):  # whether the index is behind, rows, files, communities
        assert len(find(anna, CANARY, NO_FILTERS).found) == count
