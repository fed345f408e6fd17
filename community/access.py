"""The one access policy: who may see and do what. Every door of the site asks here and nowhere else.

Three answers about seeing that must agree (tests/community/test_access_agreement.py walks them all):
`sees(user, thing)`, `visible_to(user, queryset)` and `audience_of(thing)`. One table of rights, RIGHTS,
for doing; `can` reads it and `require` raises. A right never reaches further than sight: what a person
may not see does not exist for them.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

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
from community.reach import Person, Reach, audiences_of, forget, reach_of, remember, remember_all

__all__ = [
    "RIGHTS", "Person", "Reach", "audience_of", "audiences_of", "can", "forget", "labels_for", "reach_of", "remember",
    "remember_all", "require", "rights", "sees", "visible_to",
]  # fmt: skip

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
    "community.offer": frozenset({OWNER}),  # name it to people outside who search for what it is about
    "community.see_demand": frozenset({FACILITATOR}),
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
    # what people asked for in vain
    "wish.pick_up": frozenset({PROFESSIONAL}),
    "wish.remove": frozenset({PROFESSIONAL}),
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


def _is_in_charge_somewhere(user: Person, _thing: Any) -> bool:
    reach = reach_of(user)
    return reach.is_administrator or bool(reach.facilitated)


# What must be so about the thing itself, on top of the right.
CONDITIONS: dict[str, Callable[[Person, Any], bool]] = {
    "community.join": _may_come_in(Openness.OPEN),
    "community.request": _has_not_asked,
    "wish.remove": _is_in_charge_somewhere,
    "thread.reply": lambda _user, thread: thread.locked_at is None and thread.hidden_at is None,
    "post.edit": lambda _user, post: post.thread.locked_at is None and post.hidden_at is None,
}


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
