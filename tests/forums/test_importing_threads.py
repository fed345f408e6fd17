"""Imports of threads: posts, authors, dates and labels, and what happens the second time."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from community.models import Label, User
from forums.models import Post, Thread
from forums.rendering import MAX_CHARACTERS
from tests import factories
from tests.forums.sources import conversation, corpus, run


def test_a_thread_comes_with_its_posts_authors_and_dates(bram, ciso, lines):
    out, _err, code = run("import_threads", lines(conversation(source="kamer", licence="open")), label="TLP:GREEN")
    assert (code, out[:5]) == (0, "1 new")
    thread = Thread.objects.get()
    assert (thread.title, thread.label, thread.last_number, thread.post_count) == ("Gesprek 1", Label.GREEN, 2, 2)
    assert thread.created_at == datetime(2024, 10, 24, 9, tzinfo=UTC)
    assert thread.last_post_at == datetime(2024, 10, 25, 9, tzinfo=UTC)
    first, second = thread.posts.all()
    assert (first.number, second.number) == (1, 2)
    assert second.created_at == thread.last_post_at
    assert "<strong>Vraag 1</strong>" in first.html
    assert "<em>doen</em>" in first.html
    assert "kamer · open" in first.html
    assert "deskundige" in second.html
    for name in ("lid-1", "lid-2"):
        person = User.objects.get(name=name)
        assert person.email.endswith("@ciso.imported.invalid")
        assert not person.is_active
        assert not person.is_professional
        assert not person.has_usable_password()


def test_html_posts_become_markdown_and_then_safe_html(bram, ciso, lines):
    body = "<p>Zie <code>a&lt;b&gt;</code> <a href='https://example.org'>hier</a></p><script>alert(1)</script><ul><li>een</li></ul>"
    posts = [{"author": "a", "body": body, "post_url": "https://example.org/q/1", "score": 3, "accepted": True}]
    run("import_threads", lines(conversation(body_format="html", posts=posts)))
    post = Post.objects.get()
    assert "alert" not in post.html
    assert "<code>a&lt;b&gt;</code>" in post.html
    assert '<a href="https://example.org"' in post.html
    assert '<a href="https://example.org/q/1"' in post.html
    assert "- een" in post.body


def test_a_post_is_never_wider_than_its_thread(bram, ciso, lines):
    posts = [
        {"author": "a", "body": "Een.", "label": "TLP:CLEAR"},
        {"author": "a", "body": "Twee.", "label": "TLP:RED"},
        {"author": "a", "body": "Drie.", "label": "TLP:AMBER"},
    ]
    run("import_threads", lines(conversation(posts=posts)), label="TLP:AMBER")
    assert [post.label for post in Post.objects.order_by("number")] == ["TLP:AMBER", "TLP:RED", "TLP:AMBER"]
    assert Post.objects.get(number=2).audience.named.get().person == bram
    assert Thread.objects.get().post_count == 2


def test_importing_threads_again_adds_and_changes_but_never_doubles(bram, anna, ciso, lines):
    run("import_threads", lines(conversation(1), conversation(2)))
    thread = Thread.objects.get(source_id="gesprek-1")
    factories.make_post(thread, anna, body="Een antwoord van hier.")
    changed = conversation(1)
    changed["posts"][1]["body"] = "Zo, maar dan beter."
    changed["posts"].append({"author": "lid-3", "created": "2024-10-26T09:00:00Z", "body": "Dank."})
    out, _err, _code = run("import_threads", lines(changed, conversation(2)))
    assert out.startswith("0 new, 1 updated, 1 unchanged")
    bodies = list(thread.posts.order_by("number").values_list("number", "body"))
    assert [number for number, _body in bodies] == [1, 2, 3, 4]
    assert "maar dan beter" in bodies[1][1]
    assert bodies[2][1] == "Een antwoord van hier."
    assert bodies[3][1] == "Dank."
    assert User.objects.filter(name="lid-1").count() == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"posts": []}, "posts is missing or empty"),
        ({"posts": "x"}, "posts is missing or empty"),
        ({"posts": [{}] * 5_001}, "5001 posts"),
        ({"posts": ["x"]}, "post 1: not an object"),
        ({"posts": [{"author": "a"}]}, "post 1: body is missing"),
        ({"posts": [{"body": "x"}]}, "post 1: author is missing"),
        ({"posts": [{"author": "a", "body": "x", "created": "gisteren"}]}, "post 1: created is not a time"),
        ({"posts": [{"author": "a", "body": "é" * MAX_CHARACTERS, "role": "b"}]}, "post 1: the text has"),
        ({"posts": [{"author": "a", "body": "<b>" * 5_000}], "body_format": "html"}, "nested too deep"),
        ({"title": None}, "title is missing"),
        ({"title": "a" * 151}, "title has 151 characters"),
        ({"thread_id": ""}, "thread_id is missing"),
    ],
)
def test_a_bad_thread_is_named_and_skipped(bram, ciso, lines, fields, reason):
    _out, err, code = run("import_threads", lines(conversation(1, **fields), conversation(2)))
    assert code == 3
    assert "line 1: skipped: " in err
    assert reason in err
    assert Thread.objects.count() == 1
    assert Post.objects.count() == 2


def test_a_label_that_nobody_may_have_is_named(beheer, ciso, lines):
    posts = [{"author": "a", "body": "Een.", "label": "TLP:AMBER+STRICT"}]
    _out, err, code = run(
        "import_threads", lines(conversation(1, posts=posts), conversation(2)), label="TLP:AMBER", email=beheer.email
    )
    assert code == 3
    assert "TLP:AMBER+STRICT" in err
    assert Thread.objects.get().source_id == "gesprek-2"


def test_a_time_without_a_zone_is_read_as_utc(bram, ciso, lines):
    run("import_threads", lines(conversation(posts=[{"author": "a", "body": "x", "created": "2024-01-01T00:00:00"}])))
    assert Post.objects.get().created_at == datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ["threads_nl.jsonl", "threads_en_stackexchange.jsonl"])
def test_real_threads_are_taken_over(bram, ciso, tmp_path, name):
    rows = corpus(name).read_bytes().splitlines(keepends=True)[::12]
    path = tmp_path / name
    path.write_bytes(b"".join(rows))
    assert run("import_threads", path)[2] == 0
    assert Thread.objects.count() == len(rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM forums_post WHERE html = ''")
        assert cursor.fetchone()[0] == 0
