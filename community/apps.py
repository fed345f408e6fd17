"""The community app."""

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.core.management.color import no_style
from django.db import connections
from django.db.models.signals import post_migrate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from community.models import Community


def make_wide_audiences(using: str, **_kwargs: Any) -> None:
    """Make the two audiences that belong to no community and have fixed keys, where they are missing."""
    from community.models import Audience

    connection = connections[using]
    if Audience._meta.db_table not in connection.introspection.table_names():
        return
    kinds = {
        Audience.EVERYONE_ID: Audience.Kind.EVERYONE,
        Audience.PROFESSIONALS_ID: Audience.Kind.PROFESSIONALS,
    }
    rows = [Audience(pk=pk, kind=kind) for pk, kind in kinds.items()]
    Audience.objects.using(using).bulk_create(rows, ignore_conflicts=True)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Audience]):
            cursor.execute(statement)


def _sees_members(request: HttpRequest, community: "Community") -> bool:
    from community import access

    return access.can(request.user, "community.see_members", community)


class CommunityConfig(AppConfig):
    """Wires the receivers and, after migrating, the two audiences that every site has."""

    name = "community"
    verbose_name = _("Community")

    def ready(self) -> None:
        """Import what registers itself."""
        from community import receivers, registry  # noqa: F401
        from community.emails import deliver_mails
        from community.health import register_check
        from community.jobs import Job, register_job
        from community.live import relay
        from community.texts import read_due
        from community.triggers import keep_triggers

        post_migrate.connect(make_wide_audiences, sender=self)
        post_migrate.connect(keep_triggers, sender=self)
        register_check("redis", relay.answers)
        register_job(Job("mail", deliver_mails, every=2))
        register_job(Job("texts", read_due, every=2, is_slow=True))
        registry.add_menu_item(registry.MenuItem(_("Home"), "home", order=10))
        registry.add_menu_item(registry.MenuItem(_("Communities"), "communities", order=20))
        registry.add_tab(registry.Tab("home", _("Home"), "community", order=10))
        registry.add_tab(registry.Tab("members", _("Members"), "members", order=90, allowed=_sees_members))
