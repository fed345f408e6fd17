"""Which of the people who listen may still see a thing: asked of the database at every delivery."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from community import access
from community.live.topics import Thing
from community.models import Content

Key = tuple[Any, ...]


def load(model: type[Thing], pks: Iterable[int]) -> dict[int, Thing]:
    """These things as they are now, with what decides who sees them. One query."""
    rows: QuerySet[Any] = model._default_manager.all()
    if issubclass(model, Content):
        rows = rows.select_related("audience", *model.containers)
    return rows.in_bulk(list(pks))


def who_see(thing: Thing | None, people: Iterable[int]) -> set[int]:
    """Those of these people who may see the thing now. One query, or none where nobody is asked about."""
    people = list(people)
    if thing is None or not people:
        return set()
    return set(access.audience_of(thing).filter(pk__in=people).values_list("pk", flat=True))


def who_see_each(things: dict[str, Thing], people: dict[str, set[int]]) -> dict[str, set[int]]:
    """The same for many things at once, by name: what is seen by the same people is asked about once."""
    alike: dict[Key | None, list[str]] = {}
    for name, thing in things.items():
        alike.setdefault(key_of(thing), []).append(name)
    seen: dict[str, set[int]] = {}
    for names in alike.values():
        everybody = set().union(*(people.get(name, set()) for name in names))
        allowed = who_see(things[names[0]], everybody)
        seen |= {name: people.get(name, set()) & allowed for name in names}
    return seen


def key_of(thing: Thing | None) -> Key | None:
    """What decides, of the thing itself, who sees it: things with the same key are seen by the same people."""
    if thing is None:
        return None
    if not isinstance(thing, Content):
        return ("community", thing.pk, thing.openness)
    draft = thing.draft_field is not None and getattr(thing, thing.draft_field) is None
    hidden = thing.hidden_at is not None
    own = (thing.audience_id, hidden and thing.community_id, draft and (thing.community_id, thing.author_id))
    return own + tuple(key_of(whole) for whole in thing.wholes())
