"""Every change leaves a row in its own transaction, and the index then holds what is so."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import update_last_login
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from chat.actions.messages import hide_message
from community.models import Label, StoredFile
from community.signals import content_removed, content_saved, text_read
from forums.actions.attachments import remove_attachment
from forums.actions.labels import relabel_thread
from forums.actions.posts import edit_post, hide_post, reply
from forums.actions.threads import (
    HidingReason,
    hide_thread,
    retitle_thread,
    set_locked,
    start_thread,
    unhide_thread,
)
from forums.actions.writing import Contribution
from forums.models import Attachment, Post, Practice, Thread
from search.indexer import keys_of
from search.models import SearchOutbox
from tests import factories
from tests.factories import CANARY
from tests.search.conftest import keys


def rows() -> set[tuple[str, int]]:
    """What is waiting."""
    return set(SearchOutbox.objects.values_list("kind", "object_pk"))


def test_a_change_that_is_taken_back_leaves_no_row(ciso: Any, bram: Any) -> None:
    practice = factories.make_practice(ciso, bram)
    with transaction.atomic():
        content_saved.send(sender=Practice, instance=practice)
        assert rows() == {("practice", practice.pk)}
        transaction.set_rollback(True)
    assert rows() == set()


def test_only_what_can_be_found_leaves_rows(ciso: Any, bram: Any) -> None:
    practice = factories.make_practice(ciso, bram)
    content_saved.send(sender=type(ciso), instance=ciso)
    assert rows() == set()
    content_removed.send(sender=Practice, instance=practice)
    assert rows() == {("practice", practice.pk)}


def test_a_file_leaves_a_row_and_so_does_what_it_goes_with(ciso: Any, bram: Any) -> None:
    practice = factories.make_practice(ciso, bram)
    attachment = factories.make_attachment(practice)
    content_saved.send(sender=Attachment, instance=attachment)
    assert rows() == {("attachment", attachment.pk), ("practice", practice.pk)}


def test_a_text_that_was_read_leaves_a_row_for_what_its_file_is_attached_as(ciso: Any, bram: Any) -> None:
    attachment = factories.make_attachment(factories.make_practice(ciso, bram))
    text_read.send(sender=StoredFile, instance=attachment.file)
    assert rows() == {("attachment", attachment.pk)}


def test_the_row_of_a_whole_is_about_its_files(ciso: Any, bram: Any) -> None:
    practice, thread = factories.make_practice(ciso, bram), factories.make_thread(ciso, bram, posts=2)
    first, second = thread.posts.all()
    of_practice, of_first, of_second = (factories.make_attachment(whole).pk for whole in (practice, first, second))
    for kind, pk, files in (
        ("practice", practice.pk, {of_practice}),
        ("post", second.pk, {of_second}),
        ("thread", thread.pk, {of_first, of_second}),
        ("person", bram.pk, {of_practice, of_first, of_second}),
    ):
        assert keys_of([SearchOutbox(kind=kind, object_pk=pk)])["attachment"] == files


def test_a_threads_row_is_about_its_posts_and_a_posts_row_about_its_thread(ciso: Any, anna: Any) -> None:
    thread = factories.make_thread(ciso, anna, posts=3)
    first, second, third = Post.objects.filter(thread=thread).values_list("pk", flat=True)
    of_thread = keys_of([SearchOutbox(kind="thread", object_pk=thread.pk)])
    assert of_thread["thread"] == {thread.pk}
    assert of_thread["post"] == {first, second, third}
    for post in (first, second):
        of_post = keys_of([SearchOutbox(kind="post", object_pk=post)])
        assert (of_post["thread"], of_post["post"]) == ({thread.pk}, {post})


def test_a_rooms_row_is_about_its_messages(ciso: Any, anna: Any) -> None:
    message = factories.make_message(factories.make_room(ciso, anna), anna)
    assert keys_of([SearchOutbox(kind="room", object_pk=message.room_id)])["message"] == {message.pk}


def test_another_name_of_an_author_or_organisation_is_followed(
    index: Callable[[], None], searched: Any, ciso: Any, anna: Any, bram: Any, rotterdam: Any
) -> None:
    practice = factories.make_practice(ciso, anna)
    index()
    anna.name = "Anna Zonderland"
    anna.save()
    rotterdam.name = "Gemeente Nergenshuizen"
    rotterdam.save()
    assert searched(bram, "auteur:zonderland", anew=False)["total"] == 0
    index()
    for query in ("auteur:zonderland", "auteur:nergenshuizen"):
        assert keys(searched(bram, query, anew=False)) == [f"practice:{practice.pk}"]


def test_logging_in_and_a_new_account_leave_no_row(anna: Any) -> None:
    update_last_login(None, anna)
    assert rows() == set()


def test_hiding_a_thread_takes_it_and_its_replies_out_of_the_index(
    index: Callable[[], None], searched: Any, ciso: Any, anna: Any, bram: Any
) -> None:
    thread = factories.make_thread(ciso, anna, title=CANARY, posts=1)
    reply = factories.make_post(thread, anna, body=f"De {CANARY} zingt.")
    both = {f"thread:{thread.pk}", f"post:{reply.pk}"}
    content_saved.send(sender=Thread, instance=thread)
    index()
    assert set(keys(searched(anna, CANARY, anew=False))) == both
    hide_thread(actor=bram, thread=thread, reason=HidingReason.OTHER)
    index()
    for person in (anna, bram):
        assert searched(person, CANARY, anew=False)["total"] == 0
    unhide_thread(actor=bram, thread=thread)
    index()
    assert set(keys(searched(anna, CANARY, anew=False))) == both


def test_another_title_and_a_stricter_label_are_followed(
    index: Callable[[], None], searched: Any, ciso: Any, bram: Any, carla: Any
) -> None:
    thread = factories.make_thread(ciso, bram, label=Label.GREEN, title="Vogels", posts=2, body="De mees vliegt.")
    retitle_thread(actor=bram, thread=thread, title=f"Over de {CANARY}")
    index()
    assert keys(searched(carla, CANARY, anew=False)) == [f"thread:{thread.pk}"]
    assert searched(carla, "mees", anew=False)["total"] == 2
    relabel_thread(actor=bram, thread=thread, label=Label.AMBER)
    index()
    for query in (CANARY, "mees"):
        assert searched(carla, query, anew=False)["total"] == 0
        assert searched(bram, query, anew=False)["total"] > 0


def test_a_reply_a_lock_and_a_file_are_followed(
    index: Callable[[], None], searched: Any, ciso: Any, anna: Any, bram: Any
) -> None:
    thread = start_thread(actor=anna, community=ciso, title=CANARY, contribution=Contribution(body="Wie weet het?"))
    index()
    found = [f"thread:{thread.pk}"]

    def asked(query: str) -> list[str]:
        index()
        return keys(searched(bram, f"{CANARY} {query}", anew=False))

    assert asked("is:unanswered") == found
    post = reply(actor=bram, thread=thread, contribution=Contribution(body="Ik."))
    assert (asked("is:unanswered"), asked("is:answered")) == ([], found)
    hide_post(actor=bram, post=post, reason=HidingReason.OTHER)
    assert asked("is:unanswered") == found
    set_locked(actor=bram, thread=thread, locked=True)
    assert (asked("is:unanswered"), asked("is:locked")) == ([], found)
    set_locked(actor=bram, thread=thread, locked=False)
    assert asked("has:document") == []
    upload = SimpleUploadedFile("notitie.txt", b"Een notitie.")
    edit_post(actor=anna, post=thread.posts.get(number=1), body="Wie weet het?", files=[upload])
    assert asked("has:document") == found
    remove_attachment(actor=anna, attachment=Attachment.objects.get())
    assert asked("has:document") == []


def test_a_community_that_moves_to_another_theme_takes_its_threads_along(
    index: Callable[[], None], searched: Any, ciso: Any, bram: Any
) -> None:
    thread = factories.make_thread(ciso, bram, title=CANARY)
    searched(bram, CANARY)
    theme = factories.make_theme("Nieuw")
    ciso.agenda = "Morgen."
    ciso.save()
    assert rows() == set()
    ciso.theme = theme
    ciso.save()
    assert rows() == {("community", ciso.pk)}
    index()
    assert keys(searched(bram, f"{CANARY} theme:nieuw", anew=False)) == [f"thread:{thread.pk}"]


def test_a_hidden_message_goes_out_of_the_index(
    index: Callable[[], None], searched: Any, ciso: Any, anna: Any, bram: Any
) -> None:
    message = factories.make_message(factories.make_room(ciso, anna), anna, CANARY)
    content_saved.send(sender=type(message), instance=message)
    index()
    assert keys(searched(anna, CANARY, anew=False)) == [f"message:{message.pk}"]
    hide_message(actor=bram, message=message)
    index()
    assert searched(anna, CANARY, anew=False)["total"] == 0


def test_what_was_removed_from_the_database_goes_out_of_the_index(
    index: Callable[[], None], searched: Any, ciso: Any, bram: Any
) -> None:
    practice = factories.make_practice(ciso, bram, title=CANARY)
    content_saved.send(sender=Practice, instance=practice)
    index()
    assert searched(bram, CANARY, anew=False)["total"] == 1
    content_removed.send(sender=Practice, instance=practice)
    practice.delete()
    index()
    assert searched(bram, CANARY, anew=False)["total"] == 0
