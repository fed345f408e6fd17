"""Best practices: what was tried, under which conditions, with what result, and who to ask."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.models import Content, Theme


class Status(models.TextChoices):
    """Where a practice is in its life."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class Evidence(models.TextChoices):
    """The ladder of Movisie and NJi, lowest first."""

    NONE = "none", _("Not yet described")
    WELL_DESCRIBED = "well_described", _("Well described")
    WELL_FOUNDED = "well_founded", _("Well founded")
    FIRST_INDICATIONS = "first_indications", _("Effective: first indications")
    GOOD_INDICATIONS = "good_indications", _("Effective: good indications")
    STRONG_INDICATIONS = "strong_indications", _("Effective: strong indications")


class Tag(models.Model):
    """A word that practices share."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=70, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PracticeQuerySet(models.QuerySet["Practice"]):
    """Selections of practices."""

    def for_list(self) -> "PracticeQuerySet":
        """With what a list shows of each, the newest first. The long texts stay in the database."""
        return (
            self.select_related("community", "theme", "owner")
            .prefetch_related("tags")
            .defer("body", "html", "problem", "approach", "conditions", "cost", "result", "contact")
            .order_by("-published_at", "-pk")
        )

    def published(self) -> "PracticeQuerySet":
        """Those that are not drafts."""
        return self.filter(published_at__isnull=False)


class Practice(Content):
    """A best practice. `published_at` is empty while it is a draft."""

    draft_field = "published_at"
    SECTIONS = ("problem", "approach", "conditions", "cost", "result", "contact")

    title = models.CharField(_("title"), max_length=250)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    theme = models.ForeignKey(Theme, models.PROTECT, verbose_name=_("theme"), related_name="practices")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("owner"), related_name="practices_owned"
    )
    problem = models.TextField(_("problem"), blank=True)
    approach = models.TextField(_("approach"), blank=True)
    conditions = models.TextField(_("conditions"), blank=True)
    cost = models.TextField(_("cost"), blank=True)
    result = models.TextField(_("result"), blank=True)
    contact = models.TextField(_("contact"), blank=True)
    body = models.TextField(_("further text"), blank=True)
    html = models.JSONField(default=dict, editable=False)  # section name to rendered HTML
    renderer = models.PositiveSmallIntegerField(default=1, editable=False)
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="practices")
    evidence = models.CharField(_("evidence"), max_length=30, choices=Evidence.choices, default=Evidence.NONE)
    review_on = models.DateField(_("review date"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    # Provenance of an imported practice; importing the same source id again updates it.
    source_id = models.CharField(max_length=200, null=True, blank=True, editable=False)  # noqa: DJ001 - NULLs are distinct
    source = models.CharField(max_length=500, blank=True, editable=False)
    source_url = models.URLField(max_length=1000, blank=True, editable=False)
    licence = models.CharField(max_length=500, blank=True, editable=False)
    collection = models.CharField(max_length=200, blank=True, editable=False)
    # What the source's record was like at the last import: only a changed record touches the practice again.
    source_digest = models.CharField(max_length=64, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=5, default="nl")
    idempotency_key = models.UUIDField(null=True, blank=True, editable=False)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        constraints = [
            models.UniqueConstraint(fields=["community", "source_id"], name="practice_source_once"),
            models.UniqueConstraint(fields=["author", "idempotency_key"], name="practice_sent_once"),
        ]
        indexes = [
            models.Index(fields=["theme", "-published_at"], name="practice_by_theme"),
            models.Index(fields=["audience", "-published_at"], name="practice_by_audience"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The practice's page."""
        return reverse("practice", args=[self.pk])

    @property
    def status(self) -> Status:
        """Draft or published."""
        return Status.PUBLISHED if self.published_at else Status.DRAFT

    @property
    def is_overdue(self) -> bool:
        """Whether its review date has passed."""
        return self.review_on is not None and self.review_on < timezone.localdate()
