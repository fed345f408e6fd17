"""Loads who there is in the demo alliance: organisations, functions, themes, people, communities and memberships."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from community import audit
from community.markdown import render
from community.models import (
    Appointment,
    Community,
    Function,
    JoinRequest,
    MailDomain,
    Membership,
    Organisation,
    Role,
    Theme,
    User,
)
from config.demo import DOMAIN, PASSWORD
from config.demo.clock import chance


@dataclass
class Cast:
    """Everybody and every community by key, and which of them this run made."""

    people: dict[str, User] = field(default_factory=dict)
    communities: dict[str, Community] = field(default_factory=dict)
    themes: dict[str, Theme] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    new_people: set[str] = field(default_factory=set)
    new_communities: set[str] = field(default_factory=set)


def load_alliance(texts: dict[str, Any], now: datetime) -> Cast:
    """Make what is missing; leave what is there as its users made it."""
    cast = Cast()
    _load_organisations(cast, texts["organisations"])
    _load_functions(cast, texts["people"])
    _load_themes(cast, texts["themes"])
    _load_people(cast, texts["people"], now)
    _load_communities(cast, texts["communities"], now)
    for row in texts["communities"]:
        _load_members(cast, row, now)
        _load_requests(cast, row, now)
    return cast


def email_of(row: dict[str, Any]) -> str:
    """The address of a person: the demo accounts have their own domain, others that of their organisation."""
    if row.get("account"):
        return f"{row['key']}@{DOMAIN}"
    return f"{row['key']}@{row.get('organisation', 'elders')}.{DOMAIN}"


def _load_organisations(cast: Cast, rows: list[dict[str, Any]]) -> None:
    cast.organisations = {found.slug: found for found in Organisation.objects.all()}
    for row in rows:
        if row["slug"] not in cast.organisations:
            organisation = Organisation.objects.create(**row)
            MailDomain.objects.get_or_create(domain=f"{row['slug']}.{DOMAIN}", defaults={"organisation": organisation})
            cast.organisations[row["slug"]] = organisation


def _load_functions(cast: Cast, rows: list[dict[str, Any]]) -> None:
    cast.functions = {found.name: found for found in Function.objects.all()}
    for name in sorted({row["function"] for row in rows if "function" in row} - set(cast.functions)):
        cast.functions[name] = Function.objects.create(name=name)


def _load_themes(cast: Cast, rows: list[dict[str, Any]]) -> None:
    cast.themes = {found.slug: found for found in Theme.objects.all()}
    for row in rows:
        if row["slug"] not in cast.themes:
            cast.themes[row["slug"]] = Theme.objects.create(**row)


def _load_people(cast: Cast, rows: list[dict[str, Any]], now: datetime) -> None:
    by_email = User.objects.in_bulk([email_of(row) for row in rows], field_name="email")
    cast.people = {row["key"]: by_email[email_of(row)] for row in rows if email_of(row) in by_email}
    missing = [row for row in rows if row["key"] not in cast.people]
    if not missing:
        return
    known = make_password(PASSWORD)  # once: hashing is slow by design
    for row in missing:
        cast.people[row["key"]] = _make_person(cast, row, known if row.get("account") else make_password(None), now)
        cast.new_people.add(row["key"])


def _make_person(cast: Cast, row: dict[str, Any], password: str, now: datetime) -> User:
    joined = now - timedelta(days=60 + chance(row["key"], 500))
    waits = row.get("waits", False)
    organisation = cast.organisations.get(row.get("organisation", ""))
    person = User.objects.create(
        email=email_of(row),
        name=row["name"],
        password=password,
        organisation=organisation,
        approved_at=None if waits else joined,
        date_joined=now - timedelta(days=2) if waits else joined,
        is_administrator=row.get("administrator", False),
        is_staff=row.get("administrator", False),
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    if organisation and "function" in row:
        function = cast.functions[row["function"]]
        starts = timezone.localdate(joined)
        Appointment.objects.create(person=person, function=function, organisation=organisation, starts_on=starts)
    return person


def _load_communities(cast: Cast, rows: list[dict[str, Any]], now: datetime) -> None:
    cast.communities = {found.slug: found for found in Community.objects.select_related("theme")}
    for row in rows:
        if row["slug"] in cast.communities:
            continue
        names = ("name", "slug", "introduction", "agenda", "openness", "default_label", "widest_label")
        given = {name: row[name] for name in names}
        community = Community(theme=cast.themes[row["theme"]], is_offered=row.get("is_offered", False), **given)
        community.introduction_html, community.agenda_html = render(row["introduction"]), render(row["agenda"])
        community.clean()
        community.save()
        Community.objects.filter(pk=community.pk).update(created_at=now - timedelta(days=600))
        cast.communities[row["slug"]] = community
        cast.new_communities.add(row["slug"])


def _load_members(cast: Cast, row: dict[str, Any], now: datetime) -> None:
    """Let people in, once: who left or was removed since then is not brought back by a second run."""
    roles = [(key, role) for role, keys in _roles(row).items() for key in keys]
    new = [(key, role) for key, role in roles if _is_new(cast, row["slug"], key)]
    if not new:
        return
    community = cast.communities[row["slug"]]
    Membership.objects.bulk_create(
        [Membership(community=community, person=cast.people[key], role=role) for key, role in new],
        ignore_conflicts=True,
    )
    for key, _role in new:
        joined = now - timedelta(days=40 + chance(f"{key} {row['slug']}", 400))
        Membership.objects.filter(community=community, person=cast.people[key]).update(joined_at=joined)
    for key in row.get("removed", []):
        owner = cast.people[row["owner"]]
        audit.record("membership.removed", actor=owner, community=community, person=cast.people[key])


def _roles(row: dict[str, Any]) -> dict[Role, list[str]]:
    return {Role.OWNER: [row["owner"]], Role.FACILITATOR: row["facilitators"], Role.MEMBER: row["members"]}


def _is_new(cast: Cast, slug: str, key: str) -> bool:
    return slug in cast.new_communities or key in cast.new_people


def _load_requests(cast: Cast, row: dict[str, Any], now: datetime) -> None:
    community = cast.communities[row["slug"]]
    for key, motivation in row.get("requests", {}).items():
        if _is_new(cast, row["slug"], key):
            person = cast.people[key]
            asked = JoinRequest.objects.create(community=community, person=person, motivation=motivation)
            JoinRequest.objects.filter(pk=asked.pk).update(created_at=now - timedelta(hours=5 + chance(key, 60)))
