"""The demo alliance: its texts are whole, its loader can run twice, and everybody sees what the labels say."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.models import Message, Room
from community.access import can, visible_to
from community.markdown import plain_text, render
from community.models import (
    Appointment,
    Audience,
    AuditEvent,
    Community,
    Content,
    JoinRequest,
    Label,
    Membership,
    Openness,
    Organisation,
    Role,
    Theme,
    User,
)
from community.signals import content_saved
from config import demo
from config.demo import clock, texts
from config.demo.loader import load
from forums.models import Post, Practice, Thread
from forums.models.threads import POSTS_PER_PAGE

KINDS: list[type[Content]] = [Thread, Post, Practice, Room, Message]
MODELS: list[Any] = [*KINDS, User, Membership, JoinRequest, Community, AuditEvent, Audience, Appointment, EmailAddress]


@pytest.fixture
def loaded(db: None) -> dict[str, int]:
    """The demo alliance, and what its first load says that it made."""
    return load()


def person(name: str) -> User:
    """One of the demo accounts, as a page would load it."""
    return User.objects.get(email=f"{name}@{demo.DOMAIN}")


def rows_of(*models: Any) -> dict[str, list[Any]]:
    """Everything that the tables hold."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


# -- The texts


def test_every_practice_has_all_its_sections_and_a_sensible_length():
    for practice in texts.practices():
        assert set(practice["sections"]) == set(Practice.SECTIONS), practice["slug"]
        assert all(practice["sections"].values()), practice["slug"]
        words = sum(len(text.split()) for text in practice["sections"].values())
        assert 190 <= words <= 500, (practice["slug"], words)


def test_every_text_renders_and_keeps_its_words():
    posts = [post["body"] for thread in texts.threads() for post in thread["posts"]]
    sections = [text for practice in texts.practices() for text in practice["sections"].values()]
    said = [line for room in texts.rooms() for talk in room["talks"] for _who, line in talk["lines"]]
    assert len(posts) > 150
    assert len(said) > 100
    for text in [*posts, *sections, *said]:
        assert plain_text(render(text)), text


