"""The lists of words that administrators keep: what they change counts from the next search on, everywhere."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from community.models import AuditEvent
from search.actions import lexicon as actions
from search.index import backend
from search.language import lexicon
from search.language.lexicon import Entry, Kind
from search.lexicon import STAMP, listed, refresh
from search.models import LexiconEntry
from tests import factories
from tests.community.pages import page, refused, sent_to
from tests.search.conftest import keys


def save(actor: Any, capture: Any, **entry: Any) -> LexiconEntry:
    """Keep an entry, and let what follows its commit happen."""
    with capture(execute=True):
        return actions.save_entry(actor=actor, **entry)


def test_the_shipped_lists_can_be_used() -> None:
    entries = lexicon.shipped()
    assert sum(entry.kind is Kind.ABBREVIATION for entry in entries) >= 80
    assert all(entry.key[1] for entry in entries)
    assert all(entry.others for entry in entries if entry.kind in (Kind.ABBREVIATION, Kind.SYNONYM))
    known = lexicon.build(entries)
    assert lexicon.Meaning(("openbaar", "ministerie"), True) in known.meanings["om",]
    assert lexicon.Meaning(("om",), True) in known.meanings["openbaar", "ministerie"]
    assert {"geweld", "partner"} <= known.parts


def test_an_own_entry_finds_at_once_and_the_index_stays(
    searched: Any, ciso: Any, anna: Any, beheer: Any, django_capture_on_commit_callbacks: Any
) -> None:
    practice = factories.make_practice(ciso, anna, title="Een poes in de boom")
    assert keys(searched(anna, "huistijger")) == []
    generation = backend().generation()
    save(beheer, django_capture_on_commit_callbacks, kind="synonym", term="huistijger", others=["poes"])
    assert keys(searched(anna, "huistijger", anew=False)) == [f"practice:{practice.pk}"]
    assert backend().generation() == generation
    assert backend().health().is_ok


def test_an_exception_and_its_removal_count_at_once(
    searched: Any, ciso: Any, anna: Any, beheer: Any, django_capture_on_commit_callbacks: Any
) -> None:
    factories.make_practice(ciso, anna, title="Over partnergeweld")
    assert len(keys(searched(anna, "geweld"))) == 1
    entry = save(beheer, django_capture_on_commit_callbacks, kind="exception", term="partnergeweld")
    assert keys(searched(anna, "geweld", anew=False)) == []
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_entry(actor=beheer, entry=entry)
    assert len(keys(searched(anna, "geweld", anew=False))) == 1


def test_a_shipped_entry_is_switched_off_replaced_and_comes_back(
    db: None, beheer: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        off = actions.switch_off(actor=beheer, kind="abbreviation", key="om")
    refresh()
    assert ("om",) not in lexicon.current().meanings
    save(beheer, django_capture_on_commit_callbacks, kind="abbreviation", term="OM", others=["oude mannen"])
    refresh()
    assert [meaning.words for meaning in lexicon.current().meanings["om",]] == [("oude", "mannen")]
    off.refresh_from_db()
    assert not off.is_off
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_entry(actor=beheer, entry=off)
    refresh()
    assert [meaning.words for meaning in lexicon.current().meanings["om",]] == [("openbaar", "ministerie")]
    events = AuditEvent.objects.filter(action__startswith="lexicon.").order_by("pk")
    assert [event.action for event in events] == ["lexicon.switched_off", "lexicon.changed", "lexicon.removed"]


def test_another_process_follows_the_stamp(db: None, beheer: Any) -> None:
    LexiconEntry.objects.create(kind="synonym", key="huistijger", term="huistijger", others=["poes"])
    refresh()
    assert ("huistijger",) not in lexicon.current().meanings
    cache.set(STAMP, "another process wrote this")
    refresh()
    assert ("huistijger",) in lexicon.current().meanings


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"kind": "synonym", "term": "!?", "others": ["x"]}, "term"),
        ({"kind": "part", "term": "twee woorden"}, "term"),
        ({"kind": "exception", "term": "13b"}, "term"),
        ({"kind": "abbreviation", "term": "OM"}, "others"),
        ({"kind": "part", "term": "poes", "others": ["kat"]}, "others"),
        ({"kind": "synonym", "term": "poes", "others": ["Poes"]}, "others"),
        ({"kind": "synonym", "term": "poes", "others": ["…"]}, "others"),
        ({"kind": "exception", "term": "poesje", "others": ["poes"]}, "others"),
    ],
)
def test_what_search_could_do_nothing_with_is_refused(entry: dict[str, Any], field: str, beheer: Any) -> None:
    with pytest.raises(ValidationError) as raised:
        actions.save_entry(actor=beheer, **entry)
    assert set(raised.value.error_dict) == {field}
    assert not LexiconEntry.objects.exists()


def test_nobody_but_an_administrator_changes_the_lists(bram: Any, beheer: Any) -> None:
    entry = actions.save_entry(actor=beheer, kind="part", term="klimop")
    with pytest.raises(PermissionDenied):
        actions.save_entry(actor=bram, kind="part", term="poes")
    with pytest.raises(PermissionDenied):
        actions.switch_off(actor=bram, kind="abbreviation", key="om")
    with pytest.raises(PermissionDenied):
        actions.remove_entry(actor=bram, entry=entry)
    with pytest.raises(ValidationError):
        actions.switch_off(actor=beheer, kind="abbreviation", key="bestaat niet")


def test_keeping_entries_on_the_pages(browse: Any, beheer: Any, anna: Any) -> None:
    client = browse(beheer)
    assert reverse("lexicon") in page(client, reverse("home"))
    assert reverse("lexicon") not in page(browse(anna), reverse("home"))
    new = reverse("lexicon_new")
    assert "Openbaar Ministerie" in page(client, f"{new}?kind=abbreviation&term=OM")
    refused(client, new, "term", kind="synonym", term=" ", others="poes")
    refused(client, new, "others", kind="synonym", term="huistijger", others=" ")
    refused(client, new, "others", kind="synonym", term="huistijger", others="\n".join("abcdefghi"))
    refused(client, new, "others", kind="synonym", term="huistijger", others="x" * 101)
    refused(client, new, "kind", kind="poes", term="huistijger", others="poes")
    sent_to(client.post(new, {"kind": "synonym", "term": " huis  tijger", "others": "poes\n\n kat \npoes"}))
    entry = LexiconEntry.objects.get()
    assert (entry.term, entry.others) == ("huis tijger", ["poes", "kat"])
    assert "huis tijger" in page(client, f"{reverse('lexicon')}?q=poes")
    assert "huis tijger" not in page(client, f"{reverse('lexicon')}?q=poes&kind=part")

    change = reverse("lexicon_entry", args=[entry.pk])
    assert "kat" in page(client, change)
    sent_to(client.post(change, {"kind": "synonym", "term": "huistijger", "others": "poes"}))
    changed = LexiconEntry.objects.get()
    assert (changed.term, changed.others) == ("huistijger", ["poes"])
    sent_to(client.post(reverse("lexicon_removal", args=[changed.pk])))
    assert not LexiconEntry.objects.exists()


def test_switching_a_shipped_entry_off_on_the_page(browse: Any, beheer: Any) -> None:
    client = browse(beheer)
    sent_to(client.post(reverse("lexicon_off"), {"kind": "abbreviation", "key": "om"}))
    assert LexiconEntry.objects.get().is_off
    sent_to(client.post(reverse("lexicon_off"), {"kind": "abbreviation", "key": "bestaat niet"}))
    assert LexiconEntry.objects.count() == 1


def test_the_page_pages_and_says_when_there_is_nothing(
    browse: Any, beheer: Any, django_assert_num_queries: Any
) -> None:
    client = browse(beheer)
    page(client, reverse("lexicon"))
    assert 'class="empty"' in page(client, f"{reverse('lexicon')}?q=bestaatniet")
    counts = []
    for number in (1, 3):
        for at in range(number):
            LexiconEntry.objects.update_or_create(kind="part", key=f"poes{at}", defaults={"term": f"poes{at}"})
        with django_assert_num_queries(6):
            client.get(reverse("lexicon"))
        counts.append(sum(one.own is not None for one in listed()))
    assert counts == [1, 3]


def test_a_folded_key_tells_which_entries_are_the_same() -> None:
    assert Entry(Kind.ABBREVIATION, "OM").key == Entry(Kind.ABBREVIATION, " om ").key == ("abbreviation", "om")
