"""The form that writes operators: its fields become a query as if it had been typed, and a query fills its fields.

So there is one language and one place for errors, and the box shows what is asked, however it was made.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from community.models import Community, Label
from search.known import Known
from search.names import VALUE_NAMES
from search.query import Operator, Phrase, Word, parse, render_operator, render_term
from search.query.operators import shown_value

if TYPE_CHECKING:
    from search.filtering import Asked

# Fields of words, with what they are in the tree; and fields that are operators, with what those are called.
WORD_FIELDS = {"title": "title", "tag": "tags", "author": "author"}
OPERATOR_FIELDS = {
    "type": "type", "theme": "theme", "community": "community", "org": "org", "label": "label", "status": "status",
    "has": "has", "year": "year", "since": "after", "before": "before",
}  # fmt: skip
SEVERAL = ("type", "label", "status")  # the others hold one value
NAMES = ("words", "phrase", "without", *WORD_FIELDS, *OPERATOR_FIELDS)
FIELD_OF = {"kind": "type", "organisation": "org", "until": "before"}  # where facet and field differ in name


def language() -> str:
    """The language in which operators are shown now."""
    return "nl" if (get_language() or "nl").startswith("nl") else "en"


def is_sent(data: Mapping[str, str]) -> bool:
    """Whether an address comes from this form: it has its fields, and no query."""
    return "q" not in data and any(name in data for name in NAMES)


def composed(data: Mapping[str, str], language: str) -> str:
    """The query that the fields make together."""
    words = data.get("words", "").strip()
    parts = [f'{words}"' if words.count('"') % 2 else words]
    if phrase := data.get("phrase", "").replace('"', " ").strip():
        parts.append(f'"{phrase}"')
    for name, where in WORD_FIELDS.items():
        parts += [render_term(replace(term, field=where)) for term in parse(data.get(name, "")).terms]
    parts += [f"-{render_term(term)}" for term in parse(data.get("without", "")).terms]
    for name, operator in OPERATOR_FIELDS.items():
        for value in _values(data, name):
            if cleaned := value.replace('"', " ").strip():
                shown = shown_value(operator, cleaned, language)
                parts.append(render_operator(Operator(operator, shown), language))
    return " ".join(part for part in parts if part)


def _values(data: Mapping[str, str], name: str) -> Iterable[str]:
    several = getattr(data, "getlist", None)
    return several(name) if several else [data[name]] if name in data else []


@dataclass
class Filled:
    """The fields of the form as a query fills them; what no field can hold stays with the words."""

    words: list[str] = field(default_factory=list)
    phrase: str = ""
    without: str = ""
    of_words: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, list[str]] = field(default_factory=dict)

    def hold(self, name: str, value: str) -> bool:
        """Put a value in a field, if there is room."""
        values = self.chosen.setdefault(name, [])
        if value not in values and values and name not in SEVERAL:
            return False
        if value not in values:
            values.append(value)
        return True


def filled(asked: "Asked", language: str) -> Filled:
    """The form as this search fills it: sent again, it makes the same search."""
    form = Filled(without=" ".join(render_term(term) for term in asked.query.without))
    in_fields: dict[str, list[str]] = {name: [] for name in WORD_FIELDS}
    for term in asked.query.terms:
        if term.field:
            name = next(name for name, where in WORD_FIELDS.items() if where == term.field)
            in_fields[name].append(render_term(_anywhere(term)))
        elif isinstance(term, Phrase) and not form.phrase:
            form.phrase = " ".join(term.words)
        else:
            form.words.append(render_term(term))
    form.of_words = {name: " ".join(texts) for name, texts in in_fields.items()}
    meant = {one.operator: one for one in asked.applied if not one.operator.is_negated}
    for operator in asked.query.operators:
        one = meant.get(operator)
        held = one and form.hold(FIELD_OF.get(one.facet, one.facet), one.written)
        if not held:
            form.words.append(render_operator(operator, language))
    return form


def _anywhere(term: Word | Phrase) -> Word | Phrase:
    return replace(term, field="")


# -- The form as the page shows it


@dataclass(frozen=True, slots=True)
class Box:
    """Something that can be ticked or chosen: its value, its name, and whether it is."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Form:
    """Everything that the form shows. `several` and `one` are the choices per field, `texts` the other values."""

    texts: dict[str, str]
    several: dict[str, list[Box]]
    one: dict[str, list[Box]]


def form_of(asked: "Asked", known: Known, communities: Mapping[int, Community] | None = None) -> Form:
    """The form for this search; `communities` are offered beside those that the reader is in."""
    form = filled(asked, language())
    single = {name: next(iter(form.chosen.get(name, ())), "") for name in OPERATOR_FIELDS if name not in SEVERAL}
    names = {community.slug: community.name for community in (*known.own_communities, *(communities or {}).values())}
    names |= {one.written: one.thing for one in asked.applied if one.facet == "community"}
    options = {
        "community": sorted(names.items(), key=lambda item: item[1].lower()),
        "theme": [(theme.slug, str(theme)) for theme in known.themes],
    }
    ticks = {
        "type": VALUE_NAMES["kind"].items(),
        "label": [(label, label) for label in Label.values],
        "status": VALUE_NAMES["status"].items(),
    }
    return Form(
        texts={
            "words": " ".join(form.words),
            "phrase": form.phrase,
            "without": form.without,
            **form.of_words,
            **single,
        },
        several={
            field: [Box(value, str(name), value in form.chosen.get(field, ())) for value, name in values]
            for field, values in ticks.items()
        },
        one={
            field: [Box(value, name, value == single[field]) for value, name in some] for field, some in options.items()
        },
    )
