"""From label to audience: the only place where an audience is chosen, so that the label stays the rule."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from community import access
from community.models import Audience, AudiencePerson, Community, Content, Label, Membership, User


def choose_audience(*, label: Label | str, community: Community, author: User, named: Iterable[User] = ()) -> Audience:
    """The audience of something new. Raises ValidationError for a label that cannot be had here.

    `named`: the people of a TLP:RED item; the author is always among them, and all must be members.
    """
    label = Label(label)
    if label not in access.labels_for(author, community):
        raise ValidationError(_("You cannot choose %(label)s in this community."), params={"label": label})
    kind = Audience.Kind
    if label == Label.CLEAR:
        return Audience.objects.get(pk=Audience.EVERYONE_ID)
    if label == Label.GREEN:
        return Audience.objects.get(pk=Audience.PROFESSIONALS_ID)
    if label == Label.AMBER:
        return Audience.objects.get(kind=kind.COMMUNITY, community=community)
    if label == Label.AMBER_STRICT:
        return Audience.objects.get_or_create(
            kind=kind.COLLEAGUES, community=community, organisation=author.organisation
        )[0]
    return _name_people(community, {author, *named})


def _name_people(community: Community, people: set[User]) -> Audience:
    members = set(Membership.objects.filter(community=community, person__in=people).values_list("person", flat=True))
    strangers = sorted(person.name for person in people if person.pk not in members)
    if strangers:
        raise ValidationError(
            _("Only members of this community can be named: %(names)s."),
            params={"names": ", ".join(strangers)},
        )
    audience = Audience.objects.create(kind=Audience.Kind.NAMED, community=community)
    AudiencePerson.objects.bulk_create(AudiencePerson(audience=audience, person=person) for person in people)
    return audience


def refuse_newcomers(thing: Content, named: Iterable[User]) -> None:
    """Raising a label shows a thing to nobody new: ValidationError where one of these is outside its audience."""
    named = set(named)
    readers = set(access.people_in(thing.audience).filter(pk__in=[person.pk for person in named]))
    newcomers = sorted(person.name for person in named - readers)
    if newcomers:
        raise ValidationError({"named": _("Only people who can see this now can be named: %s.") % ", ".join(newcomers)})


def choose_part_audience(
    *, label: Label | str | None, whole: Content, author: User, named: Iterable[User] = ()
) -> tuple[Label, Audience]:
    """Label and audience of a part: its container's, or a stricter one. Raises ValidationError for a wider one."""
    if label is None or Label(label) == whole.get_label():
        return whole.get_label(), whole.audience
    if Label(label).is_wider_than(whole.label):
        raise ValidationError(_("A part cannot have a wider label than %(label)s."), params={"label": whole.label})
    return Label(label), choose_audience(label=label, community=whole.community, author=author, named=named)
