"""Writing by forms: threads, replies, edits, previews and what facilitators do."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from community.models import AuditEvent, Community, Label, User
from forums import pace
from forums.models import Attachment, Post, Thread
from tests import factories
from tests.forums.people import form

Browse = Callable[[Any], Client]
NEW = "/communities/ciso/threads/new/"


@pytest.fixture
def thread(ciso: Community, anna: User) -> Thread:
    return factories.make_thread(ciso, anna, title="Een vraag", posts=2)


def replies(thread: Thread) -> str:
    return reverse("replies", args=[thread.pk])


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.content.decode()


# -- A new thread


def test_a_member_starts_a_thread_by_the_form(ciso: Community, anna: User, browse: Browse):
    client = browse(anna)
    shown = text_of(client.get(NEW))
    key = re.search(r'name="idempotency_key" value="([^"]+)"', shown)

    sent = {"title": "Nieuw", "body": "Tekst", "label": "TLP:GREEN", "idempotency_key": key[1]}
    first, second = client.post(NEW, sent), client.post(NEW, sent)

    thread = Thread.objects.get()
    assert first.url == second.url == thread.get_absolute_url()
    assert (thread.title, thread.label, thread.author) == ("Nieuw", Label.GREEN, anna)


def test_the_form_offers_what_may_be_chosen_and_says_what_it_means(
    ciso: Community, mensenhandel: Community, anna: User, bram: User, browse: Browse
):
    shown = text_of(browse(anna).get(NEW))
    assert "TLP:CLEAR" in shown
    assert "Gemeente Rotterdam" in shown
    assert "Bram Jansen" in shown
    assert "Beheer" not in shown

    hidden = text_of(browse(bram).get("/communities/mensenhandel/threads/new/"))
    assert 'value="TLP:AMBER"' in hidden
    assert 'value="TLP:GREEN"' not in hidden


def test_the_people_of_a_red_thread_are_named(ciso: Community, anna: User, bram: User, carla: User, browse: Browse):
    client = browse(anna)
    red = form(title="Rood", label="TLP:RED")
    text_of(client.post(NEW, red), 422)
    text_of(client.post(NEW, red | {"named": [carla.pk]}), 422)
    assert not Thread.objects.exists()

    client.post(NEW, red | {"named": [bram.pk]})

    assert {row.person for row in Thread.objects.get().audience.named.all()} == {anna, bram}


def test_named_people_count_for_red_only(ciso: Community, anna: User, bram: User, browse: Browse):
    browse(anna).post(NEW, form(title="Oranje", label="TLP:AMBER", named=[bram.pk]))

    assert Thread.objects.get().audience.kind == "community"


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"body": " "}, {"label": "TLP:PINK"}, {"label": ""}, {"body": "x" * 20_001}, {"title": "x" * 151}],
)
def test_a_wrong_form_comes_back_with_what_was_typed(ciso: Community, anna: User, browse: Browse, wrong: Any):
    sent = form("Mijn tekst", title="Mijn titel", label="TLP:AMBER") | wrong

    shown = text_of(browse(anna).post(NEW, sent), 422)

    assert ("Mijn tekst" in shown) == ("body" not in wrong)
    assert not Thread.objects.exists()


def test_only_members_get_the_form(ciso: Community, carla: User, beheer: User, browse: Browse):
    for person in (carla, beheer):
        assert browse(person).get(NEW).status_code == 403
        assert browse(person).post(NEW, form(title="x", label="TLP:AMBER")).status_code == 403
    assert not Thread.objects.exists()


# -- A reply


def test_a_member_replies_once_however_often_the_form_is_sent(thread: Thread, bram: User, browse: Browse):
    client, sent = browse(bram), form("Zo.")

    answers = [client.post(replies(thread), sent) for _ in range(3)]

    assert {answer.url for answer in answers} == {f"/threads/{thread.pk}/?page=1#post-3"}
    assert thread.posts.count() == 3


def test_other_words_from_the_same_form_are_another_post(thread: Thread, bram: User, browse: Browse):
    client, sent = browse(bram), form("Zo.")

    client.post(replies(thread), sent)
    client.post(replies(thread), sent | {"body": "En zo."})

    assert thread.posts.count() == 4


def test_an_empty_reply_comes_back(thread: Thread, bram: User, browse: Browse):
    shown = text_of(browse(bram).post(replies(thread), form(" ")), 422)

    assert "error-summary" in shown
    assert f'action="/threads/{thread.pk}/replies/' in shown


def test_a_table_that_is_too_wide_comes_back(thread: Thread, bram: User, browse: Browse):
    text_of(browse(bram).post(replies(thread), form("|" * 40)), 422)


def test_professionals_who_are_no_members_read_but_get_no_form(ciso: Community, anna: User, carla: User, browse):
    green = factories.make_thread(ciso, anna, label=Label.GREEN)

    assert replies(green) not in text_of(browse(carla).get(green.get_absolute_url()))
    assert browse(carla).post(replies(green), form()).status_code == 403


def test_a_locked_thread_says_so_and_takes_no_reply(thread: Thread, anna: User, bram: User, browse: Browse):
    browse(bram).post(reverse("thread_lock", args=[thread.pk]), {"on": "1"})

    assert replies(thread) not in text_of(browse(anna).get(thread.get_absolute_url()))
    assert browse(anna).post(replies(thread), form()).status_code == 403


def test_files_go_with_a_thread_a_reply_and_an_edit(thread: Thread, anna: User, browse: Browse):
    client = browse(anna)

    def file(name: str) -> SimpleUploadedFile:
        return SimpleUploadedFile(name, b"gewone tekst", "text/plain")

    client.post(NEW, form(title="Met", label="TLP:AMBER", files=[file("een.txt"), file("twee.txt")]))
    client.post(replies(thread), form(files=[file("drie.txt")]))
    post = thread.posts.get(number=3)
    client.post(reverse("post_edit", args=[post.pk]), {"body": post.body, "files": [file("vier.txt")]})

    assert [str(attachment) for attachment in Attachment.objects.all()] == [
        "een.txt", "twee.txt", "drie.txt", "vier.txt",
    ]  # fmt: skip
    shown = text_of(client.get(thread.get_absolute_url()))
    assert "drie.txt" in shown
    assert "vier.txt" in shown
    assert "vier.txt" in text_of(client.get(reverse("post_edit", args=[post.pk])))


def test_who_goes_too_fast_is_asked_to_wait_and_keeps_the_text(
    thread: Thread, anna: User, bram: User, browse: Browse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("forums.views.posts.POSTS_A_MINUTE", 2)
    monkeypatch.setattr("forums.views.threads.POSTS_A_MINUTE", 2)
    client = browse(anna)
    for number in range(2):
        assert client.post(replies(thread), form(f"Antwoord {number}")).status_code == 302

    assert "Te snel gegaan" in text_of(client.post(replies(thread), form("Te snel gegaan")), 422)
    assert "Te snel" in text_of(client.post(NEW, form(title="Te snel", label="TLP:AMBER")), 422)
    assert thread.posts.count() == 4
    assert browse(bram).post(replies(thread), form()).status_code == 302


def test_a_minute_that_ends_while_it_is_counted_begins_anew(anna: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pace.cache, "add", lambda *_args: False)

    pace.keep_pace(anna, "post", 1)


# -- Preview


def test_the_preview_button_shows_the_text_and_posts_nothing(thread: Thread, anna: User, browse: Browse):
    client, text = browse(anna), "Met **nadruk**"
    for url, sent in (
        (replies(thread), form(text, preview="1")),
        (NEW, form(text, title="Titel", label="TLP:AMBER", preview="1")),
        (reverse("post_edit", args=[thread.posts.first().pk]), {"body": text, "preview": "1"}),
    ):
        shown = text_of(client.post(url, sent))
        assert "<strong>nadruk</strong>" in shown
        assert "Met **nadruk**" in shown
    assert Post.objects.count() == 2


def test_the_preview_fragment_is_safe_and_has_a_limit(anna: User, browse: Browse, monkeypatch: pytest.MonkeyPatch):
    client, url = browse(anna), reverse("preview")

    shown = text_of(client.post(url, {"body": "*Zo* <script>alert(1)</script>"}))
    assert "<em>Zo</em>" in shown
    assert "<script" not in shown
    text_of(client.post(url, {"body": "x" * 20_001}), 422)

    monkeypatch.setattr("forums.views.drafts.PREVIEWS_A_MINUTE", 1)
    text_of(client.post(url, {"body": "x"}), 422)


# -- Editing and moderation


def test_an_author_edits_a_post_and_the_page_says_that_it_was_edited(thread: Thread, anna: User, browse: Browse):
    client, post = browse(anna), thread.posts.get(number=2)
    url = reverse("post_edit", args=[post.pk])
    assert "Een bijdrage." in text_of(client.get(url))
    text_of(client.post(url, {"body": ""}), 422)

    assert client.post(url, {"body": "Beter."}).url == f"/threads/{thread.pk}/?page=1#post-2"

    shown = text_of(client.get(thread.get_absolute_url()))
    assert "Beter." in shown
    assert Post.objects.get(pk=post.pk).edited_at is not None


def test_an_edit_that_the_action_refuses_comes_back(thread: Thread, anna: User, browse: Browse):
    post = thread.posts.first()
    for _ in range(10):
        factories.make_attachment(post)
    file = SimpleUploadedFile("elf.txt", b"tekst", "text/plain")

    sent = {"body": "Beter.", "files": [file]}
    text_of(browse(anna).post(reverse("post_edit", args=[post.pk]), sent), 422)

    assert Post.objects.get(pk=post.pk).body == "Een bijdrage."


def test_nobody_edits_the_post_of_somebody_else(thread: Thread, bram: User, browse: Browse):
    url = reverse("post_edit", args=[thread.posts.first().pk])
    assert browse(bram).get(url).status_code == 403
    assert browse(bram).post(url, {"body": "Anders"}).status_code == 403


def test_another_title(thread: Thread, anna: User, browse: Browse):
    url = reverse("thread_edit", args=[thread.pk])
    assert "Een vraag" in text_of(browse(anna).get(url))
    text_of(browse(anna).post(url, {"title": " "}), 422)

    assert browse(anna).post(url, {"title": "Een andere vraag"}).url == thread.get_absolute_url()

    assert Thread.objects.get().title == "Een andere vraag"


def test_a_facilitator_pins_locks_and_hides_and_a_member_does_not(
    thread: Thread, anna: User, bram: User, browse: Browse
):
    for name in ("thread_lock", "thread_pin", "thread_hiding"):
        url = reverse(name, args=[thread.pk])
        assert browse(anna).post(url, {"on": "1", "reason": "other"}).status_code == 403
        for on in ("1", "0"):
            assert browse(bram).post(url, {"on": on, "reason": "other"}).url == thread.get_absolute_url()
    assert [event.action.removeprefix("thread.") for event in AuditEvent.objects.order_by("pk")] == [
        "locked", "unlocked", "pinned", "unpinned", "hidden", "unhidden",
    ]  # fmt: skip


def test_hiding_asks_for_a_reason(thread: Thread, anna: User, bram: User, browse: Browse):
    post = thread.posts.get(number=2)
    for url in (reverse("thread_hiding", args=[thread.pk]), reverse("post_hiding", args=[post.pk])):
        assert browse(anna).get(url).status_code == 403
        text_of(browse(bram).get(url))
        text_of(browse(bram).post(url, {}), 422)
        text_of(browse(bram).post(url, {"reason": "nonsense"}), 422)
    assert not AuditEvent.objects.exists()

    url = reverse("post_hiding", args=[post.pk])
    assert browse(bram).post(url, {"reason": "double"}).status_code == 302
    assert Post.objects.get(pk=post.pk).hidden_at is not None
    assert browse(bram).post(url).status_code == 302
    assert Post.objects.get(pk=post.pk).hidden_at is None


def test_lowering_a_label_asks_for_the_statement(thread: Thread, anna: User, browse: Browse):
    client, url = browse(anna), reverse("thread_label", args=[thread.pk])
    assert 'name="confirmed"' in text_of(client.get(url))
    text_of(client.post(url, {"label": "TLP:GREEN"}), 422)
    text_of(client.post(url, {"label": "TLP:AMBER"}), 422)

    assert client.post(url, {"label": "TLP:GREEN", "confirmed": "on"}).url == thread.get_absolute_url()

    assert Thread.objects.get().label == Label.GREEN


def test_a_member_may_raise_and_is_not_offered_to_lower(ciso: Community, thread: Thread, browse: Browse):
    els = factories.make_person("Els Smit")
    factories.make_member(els, ciso)
    client, url = browse(els), reverse("thread_label", args=[thread.pk])
    shown = text_of(client.get(url))
    assert 'name="confirmed"' not in shown
    assert 'value="TLP:GREEN"' not in shown
    text_of(client.post(url, {"label": "TLP:GREEN", "confirmed": "on"}), 422)

    # Els works elsewhere: after raising she does not see the thread any more, and is led to the list.
    assert client.post(url, {"label": "TLP:AMBER+STRICT"}).url == reverse("threads", args=["ciso"])
    assert client.get(thread.get_absolute_url()).status_code == 404


def test_the_page_for_the_label_offers_names_who_read_now_and_is_for_members(
    ciso: Community, anna: User, bram: User, carla: User, browse: Browse
):
    strict = factories.make_thread(ciso, anna, label=Label.AMBER_STRICT)
    green = factories.make_thread(ciso, anna, label=Label.GREEN)

    assert "Bram Jansen" not in text_of(browse(anna).get(reverse("thread_label", args=[strict.pk])))
    assert "Bram Jansen" in text_of(browse(anna).get(reverse("thread_label", args=[green.pk])))
    assert browse(carla).get(reverse("thread_label", args=[green.pk])).status_code == 403
