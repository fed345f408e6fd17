"""How far a person can see: their audiences and their roles. Part of the access policy, which is what asks it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from community.models import Audience, Membership, Role, User

Person = User | AnonymousUser


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
