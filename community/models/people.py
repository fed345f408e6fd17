"""The people of the site."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.models.organisations import Organisation


class UserManager(BaseUserManager["User"]):
    """Makes accounts; allauth and `createsuperuser` come here too."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new account with the mail address in lower case; without a password it cannot log in by one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An account that may use Django's admin; approved at once, as somebody has to be the first."""
        fields |= {
            "is_staff": True,
            "is_superuser": True,
            "is_administrator": True,
            "approved_at": timezone.now(),
        }
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account of a mail address, whatever its case."""
        return self.get(email__iexact=username)


class UserQuerySet(models.QuerySet["User"]):
    """Selections of people."""

    def professionals(self) -> "UserQuerySet":
        """Those who are let in: active and approved."""
        return self.filter(is_active=True, approved_at__isnull=False)

    def waiting(self) -> "UserQuerySet":
        """Those whose mail address is verified and who wait for an administrator."""
        return self.filter(is_active=True, approved_at__isnull=True, emailaddress__verified=True).distinct()


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. What they may see and do is decided in community/access.py only."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        related_name="people",
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_administrator = models.BooleanField(_("administers the site"), default=False)
    is_staff = models.BooleanField(_("may use Django's admin"), default=False)
    language = models.CharField(
        _("language"), max_length=2, default="nl", choices=[("nl", _("Dutch")), ("en", _("English"))]
    )
    date_joined = models.DateTimeField(_("account made at"), default=timezone.now)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.email

    def get_absolute_url(self) -> str:
        """The person's profile."""
        return reverse("person", args=[self.pk])

    @property
    def is_professional(self) -> bool:
        """Whether this person is let in: active and approved."""
        return self.is_active and self.approved_at is not None

    @property
    def initials(self) -> str:
        """At most two letters for the avatar."""
        words = [word for word in self.name.split() if word[:1].isalpha()]
        picked = [words[0], words[-1]] if len(words) > 1 else words
        return "".join(word[0].upper() for word in picked)
