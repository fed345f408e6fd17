"""From what was asked to filters: operators get their meaning for one reader, and what has none is explained.

`asked_of` is the one way from the query string of an address to a search. An address means the same for everybody and
shows each reader their own results; what a reader may not see is explained in the same words as what is not there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from community import access
from community.models import Label
from search import dates
from search.advanced import composed, is_sent, language
from search.backends.base import NO_FILTERS, Choice, Filters, Order
from search.known import Known, Whole
from search.names import VALUE_NAMES
from search.query import Operator, Query, parse
from search.query.operators import VALUES, shown_value, value_of

FACET_OF = {"type": "kind", "org": "organisation", "is": "status"}  # where operator and facet differ in name
FIRST_YEAR, LAST_YEAR = dates.FIRST_YEAR, dates.LAST_YEAR


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be understood: the piece of the text from `start` to `end`, and why, in words for its writer.

    The message says the same for what is not there and for what may not be seen.
    """

    message: str
    piece: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Applied:
    """An operator that works: on which facet ("since" and "until" for dates), with which value of the index.

    `thing` is what the value is called, as people read it; `written` is how the form and an operator hold it.
    """

    operator: Operator
    facet: str
    value: str
    thing: str
    written: str

    @property
    def is_date(self) -> bool:
        """Whether it is about when something was written."""
        return self.facet in ("since", "until")

    @property
    def narrows(self) -> bool:
        """Whether it asks for something, rather than leaving it out."""
        return self.is_date or not self.operator.is_negated


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search as one reader asked for it. `text` is what stands in the box; operators have their places in it."""

    text: str = ""
    query: Query = field(default_factory=Query)
    filters: Filters = NO_FILTERS
    order: Order = "best"
    errors: tuple[Problem, ...] = ()
    applied: tuple[Applied, ...] = ()
    whole: Whole | None = None
    whole_is_unknown: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to search for: no words, and nothing that narrows beside the place."""
        return self.query.is_empty and not any(one.narrows for one in self.applied)

    def parameters(self) -> dict[str, str]:
        """The query string of its address, as `asked_of` takes it."""
        found = {"q": self.text}
        if self.whole:
            found["in"] = self.whole.key
        if self.order == "newest" and not self.query.is_empty:
            found["sort"] = "date"
        return found


def asked_of(user: access.Person, data: Mapping[str, str], known: Known | None = None) -> Asked:
    """What this reader asks with `q`, `in` and `sort`, or with the fields of the form that writes operators.

    Never raises, whatever the data. Without words the newest come first.
    """
    known = known or Known(user)
    text = composed(data, language()) if is_sent(data) else data.get("q", "")
    query = parse(text)
    applied: list[Applied] = []
    errors: list[Problem] = []
    for operator in query.operators:
        meant = _MEANINGS[operator.name](known, operator)
        if isinstance(meant, Applied):
            applied.append(meant)
        else:
            errors.append(Problem(meant, query.text[operator.start : operator.end], operator.start, operator.end))
    key = data.get("in", "")
    whole = known.whole(key) if key else None
    return Asked(
        text=query.text,
        query=query,
        filters=_inside(whole, _filters(applied)),
        order="newest" if query.is_empty or data.get("sort") == "date" else "best",
        errors=tuple(errors),
        applied=tuple(applied),
        whole=whole,
        whole_is_unknown=bool(key) and whole is None,
    )


# -- Filters


def _filters(applied: list[Applied]) -> Filters:
    """All operators together: any of the values of one facet, all facets, none of what has a minus."""
    only: dict[str, set[str]] = {}
    never: dict[str, set[str]] = {}
    since: list[datetime] = []
    until: list[datetime] = []
    for one in applied:
        if one.is_date:
            (since if one.facet == "since" else until).append(_midnight(date.fromisoformat(one.value)))
        else:
            (never if one.operator.is_negated else only).setdefault(one.facet, set()).add(one.value)
    choices = {
        facet: Choice(only=frozenset(only.get(facet, ())), never=frozenset(never.get(facet, ())))
        for facet in {**only, **never}
    }
    return Filters(choices=choices, since=max(since, default=None), until=min(until, default=None))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _inside(whole: Whole | None, filters: Filters) -> Filters:
    """The filters, kept to one place."""
    if whole is None:
        return filters
    facet, value = ("community", str(whole.pk)) if whole.kind == "community" else ("whole", whole.key)
    choice = filters.choices.get(facet, Choice())
    # A value that nothing has, where another community than the place is asked for.
    only = frozenset({value}) if not choice.only or value in choice.only else frozenset({"nothing"})
    return replace(filters, choices={**filters.choices, facet: replace(choice, only=only)})


# -- What operators mean: what is applied, or why it is not


def _fixed(known: Known, operator: Operator) -> Applied | str:
    value = value_of(operator.name, operator.value)
    if value is None:
        names = [shown_value(operator.name, one, language()) for one in VALUES[operator.name]]
        return _("Choose one of: %(values)s.") % {"values": ", ".join(dict.fromkeys(names))}
    return _applied(operator, value, str(VALUE_NAMES[FACET_OF.get(operator.name, operator.name)][value]))


def _applied(operator: Operator, value: str, thing: str) -> Applied:
    return Applied(operator, FACET_OF.get(operator.name, operator.name), value, thing, value)


def _label(known: Known, operator: Operator) -> Applied | str:
    written = operator.value.upper()
    label = written if written.startswith("TLP:") else f"TLP:{written}"
    if label not in Label.values:
        return _("Choose one of the five labels: %(values)s.") % {"values": ", ".join(Label.values)}
    return _applied(operator, label, label)


def _community(known: Known, operator: Operator) -> Applied | str:
    community = known.community(operator.value)
    if community is None:
        return _("You see no community of this name. Its short name in the address works too.")
    return Applied(operator, "community", str(community.pk), community.name, community.slug)


def _theme(known: Known, operator: Operator) -> Applied | str:
    theme = known.theme(operator.value)
    if theme is None:
        return _("There is no theme of this name.")
    return _applied(operator, theme.slug, str(theme))


def _organisation(known: Known, operator: Operator) -> Applied | str:
    organisation = known.organisation(operator.value)
    if organisation is None:
        return _("You see no organisation of this name.")
    return _applied(operator, organisation.name, organisation.name)


def _year(known: Known, operator: Operator) -> Applied | str:
    year = operator.value
    if not (year.isascii() and year.isdigit() and FIRST_YEAR <= int(year[:5]) <= LAST_YEAR):
        return _("Give a year of four digits, such as 2026.")
    return _applied(operator, year, year)


def _date(known: Known, operator: Operator) -> Applied | str:
    """ "since" counts the day itself, "before" does not; the minus makes one of them the other."""
    found = dates.period(operator.value, timezone.localdate())
    if found is None:
        return _("Give a date, such as 2026-03-15, “15 March 2026” in quotes, 2026, yesterday or 30d.")
    is_since = (operator.name == "after") != operator.is_negated
    day = found[0].isoformat()
    return Applied(operator, "since" if is_since else "until", day, date_format(found[0], "j F Y"), day)


def _place(known: Known, operator: Operator) -> str:
    names = [shown_value("in", one, language()) for one in VALUES["in"]]
    return _("Choose one of: %(values)s.") % {"values": ", ".join(names)}


_MEANINGS: dict[str, Callable[[Known, Operator], Applied | str]] = {
    "type": _fixed, "status": _fixed, "has": _fixed, "is": _fixed, "label": _label, "community": _community,
    "theme": _theme, "org": _organisation, "year": _year, "before": _date, "after": _date, "in": _place,
}  # fmt: skip
