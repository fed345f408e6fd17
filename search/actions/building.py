"""Asking for a new index; the worker builds it beside the old one, which answers meanwhile."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from community import access
from community.audit import record
from community.models import User
from search.models import IndexBuild


def ask_for_index(*, actor: User) -> IndexBuild:
    """Let the worker build the index anew. Raises ValidationError where that is going on or asked for already."""
    access.require(actor, "site.administer")
    with transaction.atomic():
        open_ones = IndexBuild.objects.filter(ended_at=None)
        if any(build.state != "silent" for build in open_ones):
            raise ValidationError(_("A new index is being built already, or waits for the worker."))
        build = IndexBuild.objects.create(asked_by=actor)
        record("search.index_asked", actor=actor)
    return build
