"""From a query to what its reader may see of it: the index proposes, the database decides.

Every hit is looked up through `access.visible_to` before it is shown, all kinds in one query. Where the index is
behind, the best hits are all looked up, and totals and facets are counted over what is left: so nothing is told of
what somebody may no longer see.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from community import access
from community.extraction.kinds import KINDS as KINDS_OF_FILES
from community.models import Community
from forums.models import Attachment
from search.analysis import fold, is_stop_word, stem
from search.backends.base import FACETS, Choice, Correction, FacetCount, Filters, Hit, Order, Results, Segment, Wish
from search.documents import KINDS
from search.index import backend
from search.lexicon import refresh
from search.models import SearchOutbox
from search.query import Phrase, Query, Word, parse
from search.rows import Row, kinds_for, rows_of
from search.snippets import Marker, mark

PAGE_SIZE = 20
MOST_PAGES = 50
EXAMINED = 200  # so many of the first are looked up when the index is behind
FOR_PROFESSIONALS = frozenset({"community", "organisation"})  # facets that tell visitors of communities and people


@dataclass(frozen=True, slots=True)
class Found:
    """One result: what the index found, and what the database says of it.

    `tags` are those in which words of the query stand, and `author` the name if they stand there: marked, like the
    title and the snippet, so that each result shows why it is one.
    """

    row: Row
    title: tuple[Segment, ...]
    snippet: tuple[Segment, ...]
    score: float
    community: Community | None = None
    tags: tuple[tuple[Segment, ...], ...] = ()
    author: tuple[Segment, ...] = ()
    attachment: Attachment | None = None

    @property
    def page(self) -> int:
        """The page of a file on which its snippet begins to match; 0 where it has no pages."""
        return next((segment.page for segment in self.snippet if segment.is_match), 0)

    @property
    def unit(self) -> str:
        """What the pages of a file are: "page", "slide" or "sheet"."""
        return KINDS_OF_FILES[self.attachment.file.content_type].unit if self.attachment and self.page else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of results; `results` is what the index said of all, less what this reader may not know.

    While `page` is 0, `found` holds the first of all pages.
    """

    found: list[Found]
    results: Results
    page: int
    communities: Mapping[int, Community] | None = None


