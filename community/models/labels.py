"""Labels (the Traffic Light Protocol 2.0 of FIRST) and the audiences that they become."""

from django.conf import settings
from django.db import models


class Label(models.TextChoices):
    """One of the five labels, widest first. Never translated, written exactly so."""

    CLEAR = "TLP:CLEAR", "TLP:CLEAR"
    GREEN = "TLP:GREEN", "TLP:GREEN"
    AMBER = "TLP:AMBER", "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT", "TLP:AMBER+STRICT"
    RED = "TLP:RED", "TLP:RED"

    @property
    def strictness(self) -> int:
        """0 for the widest label, 4 for the strictest."""
        return list(Label).index(self)

    def is_wider_than(self, other: "Label | str") -> bool:
        """Whether more people may see this label than the other."""
        return self.strictness < Label(other).strictness

    @property
    def css(self) -> str:
        """The part of a class name that stands for this label: clear, green, amber, amber-strict, red."""
        return self.value.removeprefix("TLP:").lower().replace("+", "-")

    @classmethod
    def strictest(cls, *labels: "Label | str") -> "Label":
        """The narrowest of the labels given: a part is never wider than its container."""
        return max((cls(label) for label in labels), key=lambda label: label.strictness)


class Audience(models.Model):
    """Who may see a row: the one key on every piece of content, in SQL, in the index and on the sockets."""

    class Kind(models.TextChoices):
        """How the people of an audience are found."""

        EVERYONE = "everyone"  # TLP:CLEAR: professionals, and visitors where the site allows it
        PROFESSIONALS = "professionals"  # TLP:GREEN
        COMMUNITY = "community"  # TLP:AMBER
        COLLEAGUES = "colleagues"  # TLP:AMBER+STRICT: members who belong to the author's organisation
        NAMED = "named"  # TLP:RED

    # The two audiences that belong to no community have fixed keys, made by the first migration.
    EVERYONE_ID = 1
    PROFESSIONALS_ID = 2

    kind = models.CharField(max_length=20, choices=Kind.choices)
    community = models.ForeignKey("community.Community", models.CASCADE, null=True, related_name="audiences")
    organisation = models.ForeignKey("community.Organisation", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community"], condition=models.Q(kind="community"), name="one_audience_per_community"
            ),
            models.UniqueConstraint(
                fields=["community", "organisation"],
                condition=models.Q(kind="colleagues"),
                name="one_audience_per_community_and_organisation",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["everyone", "professionals"], community__isnull=True)
                | (models.Q(kind__in=["community", "colleagues", "named"], community__isnull=False)),
                name="audience_community_fits_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="colleagues", organisation__isnull=False)
                | (~models.Q(kind="colleagues") & models.Q(organisation__isnull=True)),
                name="audience_organisation_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.community_id or ''}".strip()


class AudiencePerson(models.Model):
    """A person named in a TLP:RED audience. It counts while the person is a member of the community."""

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="named")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audience", "person"], name="named_once")]

    def __str__(self) -> str:
        return f"{self.audience_id}: {self.person_id}"