def test_a_practice_with_a_mistake_in_it_is_named(tmp_path):
    headless, misspelt = tmp_path / "zonder.md", tmp_path / "fout.md"
    headless.write_text("## Probleem\n\nGeen kop.\n", encoding="utf-8")
    misspelt.write_text("---\ntitle: Fout\n---\n## Probleeem\n\nTypefout.\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"zonder\.md"):
        texts.read_practice(headless)
    with pytest.raises(ValueError, match="Probleeem"):
        texts.read_practice(misspelt)


# -- What is loaded


def test_the_alliance_is_complete(loaded):
    assert Organisation.objects.filter(kind="municipality").count() == 23
    assert set(Organisation.objects.values_list("kind", flat=True)) >= {"police", "prosecution", "care"}
    assert Theme.objects.count() == 5
    assert User.objects.professionals().count() >= 38
    assert Appointment.objects.current().count() >= 38
    assert User.objects.waiting().count() == 2
    assert JoinRequest.objects.count() == 3
    assert dict(Community.objects.values_list("slug", "openness")) == {
        "ciso-netwerk": Openness.CLOSED,
        "aandachtsfunctionarissen-mensenhandel": Openness.HIDDEN,
        "zorg-en-veiligheid": Openness.OPEN,
        "jeugd-en-veiligheid": Openness.OPEN,
        "maatschappelijk-ongenoegen": Openness.CLOSED,
    }
    assert loaded["practices"] == 40
    assert loaded["threads"] >= 25


def test_every_community_has_an_owner_a_facilitator_a_room_and_an_agenda(loaded):
    for community in Community.objects.all():
        community.full_clean()
        roles = set(community.memberships.values_list("role", flat=True))
        assert {Role.OWNER, Role.FACILITATOR, Role.MEMBER} <= roles
        assert Room.objects.filter(community=community).exists()
        assert "<li>" in community.agenda_html
        assert community.introduction_html


def test_practices_cover_the_themes_and_the_stages_of_their_life(loaded):
    for theme in Theme.objects.all():
        assert theme.practices.count() >= 6
    assert Practice.objects.filter(published_at=None).count() == 2
    assert len([practice for practice in Practice.objects.all() if practice.is_overdue]) >= 3
    assert all(practice.tags.exists() for practice in Practice.objects.all())


def test_all_labels_occur_on_threads_and_practices(loaded):
    for model in (Thread, Practice):
        assert set(model.objects.values_list("label", flat=True)) == set(Label.values)
    assert set(Room.objects.values_list("label", flat=True)) == set(Label.values) - {Label.CLEAR}


def test_threads_show_what_a_forum_can_do(loaded):
    assert Thread.objects.filter(pinned_at__isnull=False).count() == 1
    assert Thread.objects.filter(locked_at__isnull=False).count() == 1
    assert Post.objects.filter(hidden_at__isnull=False).count() == 1
    assert Thread.objects.filter(post_count__gt=POSTS_PER_PAGE).count() == 1
    shown = "".join(Post.objects.values_list("html", flat=True))
    for tag in ("<table>", "<blockquote>", "<ol>", "<ul>", '<code class="language-'):
        assert tag in shown
    practice = Practice.objects.get(title__startswith="Binnen het uur")
    assert f'href="{practice.get_absolute_url()}"' in shown
    assert "practice:" not in shown


def test_counters_agree_with_the_rows(loaded):
    for thread in Thread.objects.all():
        posts = list(thread.posts.order_by("number"))
        assert [post.number for post in posts] == list(range(1, thread.last_number + 1))
        counted = [post for post in posts if post.hidden_at is None and post.audience_id == thread.audience_id]
        assert thread.post_count == len(counted)
        assert (thread.last_post_at, thread.last_author_id) == (counted[-1].created_at, counted[-1].author_id)
        assert posts[0].author_id == thread.author_id
    for room in Room.objects.all():
        assert list(room.messages.values_list("seq", flat=True)) == list(range(1, room.last_seq + 1))


def test_times_go_up_and_none_lies_in_the_future(loaded):
    now = timezone.now()
    for thread in Thread.objects.all():
        times = list(thread.posts.order_by("number").values_list("created_at", flat=True))
        assert times == sorted(times)
        assert times[-1] < now
        assert thread.created_at == times[0]
    for room in Room.objects.all():
        times = list(room.messages.order_by("seq").values_list("created_at", flat=True))
        assert times == sorted(times)
        assert times[-1] < now
    assert Message.objects.filter(created_at__gte=now - timedelta(days=1)).exists()


def test_the_spread_is_the_same_every_time_and_in_working_hours():
    now = timezone.localtime().replace(year=2026, month=9, day=16, hour=15)
    moments = clock.spread("draad", 12, days_ago=20, lasted=10, now=now)
    assert moments == clock.spread("draad", 12, days_ago=20, lasted=10, now=now)
    assert all(8 <= moment.hour < 18 and moment.weekday() < clock.SATURDAY for moment in moments)


def test_the_index_is_told_of_every_row(db):
    told: list[tuple[type, int]] = []

    def note(sender: type, instance: Content, **_kwargs: Any) -> None:
        told.append((sender, instance.pk))

    content_saved.connect(note)
    try:
        load()
    finally:
        content_saved.disconnect(note)
    assert sorted(told, key=str) == sorted(
        ((m, pk) for m in KINDS for pk in m.objects.values_list("pk", flat=True)), key=str
    )


# -- Who sees what


def test_the_accounts_log_in_and_nobody_else_can(loaded):
    for email in demo.ACCOUNTS:
        account = User.objects.get(email=email)
        assert account.check_password(demo.PASSWORD)
        assert EmailAddress.objects.filter(user=account, email=email, verified=True, primary=True).exists()
        assert email in demo.accounts()
    others = User.objects.exclude(email__in=demo.ACCOUNTS)
    assert others.count() >= 38
    assert not any(other.has_usable_password() for other in others)
    assert not Organisation.objects.filter(domains__domain=demo.DOMAIN).exists()


def test_the_accounts_are_in_the_communities_that_they_should_be_in(loaded):
    found = {
        name: dict(Membership.objects.filter(person=person(name)).values_list("community__slug", "role"))
        for name in ("anna", "bram", "carla", "dirk", "beheer")
    }
    assert found == {
        "anna": {"ciso-netwerk": Role.MEMBER, "zorg-en-veiligheid": Role.MEMBER},
        "bram": {"ciso-netwerk": Role.FACILITATOR},
        "carla": {"zorg-en-veiligheid": Role.MEMBER},
        "dirk": {},
        "beheer": {},
    }
    assert AuditEvent.objects.get(person=person("dirk")).community.slug == "ciso-netwerk"
    assert can(person("beheer"), "site.administer")


@pytest.mark.parametrize("outsider", ["carla", "dirk", "beheer"])
@pytest.mark.parametrize("model", KINDS)
def test_outsiders_see_nothing_of_the_ciso_network_that_is_amber_or_stricter(loaded, outsider, model):
    closed = model.objects.filter(
        community__slug="ciso-netwerk", label__in=["TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
    )
    assert visible_to(person("anna"), closed).exists()
    assert not visible_to(person(outsider), closed).exists()
    assert not visible_to(AnonymousUser(), closed).exists()


def test_the_hidden_community_exists_for_its_members_only(loaded):
    hidden = Community.objects.filter(openness=Openness.HIDDEN)
    for name in ("anna", "bram", "carla", "dirk"):
        assert not visible_to(person(name), hidden).exists()
        for model in KINDS:
            assert not visible_to(person(name), model.objects.filter(community__in=hidden)).exists()
    member = hidden.get().memberships.first().person
    assert visible_to(member, Thread.objects.filter(community__in=hidden)).exists()


def test_red_is_for_the_named_people_who_are_all_members(loaded):
    red = [thing for model in KINDS for thing in model.objects.filter(label=Label.RED)]
    assert len(red) >= 6
    for thing in red:
        named = set(thing.audience.named.values_list("person", flat=True))
        assert thing.author_id in named
        members = Membership.objects.filter(community=thing.community, person__in=named)
        assert members.count() == len(named) >= 2
        one = type(thing).objects.filter(pk=thing.pk)
        seen = {user.pk for user in User.objects.all() if visible_to(user, one).exists()}
        assert seen == named


def test_who_writes_is_a_member_and_sees_what_is_answered(loaded):
    members = set(Membership.objects.values_list("community", "person"))
    for model in KINDS:
        for thing in model.objects.all():
            assert (thing.community_id, thing.author_id) in members, thing
    for post in Post.objects.select_related("author"):
        assert visible_to(post.author, Thread.objects.filter(pk=post.thread_id)).exists()


# -- Running it again


def test_a_second_run_changes_nothing_and_asks_little(loaded):
    before = rows_of(*MODELS)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        made = load()
    assert not any(made.values())
    assert rows_of(*MODELS) == before
    assert len(queries) <= 14  # one for each kind of thing, and the transaction itself


def test_a_second_run_leaves_what_people_changed(loaded):
    thread, practice = Thread.objects.first(), Practice.objects.first()
    Thread.objects.filter(pk=thread.pk).update(title="Andere titel")
    Practice.objects.filter(pk=practice.pk).update(title="Andere praktijk", problem="Anders.")
    Community.objects.filter(slug="ciso-netwerk").update(name="Netwerk van CISO's")
    User.objects.filter(pk=person("anna").pk).update(name="Anna Smit")
    Membership.objects.filter(person=person("anna")).delete()
    JoinRequest.objects.all().delete()
    before = rows_of(*MODELS)
    assert not any(load().values())
    assert rows_of(*MODELS) == before


def test_a_person_who_is_gone_comes_back_with_their_memberships(loaded):
    newcomer = User.objects.get(name="Robin Verkade")
    newcomer.delete()
    assert load()["people"] == 1
    assert not any(load().values())


# -- The command


def test_the_command_refuses_where_debug_is_off(db, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG is off") as refusal:
        call_command("demo")
    assert refusal.value.returncode == 1
    assert not User.objects.exists()


@pytest.mark.parametrize(("debug", "force"), [(True, False), (False, True)])
def test_the_command_tells_what_it_loaded_and_who_can_log_in(db, settings, debug, force):
    settings.DEBUG = debug
    first, second = StringIO(), StringIO()
    call_command("demo", force=force, stdout=first)
    call_command("demo", force=force, stdout=second)
    assert "40 practices" in first.getvalue()
    assert f"anna@{demo.DOMAIN}" in first.getvalue()
    assert "nothing was changed" in second.getvalue()
