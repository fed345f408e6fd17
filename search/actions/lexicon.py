"""What administrators do with the lists of words. Each change counts from the next search on."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access
from community.audit import record
from community.models import User
from search.analysis import words_apart
from search.language import lexicon
from search.language.lexicon import Kind
from search.lexicon import announce_change
from search.models import LexiconEntry


def save_entry(*, actor: User, kind: str, term: str, others: Sequence[str] = ()) -> LexiconEntry:
    """Add an entry, or replace the one with the same words, shipped or own. Raises ValidationError."""
    access.require(actor, "site.administer")
    key = " ".join(words_apart(term))
    _check(Kind(kind), term, others)
    with transaction.atomic():
        entry, is_new = LexiconEntry.objects.update_or_create(
            kind=kind,
            key=key,
            defaults={"term": term, "others": list(others), "is_off": False, "changed_at": timezone.now()},
        )
        record("lexicon.added" if is_new else "lexicon.changed", actor=actor, target=entry, kind=kind)
        announce_change()
    return entry


def switch_off(*, actor: User, kind: str, key: str) -> LexiconEntry:
    """Do without a shipped entry. Raises ValidationError where there is none."""
    access.require(actor, "site.administer")
    shipped = next((entry for entry in lexicon.shipped() if entry.key == (kind, key)), None)
    if shipped is None:
        raise ValidationError(_("There is no such entry."))
    with transaction.atomic():
        entry, _is_new = LexiconEntry.objects.update_or_create(
            kind=kind,
            key=key,
            defaults={
                "term": shipped.term, "others": list(shipped.others), "is_off": True, "changed_at": timezone.now(),
            },
        )  # fmt: skip
        record("lexicon.switched_off", actor=actor, target=entry, kind=kind)
        announce_change()
    return entry


def remove_entry(*, actor: User, entry: LexiconEntry) -> None:
    """Remove an own entry; a shipped one with its words counts again."""
    access.require(actor, "site.administer")
    with transaction.atomic():
        record("lexicon.removed", actor=actor, target=entry, kind=entry.kind)
        entry.delete()
        announce_change()


def _check(kind: Kind, term: str, others: Sequence[str]) -> None:
    """Refuse what search could do nothing with. Raises ValidationError per field."""
    found = words_apart(term)
    if not found:
        raise ValidationError({"term": _("Write at least one letter or digit.")})
    if kind in (Kind.PART, Kind.EXCEPTION) and (len(found) > 1 or not found[0].isalpha()):
        raise ValidationError({"term": _("Write one word, of letters alone.")})
    if kind in (Kind.ABBREVIATION, Kind.SYNONYM) and not others:
        raise ValidationError({"others": _("Write at least one other way to say it.")})
    if kind is Kind.PART and others:
        raise ValidationError({"others": _("A part of compounds has nothing here.")})
    if any(words_apart(other) in ([], found) for other in others):
        raise ValidationError({"others": _("Each line needs words, and other words than the entry itself.")})
    if kind is Kind.EXCEPTION and others and len(others) < 2:  # noqa: PLR2004 - one part is no compound
        raise ValidationError({"others": _("Write at least two parts, or nothing where the word has no parts.")})