def find(
    user: access.Person,
    query: Query | str,
    filters: Filters,
    *,
    page: int = 1,
    limit: int = PAGE_SIZE,
    order: Order = "best",
) -> Answer:
    """A page of what this person finds, `limit` results long. Raises IndexUnavailableError.

    Only the words of the query count here: search/filtering.py makes filters of its operators.
    """
    refresh()
    page = max(1, min(page, MOST_PAGES))
    parsed = parse(query) if isinstance(query, str) else query
    asked = _Asked(user, parsed, filters, order)
    # Newly changed things may still be in the index as they were.
    is_behind = SearchOutbox.objects.exists()
    answer = None if is_behind and page * limit <= EXAMINED else _quick(asked, page, limit)
    if answer is None or (is_behind and not answer.found) or _tells_of_few(asked, answer.results):
        answer = _examined(asked)
    return _finished(asked, answer, page, limit)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A search as the backend is asked for it."""

    user: access.Person
    query: Query
    filters: Filters
    order: Order

    def results(self, offset: int, limit: int) -> Results:
        """A slice of what the index says this person may see."""
        kinds = kinds_for(self.user)
        wish = Wish(filters=_for_kinds(self.filters, kinds), offset=offset, limit=limit, order=self.order)
        results = backend().search(self.query, access.audiences_of(self.user), wish)
        return replace(results, facets=_known(self.user, results.facets, kinds))

    def without(self, facet: str) -> "_Asked":
        """The same, not kept to any value of this facet."""
        choice = replace(self.filters.choices[facet], only=frozenset())
        return replace(self, filters=replace(self.filters, choices={**self.filters.choices, facet: choice}))


def _for_kinds(filters: Filters, kinds: set[str]) -> Filters:
    """The filters, kept to these kinds."""
    if kinds == set(KINDS):
        return filters
    chosen = filters.choices.get("kind", Choice())
    only = frozenset(kinds & chosen.only or {"nothing"}) if chosen.only else frozenset(kinds)
    return replace(filters, choices={**filters.choices, "kind": replace(chosen, only=only)})


def _known(
    user: access.Person, facets: Mapping[str, tuple[FacetCount, ...]], kinds: set[str]
) -> dict[str, tuple[FacetCount, ...]]:
    """The facets that this person may know of."""
    known = {**facets, "kind": tuple(facet for facet in facets.get("kind", ()) if facet.value in kinds)}
    if not access.reach_of(user).is_professional:
        known = {name: counts for name, counts in known.items() if name not in FOR_PROFESSIONALS}
    return known


def _found(hits: Sequence[Hit], rows: Mapping[str, Row]) -> list[Found]:
    return [Found(rows[hit.key], hit.title, hit.snippet, hit.score) for hit in hits if hit.key in rows]


def _quick(asked: _Asked, page: int, limit: int) -> Answer | None:
    """Only the hits of this page; None where one of them is not to be seen, or where there is no such page."""
    results = asked.results((page - 1) * limit, limit)
    found = _found(results.hits, rows_of(asked.user, (hit.key for hit in results.hits)))
    if len(found) < len(results.hits) or (results.total and not results.hits):
        return None
    return Answer(found, results, page)


def _tells_of_few(asked: _Asked, results: Results) -> bool:
    """Whether a narrowed facet counts things beside the hits that are few enough to be guessed at: look them up too."""
    counted = (sum(one.count for one in results.facets.get(name, ())) for name in FACETS if asked.filters.only(name))
    return any(results.total < count <= EXAMINED for count in counted)


def _examined(asked: _Asked) -> Answer:
    """Look up all of the first hits, and count over what is left of them.

    A facet that is narrowed counts what lies outside the choice too, so that is looked up as well.
    """
    results = asked.results(0, EXAMINED)
    counted = dict.fromkeys(FACETS, results)
    counted |= {name: asked.without(name).results(0, EXAMINED) for name in FACETS if asked.filters.only(name)}
    keys = {hit.key for one in (results, *counted.values()) for hit in one.hits}
    rows = rows_of(asked.user, keys)
    facets = {name: counts for name, one in counted.items() if (counts := _counts(name, one, rows)) is not None}
    found = _found(results.hits, rows)
    left = results.total - (len(results.hits) - len(found))
    return Answer(found, replace(results, total=left, facets=facets), page=0)


def _counts(facet: str, results: Results, rows: Mapping[str, Row]) -> tuple[FacetCount, ...] | None:
    """The counts of a facet over what may be seen; None where more was found than was looked up."""
    seen = [rows[hit.key] for hit in results.hits if hit.key in rows]
    if len(seen) == len(results.hits):
        return results.facets.get(facet)
    if results.total > EXAMINED or facet not in results.facets:
        return None
    counter = Counter(value for row in seen if (value := row.values()[facet]))
    return tuple(FacetCount(value, number) for value, number in counter.most_common())


def _finished(asked: _Asked, answer: Answer, page: int, limit: int) -> Answer:
    """The asked page, with the communities that it names; visitors learn nothing of communities and people."""
    if not answer.page:
        page = max(1, min(page, (len(answer.found) - 1) // limit + 1))
        answer = replace(answer, page=page, found=answer.found[(page - 1) * limit :][:limit])
    user = asked.user
    wanted = {int(facet.value) for facet in answer.results.facets.get("community", ())}
    wanted |= {one.row.community_id for one in answer.found}
    communities = access.visible_to(user, Community.objects.filter(pk__in=wanted)).in_bulk() if wanted else {}
    files = _attachments(answer.found)
    in_tags, in_author = _marker(asked.query, "tags"), _marker(asked.query, "author")
    found = [
        replace(
            one,
            community=communities.get(one.row.community_id),
            tags=tuple(mark(tag, places) for tag in one.row.tags if (places := in_tags.matches(tag))),
            author=mark(one.row.author, in_author.matches(one.row.author)),
            attachment=files.get(f"{one.row.kind}:{one.row.pk}"),
        )
        for one in answer.found
    ]
    results = replace(answer.results, corrections=_borne_out(answer.results.corrections, found))
    return replace(answer, found=found, communities=communities, results=results)


def _attachments(found: Sequence[Found]) -> dict[str, Attachment]:
    """The files among these results, which the reader was found to see, with what they belong to; by key."""
    pks = [one.row.pk for one in found if one.row.kind == "attachment"]
    if not pks:
        return {}
    rows = Attachment.objects.select_related("file", "practice", "post__thread").filter(pk__in=pks)
    return {f"attachment:{row.pk}": row for row in rows}


def _borne_out(corrections: Sequence[Correction], found: Sequence[Found]) -> tuple[Correction, ...]:
    """The corrections that a result shows: other words may come from what the reader may not see any more."""
    shown = [fold(part.text) for one in found for part in (*one.title, *one.snippet) if part.is_match]
    return tuple(
        one for one in corrections if any(one.instead in text or stem(text) == stem(one.instead) for text in shown)
    )


def _marker(query: Query, field: str) -> Marker:
    """Marks the words of the query that count in this field."""
    words: set[str] = set()
    prefixes: set[str] = set()
    for term in query.terms:
        if term.field in ("", field):
            texts = term.words if isinstance(term, Phrase) else (term.text,)
            folded = {word for word in map(fold, texts) if term.field or not is_stop_word(word)}
            (prefixes if isinstance(term, Word) and term.is_prefix else words).update(folded)
    return Marker(words, {stem(word) for word in words}, prefixes)
