"""Making a community, and saying what it is for, how people come in and how widely it may share."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from community import access, markdown
from community.audit import record
from community.models import Community, Content, Label, Membership, Openness, Role, User
from community.signals import access_changed

TEXTS = ("introduction", "agenda")
# What decides who comes in and who sees: for owners and administrators.
RULES = ("theme", "openness", "widest_label")
# The right that it takes to change a field, on top of editing.
FIELD_RIGHTS = {
    **dict.fromkeys(RULES, "community.change_roles"),
    "agenda": "community.edit_agenda",
    "is_offered": "community.offer",
}


def create_community(*, actor: User, owner: User, **fields: Any) -> Community:
    """A new community with its first owner. Raises PermissionDenied, or ValidationError for its fields."""
    access.require(actor, "community.create")
    with transaction.atomic():
        community = Community(**fields)
        _render(community)
        community.full_clean()
        community.save()
        Membership.objects.create(community=community, person=owner, role=Role.OWNER)
        record("community.created", actor=actor, community=community, person=owner, openness=community.openness)
        transaction.on_commit(lambda: access_changed.send(sender=Community, people=[owner.pk]))
    return community


def edit_community(*, actor: User, community: Community, **fields: Any) -> Community:
    """Other texts or other rules. Raises Http404, PermissionDenied, or ValidationError for its fields."""
    with transaction.atomic():
        community = Community.objects.select_for_update().get(pk=community.pk)
        access.require(actor, "community.edit", community)
        changed = sorted(name for name, value in fields.items() if getattr(community, name) != value)
        for right in sorted({FIELD_RIGHTS[name] for name in changed if name in FIELD_RIGHTS}):
            access.require(actor, right, community)
        if not access.can(actor, "community.widen", community):
            _refuse_to_widen(community, {name: fields[name] for name in changed})
        for name in changed:
            setattr(community, name, fields[name])
        _render(community)
        community.full_clean()
        if "openness" in changed:
            _refuse_to_hide_what_is_shared(community)
        community.save()
        if changed:
            record("community.edited", actor=actor, community=community, fields=changed)
        if set(changed) & set(RULES):
            transaction.on_commit(lambda: access_changed.send(sender=Community, people=[]))
    return community


def locked_fields(*, actor: User, community: Community) -> list[str]:
    """The fields of a community that this person may not change."""
    return [name for name, right in FIELD_RIGHTS.items() if not access.can(actor, right, community)]


def _render(community: Community) -> None:
    for name in TEXTS:
        try:
            setattr(community, f"{name}_html", markdown.render(getattr(community, name)))
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error


def _refuse_to_widen(community: Community, fields: Mapping[str, Any]) -> None:
    """Who does not own a community leaves it as closed as it is."""
    openness, label = fields.get("openness"), fields.get("widest_label")
    errors = {}
    if openness and Openness(openness).is_wider_than(community.openness):
        errors["openness"] = _("Only an owner can let more people come in.")
    if label and Label(label).is_wider_than(community.widest_label):
        errors["widest_label"] = _("Only an owner can allow a wider label.")
    if errors:
        raise ValidationError(errors)


def _refuse_to_hide_what_is_shared(community: Community) -> None:
    """A hidden community shares nothing outside: what is labelled wider must be narrowed first."""
    if community.openness != Openness.HIDDEN:
        return
    wide = {"community": community, "label__in": [Label.CLEAR, Label.GREEN]}
    kinds = [model for model in apps.get_models() if issubclass(model, Content)]
    if any(model._default_manager.filter(**wide).exists() for model in kinds):
        raise ValidationError(
            {"openness": _("This community has content that others can see. Give it TLP:AMBER or narrower first.")}
        )
