"""The organisations people work for, their mail domains, and the functions people hold there."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


class Organisation(models.Model):
    """A municipality, police unit, prosecution service or care organisation."""

    class Kind(models.TextChoices):
        """What sort of organisation it is."""

        MUNICIPALITY = "municipality", _("Municipality")
        POLICE = "police", _("Police")
        PROSECUTION = "prosecution", _("Public Prosecution Service")
        CARE = "care", _("Care organisation")
        OTHER = "other", _("Other")

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.MUNICIPALITY)

    class Meta:
        ordering = ["name"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name


class MailDomain(models.Model):
    """A mail domain whose verified addresses belong to an organisation and are let in without approval."""

    domain = models.CharField(_("domain"), max_length=253, unique=True, help_text=_("In lower case, without @."))
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="domains")

    class Meta:
        ordering = ["domain"]
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")

    def __str__(self) -> str:
        return self.domain

    def clean(self) -> None:
        """Keep a plain domain in lower case, letters of other scripts in their ASCII form."""
        domain = self.domain.strip().lower().removeprefix("@")
        try:
            self.domain = domain.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise ValidationError({"domain": _("This is not a mail domain.")}) from error
        if not DOMAIN.fullmatch(self.domain):
            raise ValidationError({"domain": _("This is not a mail domain.")})


class Function(models.Model):
    """What somebody is in their organisation: CISO, aandachtsfunctionaris mensenhandel, adviseur OOV."""

    name = models.CharField(_("name"), max_length=120, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("function")
        verbose_name_plural = _("functions")

    def __str__(self) -> str:
        return self.name


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Selections of appointments."""

    def current(self) -> "AppointmentQuerySet":
        """Those that hold today."""
        today = timezone.localdate()
        return self.filter(starts_on__lte=today).exclude(ends_on__lt=today)


class Appointment(models.Model):
    """A person holds a function in an organisation, nominated by it and for a limited time."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="appointments")
    function = models.ForeignKey(Function, models.PROTECT, related_name="appointments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="appointments")
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "function", "organisation", "starts_on"], name="appointment_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="appointment_ends_after_it_starts",
            ),
        ]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")

    def __str__(self) -> str:
        return f"{self.person}: {self.function} ({self.organisation})"
