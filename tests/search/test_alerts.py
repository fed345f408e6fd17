"""Alerts of saved searches: what is new, once a day at most, to whom may see it as it leaves, by label."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from community.emails import compose, deliver_mails
from community.models import Label, MailOutbox
from search import alerts
from search.actions.saving import change_search, save_search
from search.alerts import send_alerts
from search.indexer import rebuild
from search.models import Alert, SavedSearch, SearchOutbox
from tests import factories
from tests.factories import CANARY

MONDAY = datetime(2026, 6, 1, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def save(person: Any, query: str = "q=zingt", *, alert: str = Alert.DAILY, days: int = 2, name: str = "Zang") -> Any:
    before = timezone.now() - days * DAY
    return SavedSearch.objects.create(
        person=person, query=query, name=name, alert=alert, alerted_at=before, told_until=before
    )


def make_new(community: Any, author: Any, title: str, **fields: Any) -> Any:
    return factories.make_practice(community, author, title=title, published_at=timezone.now() - HOUR, **fields)


def sent() -> list[str]:
    """All there is of each mail that leaves now: headers and body."""
    send_alerts()
    while deliver_mails():
        pass
    texts = [str(message.message()) + message.subject + message.body for message in mail.outbox]
    mail.outbox.clear()
    return texts


def test_a_mail_names_what_is_new_and_open(index: Any, ciso: Any, anna: Any, bram: Any) -> None:
    practice = make_new(ciso, bram, "De mus zingt")
    factories.make_practice(ciso, bram, title="De oude merel zingt")
    save(anna)
    rebuild()
    (text,) = sent()
    assert "De mus zingt" in text
    assert f"http://testserver{practice.get_absolute_url()}" in text
    assert "Zang" in text
    assert "merel" not in text
    assert "http://testserver/search/saved/" in text


@pytest.mark.parametrize("label", [Label.AMBER, Label.AMBER_STRICT, Label.RED])
def test_of_what_is_stricter_a_mail_says_only_that_there_is_something(
    label: str, index: Any, ciso: Any, anna: Any, rotterdam: Any
) -> None:
    author = factories.make_person("Fenna Schrijver", organisation=rotterdam)
    factories.make_member(author, ciso)
    practice = make_new(ciso, author, f"{CANARY} zingt", label=label, named=[anna], problem="Het geheim.")
    save(anna, name="Zangzaak")
    rebuild()
    (text,) = sent()
    for secret in (CANARY, "geheim", "Fenna", "Zangzaak", "zingt", ciso.name, practice.get_absolute_url()):
        assert secret not in text
    assert "http://testserver/search/saved/" in text
    assert label not in text


def test_there_is_one_mail_a_day_for_all_searches_of_a_person(
    index: Any, ciso: Any, anna: Any, bram: Any, clock: Any
) -> None:
    save(anna)
    save(anna, "q=mus", name="Mussen", alert=Alert.WEEKLY, days=8)
    make_new(ciso, bram, "De mus zingt")
    rebuild()
    (text,) = sent()
    assert "Zang" in text
    assert "Mussen" in text
    clock.shift(2 * HOUR)
    make_new(ciso, bram, "De mus zingt alweer")
    rebuild()
    assert sent() == []
    clock.shift(DAY)
    (text,) = sent()
    assert "alweer" in text
    assert "Mussen" not in text
    clock.shift(6 * DAY)
    make_new(ciso, bram, "De mus zingt nog")
    rebuild()
    (text,) = sent()
    assert "Mussen" in text


def test_nothing_new_is_no_mail(index: Any, ciso: Any, anna: Any, bram: Any, clock: Any) -> None:
    save(anna)
    rebuild()
    assert sent() == []
    clock.shift(DAY)
    make_new(ciso, bram, "De mus zingt")
    rebuild()
    assert len(sent()) == 1
    clock.shift(DAY)
    assert sent() == []
    assert not MailOutbox.objects.exists()


def test_a_search_without_alert_and_a_closed_account_send_nothing(index: Any, ciso: Any, anna: Any, bram: Any) -> None:
    save(anna, alert=Alert.OFF)
    save(bram)
    type(bram).objects.filter(pk=bram.pk).update(is_active=False)
    make_new(ciso, anna, "De mus zingt")
    rebuild()
    assert sent() == []


def test_who_is_no_member_any_more_is_told_nothing(index: Any, ciso: Any, anna: Any, bram: Any) -> None:
    save(anna)
    make_new(ciso, bram, f"{CANARY} zingt", label=Label.AMBER)
    rebuild()
    anna.memberships.all().delete()
    assert sent() == []


@pytest.mark.parametrize("change", ["removed", "narrowed", "hidden", "off", "gone", "out"])
def test_rights_and_wishes_are_asked_again_when_the_mail_leaves(
    change: str, index: Any, ciso: Any, anna: Any, bram: Any
) -> None:
    saved = save(anna)
    practice = make_new(ciso, bram, f"{CANARY} zingt")
    rebuild()
    assert send_alerts() == 1
    assert CANARY not in str(MailOutbox.objects.get().context)
    rows = type(practice).objects.filter(pk=practice.pk)
    red = factories.make_practice(ciso, bram, label=Label.RED).audience
    {
        "removed": lambda: rows.update(audience=red, label=Label.RED),
        "narrowed": lambda: rows.update(label=Label.AMBER),
        "hidden": lambda: rows.update(hidden_at=timezone.now()),
        "off": lambda: change_search(actor=anna, search=saved, name="Zang", alert=Alert.OFF),
        "gone": saved.delete,
        "out": lambda: type(anna).objects.filter(pk=anna.pk).update(approved_at=None),
    }[change]()
    deliver_mails()
    if change == "narrowed":
        assert CANARY not in str(mail.outbox[0].message())
    else:
        assert mail.outbox == []
    assert not MailOutbox.objects.exists()


def test_what_the_index_has_not_yet_is_told_of_the_next_time(
    index: Any, ciso: Any, anna: Any, bram: Any, clock: Any
) -> None:
    save(anna)
    rebuild()
    late = make_new(ciso, bram, "De mus zingt")
    SearchOutbox.objects.create(kind="practice", object_pk=late.pk, created_at=late.published_at)
    assert sent() == []
    index()
    clock.shift(DAY)
    (text,) = sent()
    assert "De mus zingt" in text


def test_what_is_written_just_now_is_left_to_the_next_time_and_told_of_once(
    index: Any, ciso: Any, anna: Any, bram: Any, clock: Any
) -> None:
    save(anna)
    factories.make_practice(ciso, bram, title="De mus zingt", published_at=timezone.now() - timedelta(minutes=1))
    rebuild()
    assert sent() == []
    clock.shift(DAY)
    assert len(sent()) == 1
    clock.shift(DAY)
    assert sent() == []


def test_an_alert_that_is_switched_on_tells_of_what_comes_after(
    index: Any, ciso: Any, anna: Any, bram: Any, clock: Any
) -> None:
    saved = save(anna, alert=Alert.OFF)
    make_new(ciso, bram, "De mus zingt")
    rebuild()
    change_search(actor=anna, search=saved, name="Zang", alert=Alert.DAILY)
    clock.shift(DAY)
    assert sent() == []


def test_without_an_index_everything_stays_due(settings: Any, tmp_path: Any, anna: Any) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "nothing"
    saved = save(anna)
    assert send_alerts() == 0
    before = saved.alerted_at
    saved.refresh_from_db()
    assert saved.alerted_at == before


def test_a_search_that_changed_while_it_was_run_is_left_alone(
    index: Any, ciso: Any, anna: Any, bram: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search import alerts

    saved = save(anna)
    make_new(ciso, bram, "De mus zingt")
    rebuild()
    find_again = alerts.find_again

    def find_and_change(*args: Any, **options: Any) -> Any:
        SavedSearch.objects.filter(pk=saved.pk).update(alert=Alert.OFF)
        return find_again(*args, **options)

    monkeypatch.setattr(alerts, "find_again", find_and_change)
    assert sent() == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_mail_is_in_the_language_of_its_reader(language: str, index: Any, ciso: Any, anna: Any, bram: Any) -> None:
    type(anna).objects.filter(pk=anna.pk).update(language=language)
    save(anna)
    for number in range(7):
        make_new(ciso, bram, f"De {number}e mus zingt")
    rebuild()
    send_alerts()
    message = compose(MailOutbox.objects.get())
    assert message is not None
    assert ("New for" in message.subject) == (language == "en")
    assert message.body.count("mus zingt") == 5
    assert anna.name in message.body


def test_between_midnight_and_morning_the_last_morning_counts(
    index: Any, ciso: Any, anna: Any, bram: Any, clock: Any
) -> None:
    clock.move_to(datetime(2026, 6, 2, 2, tzinfo=UTC))
    saved = save(anna, days=0)
    make_new(ciso, bram, "De mus zingt")
    rebuild()
    assert send_alerts() == 0
    SavedSearch.objects.filter(pk=saved.pk).update(told_until=timezone.now() - DAY)
    clock.move_to(datetime(2026, 6, 2, 6, tzinfo=UTC))
    assert len(sent()) == 1


def test_a_search_inside_what_is_no_longer_seen_becomes_no_wider_search(
    index: Any, ciso: Any, mensenhandel: Any, anna: Any, bram: Any
) -> None:
    factories.make_member(anna, mensenhandel)
    save(anna, "q=zingt+community%3Amensenhandel")
    save(anna, f"q=mus&in=community%3A{mensenhandel.slug}", name="Mussen")
    make_new(mensenhandel, bram, "De mus zingt", label=Label.AMBER)
    make_new(ciso, bram, "De mus zingt elders")
    rebuild()
    anna.memberships.filter(community=mensenhandel).delete()
    assert sent() == []


def test_a_search_that_ran_out_of_time_stays_due(
    index: Any, ciso: Any, bram: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search.backends.base import Results
    from search.finding import Answer

    search = save_search(actor=bram, query="q=mus", name="Mussen", alert="daily")
    partial = Answer(found=[], results=Results(is_partial=True), page=1)
    with monkeypatch.context() as patched:
        patched.setattr(alerts, "find_again", lambda *_args, **_options: partial)
        before = SavedSearch.objects.get(pk=search.pk)
        alerts._look_for(bram, [before], timezone.now())
    after = SavedSearch.objects.get(pk=search.pk)
    assert (after.alerted_at, after.told_until) == (before.alerted_at, before.told_until)
