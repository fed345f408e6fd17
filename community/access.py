"""The one access policy: who may see and do what. Every door of the site asks here and nowhere else.

Three answers about seeing that must agree (tests/community/test_access_agreement.py walks them all):
`sees(user, thing)`, `visible_to(user, queryset)` and `audience_of(thing)`. One table of rights, RIGHTS,
for doing; `can` reads it and `require` raises. A right never reaches further than sight: what a person
may not see does not exist for them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from community.models import (
    Audience,
    AudiencePerson,
    Ban,
    Community,
    Content,
    JoinRequest,
    Label,
    Membership,
    Openness,
    Role,
    User,
)

Person = User | AnonymousUser
Rows = TypeVar("Rows", bound=QuerySet[Any])

NOTHING = Q(pk__in=[])

# Who a right is for. One person is several of these at once towards a thing.
VISITOR = "visitor"  # anybody, also who is not logged in
PROFESSIONAL = "professional"  # active and approved
MEMBER = "member"
AUTHOR = "author"  # wrote the thing, and is still a member of its community
FACILITATOR = "facilitator"
OWNER = "owner"
ADMINISTRATOR = "administrator"  # manages people and communities, reads no content by it
SELF = "self"

RIGHTS: dict[str, frozenset[str]] = {
    # communities
    "community.view": frozenset({PROFESSIONAL}),
    "community.join": frozenset({PROFESSIONAL}),
    "community.request": frozenset({PROFESSIONAL}),
    "community.leave": frozenset({MEMBER}),
    "community.see_members": frozenset({MEMBER, ADMINISTRATOR}),
    "community.edit": frozenset({FACILITATOR, ADMINISTRATOR}),
    "community.edit_agenda": frozenset({FACILITATOR}),
    # Who administers the site cannot let anybody in, nor widen who may come in or see: it would open every community.
    "community.decide_requests": frozenset({FACILITATOR}),
    "community.widen": frozenset({OWNER}),
    "community.remove_member": frozenset({FACILITATOR, ADMINISTRATOR}),
    "community.ban": frozenset({FACILITATOR, ADMINISTRATOR}),
    "community.change_roles": frozenset({OWNER, ADMINISTRATOR}),
    "community.create": frozenset({ADMINISTRATOR}),
    # people and the site
    "person.view": frozenset({PROFESSIONAL}),
    "person.edit": frozenset({SELF}),
    "person.approve": frozenset({ADMINISTRATOR}),
    "person.deactivate": frozenset({ADMINISTRATOR}),
    "site.administer": frozenset({ADMINISTRATOR}),
    # threads and posts
    "thread.view": frozenset({VISITOR}),
    "thread.start": frozenset({MEMBER}),
    "thread.reply": frozenset({MEMBER}),
    "thread.edit": frozenset({AUTHOR, FACILITATOR}),
    "thread.hide": frozenset({FACILITATOR}),
    "thread.lock": frozenset({FACILITATOR}),
    "thread.pin": frozenset({FACILITATOR}),
    "thread.raise_label": frozenset({MEMBER}),
    "thread.lower_label": frozenset({AUTHOR, FACILITATOR}),
    "post.view": frozenset({VISITOR}),
    "post.edit": frozenset({AUTHOR}),
    "post.hide": frozenset({FACILITATOR}),
    "attachment.view": frozenset({VISITOR}),
    # practices
    "practice.view": frozenset({VISITOR}),
    "practice.create": frozenset({MEMBER}),
    "practice.edit": frozenset({AUTHOR, FACILITATOR}),
    "practice.publish": frozenset({FACILITATOR}),
    "practice.hide": frozenset({FACILITATOR}),
    "practice.import": frozenset({FACILITATOR, ADMINISTRATOR}),
    "practice.raise_label": frozenset({MEMBER}),
    "practice.lower_label": frozenset({AUTHOR, FACILITATOR}),
    # chat
    "room.view": frozenset({PROFESSIONAL}),
    "room.create": frozenset({FACILITATOR}),
    "room.edit": frozenset({FACILITATOR}),
    "room.send": frozenset({MEMBER}),
    "message.view": frozenset({PROFESSIONAL}),
    "message.hide": frozenset({FACILITATOR}),
}


def _is_banned(user: Person, community: Community) -> bool:
    return Ban.objects.filter(community=community, person=cast(User, user)).exists()


def _may_come_in(openness: Openness) -> Callable[[Person, Any], bool]:
    def condition(user: Person, community: Community) -> bool:
        return (
            community.openness == openness
            and community.pk not in reach_of(user).roles
            and not _is_banned(user, community)
        )

    return condition


def _has_not_asked(user: Person, community: Community) -> bool:
    asked = JoinRequest.objects.filter(community=community, person=cast(User, user)).exists()
    return _may_come_in(Openness.CLOSED)(user, community) and not asked


# What must be so about the thing itself, on top of the right.
CONDITIONS: dict[str, Callable[[Person, Any], bool]] = {
    "community.join": _may_come_in(Openness.OPEN),
    "community.request": _has_not_asked,
    "thread.reply": lambda _user, thread: thread.locked_at is None and thread.hidden_at is None,
    "post.edit": lambda _user, post: post.thread.locked_at is None and post.hidden_at is None,
}


@dataclass(frozen=True)
class Reach:
    """How far a person can see: the keys of their audiences and their role in each community they are in."""

    audiences: frozenset[int] = frozenset()
    roles: dict[int, Role] = field(default_factory=dict)
    memberships: tuple[Membership, ...] = ()
    is_professional: bool = False
    is_administrator: bool = False

    def communities_as(self, *roles: Role) -> list[int]:
        """Keys of the communities in which the person holds one of these roles."""
        return [community for community, role in self.roles.items() if role in roles]

    @property
    def facilitated(self) -> list[int]:
        """Keys of the communities that the person facilitates or owns."""
        return self.communities_as(Role.FACILITATOR, Role.OWNER)


def reach_of(user: Person) -> Reach:
    """How far this person can see now. Two queries, or none where `remember` keeps the answer for a request."""
    remembered: Reach | None = getattr(user, "_reach", None)
    return remembered or _compute_reach(user)


def remember(user: Person) -> None:
    """Let this user object keep its reach. For objects that live as long as one request and no longer."""
    user._reach = _compute_reach(user)  # type: ignore[union-attr]


def remember_all(users: Iterable[User]) -> None:
    """`remember` for many at once. Three queries."""
    people = {user.pk: user for user in users}
    memberships: dict[int, list[Membership]] = {pk: [] for pk in people}
    for membership in Membership.objects.filter(person__in=people).select_related("community"):
        memberships[membership.person_id].append(membership)
    communities = {each.community_id for theirs in memberships.values() for each in theirs}
    kind = Audience.Kind
    shared = list(Audience.objects.filter(community__in=communities, kind__in=[kind.COMMUNITY, kind.COLLEAGUES]))
    named = Audience.objects.filter(kind=kind.NAMED, named__person__in=people)
    names = set(named.values_list("named__person", "pk", "community"))
    for pk, user in people.items():
        user._reach = _reach_from(user, memberships[pk], shared, {row[1:] for row in names if row[0] == pk})  # type: ignore[attr-defined]


def _reach_from(
    user: User, memberships: list[Membership], shared: list[Audience], named: set[tuple[int, int | None]]
) -> Reach:
    if not user.is_professional:
        return _compute_reach(user)
    mine = {membership.community_id for membership in memberships}
    audiences = {pk for pk, community in named if community in mine}
    for audience in shared:
        is_theirs = audience.kind == Audience.Kind.COMMUNITY or audience.organisation_id == user.organisation_id
        if audience.community_id in mine and is_theirs:
            audiences.add(audience.pk)
    return _professional_reach(user, memberships, audiences)


def _professional_reach(user: User, memberships: Iterable[Membership], audiences: Iterable[int]) -> Reach:
    memberships = tuple(memberships)
    return Reach(
        audiences=frozenset({Audience.EVERYONE_ID, Audience.PROFESSIONALS_ID, *audiences}),
        roles={membership.community_id: Role(membership.role) for membership in memberships},
        memberships=memberships,
        is_professional=True,
        is_administrator=user.is_administrator,
    )


def forget(user: Person) -> None:
    """Drop the remembered reach, because this very request changed it."""
    if hasattr(user, "_reach"):
        remember(user)


def _compute_reach(user: Person) -> Reach:
    if not isinstance(user, User) or not user.is_professional:
        return Reach(audiences=frozenset({Audience.EVERYONE_ID}) if settings.PUBLISH_CLEAR else frozenset())
    return _professional_reach(user, user.memberships.select_related("community"), _audiences_in_communities(user))


def _audiences_in_communities(user: User) -> QuerySet[Audience, int]:
    mine = Membership.objects.filter(person=user).values("community")
    kind = Audience.Kind
    return Audience.objects.filter(
        Q(kind=kind.COMMUNITY)
        | Q(kind=kind.COLLEAGUES, organisation=user.organisation_id)
        | Q(kind=kind.NAMED, named__person=user),
        community__in=mine,
    ).values_list("pk", flat=True)


def audiences_of(user: Person) -> frozenset[int]:
    """The keys of the audiences that this person belongs to. Empty means: sees nothing at all."""
    return reach_of(user).audiences


# -- Seeing one thing


def sees(user: Person, thing: Any) -> bool:
    """Whether this person may see this community, person or piece of content."""
    reach = reach_of(user)
    if isinstance(thing, Community):
        return _sees_community(reach, thing)
    if isinstance(thing, User):
        return reach.is_professional and (thing.is_professional or thing.pk == user.pk or reach.is_administrator)
    if isinstance(thing, Content):
        return _sees_content(user, reach, thing)
    raise TypeError(f"The policy does not know {type(thing).__name__}.")


def _sees_community(reach: Reach, community: Community) -> bool:
    if not reach.is_professional:
        return False
    return community.openness != Openness.HIDDEN or community.pk in reach.roles or reach.is_administrator


def _sees_content(user: Person, reach: Reach, thing: Content) -> bool:
    if thing.audience_id not in reach.audiences:
        return False
    if not all(_sees_content(user, reach, whole) for whole in thing.wholes()):
        return False
    facilitates = thing.community_id in reach.facilitated
    if thing.hidden_at is not None and not facilitates:
        return False
    is_draft = thing.draft_field is not None and getattr(thing, thing.draft_field) is None
    return not is_draft or facilitates or thing.author_id == user.pk


# -- Seeing many


def visible_to(user: Person, rows: Rows) -> Rows:
    """The rows of this selection that the person may see: communities, people or content."""
    reach = reach_of(user)
    model = rows.model
    if model is Community:
        return rows.filter(_community_filter(reach))
    if model is User:
        return rows.filter(_people_filter(user, reach))
    if issubclass(model, Content):
        return rows.filter(_content_filter(user, reach, model))
    raise TypeError(f"The policy does not know {model.__name__}.")


def _community_filter(reach: Reach) -> Q:
    if not reach.is_professional:
        return NOTHING
    if reach.is_administrator:
        return Q()
    return ~Q(openness=Openness.HIDDEN) | Q(pk__in=reach.roles)


def _people_filter(user: Person, reach: Reach) -> Q:
    if not reach.is_professional:
        return NOTHING
    if reach.is_administrator:
        return Q()
    return Q(is_active=True, approved_at__isnull=False) | Q(pk=user.pk)


def _content_filter(user: Person, reach: Reach, model: type[Content], prefix: str = "") -> Q:
    facilitated = reach.facilitated
    as_facilitator = Q(**{f"{prefix}community__in": facilitated}) if facilitated else NOTHING
    rows = Q(**{f"{prefix}audience__in": reach.audiences})
    rows &= Q(**{f"{prefix}hidden_at__isnull": True}) | as_facilitator
    if model.draft_field:
        as_author = Q(**{f"{prefix}author": user.pk}) if user.pk else NOTHING
        rows &= Q(**{f"{prefix}{model.draft_field}__isnull": False}) | as_facilitator | as_author
    for name in model.containers:
        part_of = model._meta.get_field(name)
        whole = _content_filter(user, reach, cast(type[Content], part_of.related_model), f"{prefix}{name}__")
        rows &= (whole | Q(**{f"{prefix}{name}__isnull": True})) if part_of.null else whole
    return rows


# -- The people behind one thing


def audience_of(thing: Content | Community) -> QuerySet[User]:
    """The professionals who may see this piece of content or this community: for mail, mentions, counts and sockets."""
    if isinstance(thing, Community):
        return _people_who_know_of(thing)
    people = people_in(thing.audience)
    in_charge = Q(memberships__community=thing.community_id, memberships__role__in=[Role.FACILITATOR, Role.OWNER])
    if thing.hidden_at is not None:
        people = people.filter(in_charge)
    if thing.draft_field is not None and getattr(thing, thing.draft_field) is None:
        people = people.filter(in_charge | Q(pk=thing.author_id))
    for whole in thing.wholes():
        people = people.filter(pk__in=audience_of(whole).values("pk"))
    return people.distinct()


def _people_who_know_of(community: Community) -> QuerySet[User]:
    people = User.objects.professionals()
    if community.openness != Openness.HIDDEN:
        return people
    members = Membership.objects.filter(community=community).values("person")
    return people.filter(Q(pk__in=members) | Q(is_administrator=True))


def people_in(audience: Audience) -> QuerySet[User]:
    """The professionals of an audience, whatever else decides about a thing that has it."""
    return User.objects.professionals().filter(_people_of(audience))


def named_in(thing: Content) -> list[User]:
    """The people to whom TLP:RED shows this, by name, for those who are among them; nobody for another label."""
    if thing.get_label() != Label.RED:
        return []
    named = AudiencePerson.objects.filter(audience=thing.audience_id).values("person")
    return list(User.objects.professionals().filter(pk__in=named, memberships__community=thing.community_id))


def _people_of(audience: Audience) -> Q:
    if audience.kind in (Audience.Kind.EVERYONE, Audience.Kind.PROFESSIONALS):
        return Q()
    members = Q(pk__in=Membership.objects.filter(community=audience.community_id).values("person"))
    if audience.kind == Audience.Kind.COLLEAGUES:
        return members & Q(organisation=audience.organisation_id)
    if audience.kind == Audience.Kind.NAMED:
        return members & Q(pk__in=audience.named.values("person"))
    return members


# -- Doing


def can(user: Person, action: str, thing: Any = None) -> bool:
    """Whether this person may do this to this thing now. `thing` is the community for things yet to be made."""
    if thing is not None and not sees(user, thing):
        return False
    if RIGHTS[action].isdisjoint(_parts_played(user, thing)):
        return False
    condition = CONDITIONS.get(action)
    return condition is None or condition(user, thing)


def _parts_played(user: Person, thing: Any) -> set[str]:
    """Everything that this person is towards this thing."""
    reach = reach_of(user)
    parts = {VISITOR}
    if not reach.is_professional:
        return parts
    parts.add(PROFESSIONAL)
    if reach.is_administrator:
        parts.add(ADMINISTRATOR)
    if isinstance(thing, User):
        return parts | ({SELF} if thing.pk == user.pk else set())
    community = thing.pk if isinstance(thing, Community) else getattr(thing, "community_id", None)
    role = reach.roles.get(community) if community else None
    if role is None:
        return parts
    parts |= {name for name, least in _LEAST_ROLE.items() if role.rank >= least.rank}
    if getattr(thing, "author_id", None) == user.pk:
        parts.add(AUTHOR)
    return parts


_LEAST_ROLE = {MEMBER: Role.MEMBER, FACILITATOR: Role.FACILITATOR, OWNER: Role.OWNER}


def require(user: Person, action: str, thing: Any = None) -> None:
    """Return when the person may; raise Http404 for what they cannot see, else PermissionDenied."""
    if thing is not None and not sees(user, thing):
        raise Http404
    if not can(user, action, thing):
        raise PermissionDenied


def rights(user: Person, thing: Any, actions: Iterable[str]) -> dict[str, bool]:
    """For templates: each action as `verb: may`, the noun left off ({"lock": True, "reply": False})."""
    return {action.split(".")[1]: can(user, action, thing) for action in actions}


def labels_for(user: Person, community: Community, whole: Content | None = None) -> list[Label]:
    """The labels that this person may give to something new here, or to a part of `whole`; widest first."""
    widest = Label.strictest(community.widest_label, *([whole.label] if whole else []))
    labels = [label for label in Label if not label.is_wider_than(widest)]
    has_organisation = isinstance(user, User) and user.organisation_id is not None
    return [label for label in labels if has_organisation or label != Label.AMBER_STRICT]
