"""The choices beside the results and the chips above them: links to the same search with an operator more or less."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from community.models import Label
from search.advanced import language
from search.backends.base import FACETS
from search.documents import KINDS
from search.filtering import FACET_OF, Applied, Asked
from search.finding import Answer
from search.known import Known
from search.names import FACET_NAMES, VALUE_NAMES
from search.query import Operator, with_operator, without_spans
from search.query.operators import shown_value

SHOWN_AT_ONCE = 8
OPERATOR_OF = {facet: operator for operator, facet in FACET_OF.items() if operator != "is"}
# Facets whose values have an order of their own; the others come by how often they are.
ORDERS: dict[str, list[str]] = {"kind": list(KINDS), "label": list(Label.values)}


@dataclass(frozen=True, slots=True)
class Option:
    """A choice beside the results: its name, how many it leaves, its address, and whether it is made."""

    name: str
    count: int
    query: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The choices of one kind, of which the first are shown at once. `chosen`: how many are made."""

    name: str
    title: str
    options: list[Option]
    more: list[Option]
    chosen: int


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that narrows the results, and the address of the search without it."""

    title: str
    name: str
    query: str
    is_place: bool = False


def address(asked: Asked, text: str | None = None, **changes: str | None) -> str:
    """The address of this search from its first page on, with another text or other parameters (None: without)."""
    parameters: dict[str, str | None] = {**asked.parameters(), **changes}
    if text is not None:
        parameters["q"] = text
    return f"?{urlencode({name: value for name, value in parameters.items() if value is not None})}"


def chips_of(asked: Asked) -> list[Chip]:
    """What narrows the results, in the order in which it was asked."""
    chips = []
    if asked.whole:
        chips.append(Chip(_("In"), asked.whole.name, address(asked, **{"in": None}), is_place=True))
    for one in asked.applied:
        title = str(FACET_NAMES[one.facet])
        if one.operator.is_negated and not one.is_date:
            title = _("Not: %(facet)s") % {"facet": title.lower()}
        chips.append(Chip(title, one.thing, address(asked, _without(asked, [one]))))
    return chips


def without_choices(asked: Asked) -> str:
    """The address of the same words, with nothing that narrows."""
    return address(asked, _without(asked, asked.applied), **{"in": None})


def _without(asked: Asked, applied: Iterable[Applied]) -> str:
    return without_spans(asked.text, [(one.operator.start, one.operator.end) for one in applied])


def facets_of(asked: Asked, answer: Answer, known: Known) -> list[Facet]:
    """All facets in which a choice would leave something out, or was made."""
    total = answer.results.total
    facets = []
    for name in FACETS:
        if name == "community" and asked.whole and asked.whole.kind == "community":
            continue
        options = _options(name, asked, answer, known)
        if any(option.chosen or option.count < total for option in options):
            facets.append(_facet(name, options))
    return facets


def _facet(name: str, options: list[Option]) -> Facet:
    """Made choices are always among the shown ones."""
    first = [option for at, option in enumerate(options) if at < SHOWN_AT_ONCE or option.chosen]
    more = [option for at, option in enumerate(options) if at >= SHOWN_AT_ONCE and not option.chosen]
    return Facet(name, str(FACET_NAMES[name]), first, more, sum(option.chosen for option in options))


def _options(facet: str, asked: Asked, answer: Answer, known: Known) -> list[Option]:
    made: dict[str, list[Applied]] = {}
    for one in asked.applied:
        if one.facet == facet and not one.operator.is_negated:
            made.setdefault(one.value, []).append(one)
    counts = {count.value: count.count for count in answer.results.facets.get(facet, ())}
    counts |= {value: 0 for value in made if value not in counts}
    names = _names(facet, counts, answer, known)
    options = []
    for value in _in_order(facet, counts):
        if value in made:
            first, *_others = made[value]
            options.append(Option(first.thing, counts[value], address(asked, _without(asked, made[value])), True))
        elif value in names:
            options.append(
                Option(names[value], counts[value], address(asked, _with(asked, facet, value, answer)), False)
            )
    return options


def _in_order(facet: str, counts: Mapping[str, int]) -> list[str]:
    if facet == "year":
        return sorted(counts, reverse=True)
    order = ORDERS.get(facet)
    return sorted(counts, key=order.index) if order else list(counts)


def _names(facet: str, counts: Mapping[str, int], answer: Answer, known: Known) -> dict[str, str]:
    """What the values are called; those that this reader may not know have no name, and are not shown."""
    if facet in VALUE_NAMES:
        return {value: str(name) for value, name in VALUE_NAMES[facet].items()}
    if facet == "community":
        return {str(pk): community.name for pk, community in (answer.communities or {}).items()}
    if facet == "theme":
        return {theme.slug: str(theme) for theme in known.themes} if counts else {}
    return {value: value for value in counts}


def _with(asked: Asked, facet: str, value: str, answer: Answer) -> str:
    name = OPERATOR_OF.get(facet, facet)
    written = shown_value(name, value, language())
    if facet == "community" and answer.communities:
        written = answer.communities[int(value)].slug
    return with_operator(asked.text, Operator(name, written), language())
