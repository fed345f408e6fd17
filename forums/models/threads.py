"""A thread is a conversation; its posts are numbered without gaps, and the first one opens it."""

from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.models import Content

POSTS_PER_PAGE = 50


class ThreadQuerySet(models.QuerySet["Thread"]):
    """Selections of threads."""

    def for_list(self) -> "ThreadQuerySet":
        """With what a list shows of each, pinned ones first and then the latest talk."""
        return self.select_related("community", "author", "last_author").order_by(
            models.F("pinned_at").desc(nulls_last=True), "-last_post_at", "-pk"
        )

    def by_latest_post(self) -> "ThreadQuerySet":
        """With what a list shows of each, the latest talk first."""
        return self.select_related("community", "author", "last_author").order_by("-last_post_at", "-pk")


class Thread(Content):
    """A conversation. Its counters are kept in the transaction of each post."""

    title = models.CharField(_("title"), max_length=150)
    # The number that was given last; the next post takes the next one, under this row's lock.
    last_number = models.PositiveIntegerField(default=0, editable=False)
    # What everybody who sees the thread sees of it: hidden posts and posts with a stricter label do not count here,
    # as the list would tell of them.
    post_count = models.PositiveIntegerField(default=0, editable=False)
    last_post_at = models.DateTimeField(null=True, editable=False)
    last_author = models.ForeignKey("community.User", models.PROTECT, null=True, editable=False, related_name="+")
    pinned_at = models.DateTimeField(null=True, blank=True, editable=False)
    locked_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Where an imported thread came from; importing it again updates it.
    source_id = models.CharField(max_length=200, null=True, blank=True, editable=False)  # noqa: DJ001 - NULLs are distinct
    source_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        constraints = [models.UniqueConstraint(fields=["community", "source_id"], name="thread_source_once")]
        indexes = [
            models.Index(fields=["community", "-last_post_at"], name="thread_by_latest"),
            models.Index(fields=["audience", "-last_post_at"], name="thread_by_audience"),
        ]

    if TYPE_CHECKING:
        posts: models.Manager["Post"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The first page of the thread."""
        return reverse("thread", args=[self.pk])

    @property
    def reply_count(self) -> int:
        """How many answers everybody who sees the thread sees."""
        return max(self.post_count - 1, 0)


class Post(Content):
    """A contribution to a thread. Its HTML is made when it is written, as rendering dominates a thread's page."""

    containers = ("thread",)

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="posts")
    # Dense and never reused: pages are ranges of numbers, so a permanent link stays right whoever reads.
    number = models.PositiveIntegerField(editable=False)
    body = models.TextField(_("text"))
    html = models.TextField(editable=False)
    renderer = models.PositiveSmallIntegerField(default=1, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Given by the form: a double click or a retried request makes one post.
    idempotency_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["thread", "number"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="post_number_once"),
            models.UniqueConstraint(fields=["author", "idempotency_key"], name="post_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}#{self.number}"

    def get_absolute_url(self) -> str:
        """The permanent link: leads to the page of the thread on which the post stands."""
        return reverse("post", args=[self.pk])

    @property
    def anchor(self) -> str:
        """The name of its place on the page."""
        return f"post-{self.number}"

    @property
    def page(self) -> int:
        """The page of its thread, counted from 1."""
        return (self.number - 1) // POSTS_PER_PAGE + 1

    @property
    def is_opening(self) -> bool:
        """Whether this post opened the thread."""
        return self.number == 1
