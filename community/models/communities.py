"""Themes, communities and the rows that say who is in them, who asks to be, and who may not."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.models.labels import Audience, Label


class Theme(models.Model):
    """A subject that the alliance prioritises."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    slug = models.SlugField(unique=True)
    introduction = models.TextField(_("introduction"), blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name

    def get_absolute_url(self) -> str:
        """The theme's page."""
        return reverse("theme", args=[self.slug])


class Openness(models.TextChoices):
    """How people come in."""

    OPEN = "open", _("Open: every professional may join")
    CLOSED = "closed", _("Closed: joining is asked for, the name and introduction are visible")
    HIDDEN = "hidden", _("Hidden: only members know that it exists")

    def is_wider_than(self, other: "Openness | str") -> bool:
        """Whether more people come in than by the other."""
        order = list(Openness)
        return order.index(self) < order.index(Openness(other))


class Role(models.TextChoices):
    """What a member is in a community, least first."""

    MEMBER = "member", _("Member")
    FACILITATOR = "facilitator", _("Facilitator")
    OWNER = "owner", _("Owner")

    @property
    def rank(self) -> int:
        """1 for a member, 3 for an owner."""
        return list(Role).index(self) + 1


class Community(models.Model):
    """A network within a theme, with members, threads, rooms, practices and events."""

    theme = models.ForeignKey(Theme, models.PROTECT, verbose_name=_("theme"), related_name="communities")
    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(unique=True)
    introduction = models.TextField(_("introduction"), help_text=_("You can use Markdown."))
    introduction_html = models.TextField(editable=False, default="")
    agenda = models.TextField(
        _("agenda"), blank=True, help_text=_("The coming meetings of this community. You can use Markdown.")
    )
    agenda_html = models.TextField(editable=False, default="", blank=True)
    openness = models.CharField(_("openness"), max_length=10, choices=Openness.choices, default=Openness.CLOSED)
    default_label = models.CharField(
        _("default label"),
        max_length=20,
        choices=Label.choices,
        default=Label.AMBER,
        help_text=_("The label that new contributions start with."),
    )
    widest_label = models.CharField(
        _("widest label"),
        max_length=20,
        choices=Label.choices,
        default=Label.GREEN,
        help_text=_("Members may not choose a label that more people can see."),
    )
    is_offered = models.BooleanField(
        _("name this community to people who search for what it is about"),
        default=False,
        help_text=_(
            "Professionals outside then read, under what they find, that this community may have more. It is found by "
            "its theme, name, introduction and open titles, never by what only members may see."
        ),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(openness="hidden") | ~models.Q(widest_label__in=["TLP:CLEAR", "TLP:GREEN"]),
                name="hidden_community_is_amber_or_narrower",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and make the audience of its members with it."""
        super().save(*args, **kwargs)
        Audience.objects.get_or_create(kind=Audience.Kind.COMMUNITY, community=self)

    def get_absolute_url(self) -> str:
        """The community's home."""
        return reverse("community", args=[self.slug])

    def clean(self) -> None:
        """Refuse a hidden community that may show things, and a default wider than the widest."""
        if self.openness == Openness.HIDDEN and Label(self.widest_label).is_wider_than(Label.AMBER):
            raise ValidationError({"widest_label": _("A hidden community holds TLP:AMBER or narrower only.")})
        if Label(self.default_label).is_wider_than(self.widest_label):
            raise ValidationError({"default_label": _("The default label cannot be wider than the widest label.")})

    def labels(self) -> list[Label]:
        """The labels that members may choose here, widest first."""
        return [label for label in Label if not label.is_wider_than(self.widest_label)]


class Membership(models.Model):
    """A row means: in."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.MEMBER)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["community__name", "person__name"]
        constraints = [models.UniqueConstraint(fields=["community", "person"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.community_id}"

    @property
    def is_in_charge(self) -> bool:
        """Whether this member facilitates or owns the community."""
        return Role(self.role).rank > Role.MEMBER.rank


class JoinRequest(models.Model):
    """A row means: asks to be in. The decision removes the row; the audit log keeps what was decided."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="join_requests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="join_requests")
    motivation = models.TextField(_("motivation"), max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["community", "person"], name="asks_once")]

    def __str__(self) -> str:
        return f"{self.person_id} asks {self.community_id}"


class Ban(models.Model):
    """A row means: may not come in again until a facilitator lifts it."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="bans")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bans")
    reason = models.TextField(_("reason"), max_length=2000)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["community", "person"], name="banned_once")]

    def __str__(self) -> str:
        return f"{self.person_id} banned from {self.community_id}"
