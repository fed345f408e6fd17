"""Django's administration: organisations, functions, themes, accounts and the audit log. Never content.

The policy decides who may, as everywhere; communities and memberships are managed on the site's own pages.
"""

from typing import Any, cast

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from community import access
from community.audit import record
from community.models import Appointment, AuditEvent, Function, MailDomain, Organisation, Theme, User
from community.signals import access_changed


class Governed:
    """Lets in whoever administers the site, and nobody else."""

    def _may(self, request: HttpRequest) -> bool:
        return access.can(request.user, "site.administer")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the part is listed."""
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether it may be looked at."""
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether something may be added."""
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether it may be changed."""
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether it may be removed; the database refuses what is in use."""
        return self._may(request)


class Audited(Governed, admin.ModelAdmin):
    """Writes each change into the audit log, with the names of the fields and no values."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and note it."""
        super().save_model(request, obj, form, change)
        action = f"{obj._meta.model_name}.{'changed' if change else 'added'}"
        record(action, actor=cast(User, request.user), target=obj, fields=sorted(form.changed_data))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Note it, and remove."""
        record(f"{obj._meta.model_name}.removed", actor=cast(User, request.user), target=obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Remove one after another, each with its note."""
        for obj in queryset:
            self.delete_model(request, obj)


class MailDomains(Governed, admin.TabularInline):
    """The mail domains of an organisation."""

    model = MailDomain
    extra = 1


@admin.register(Organisation)
class OrganisationAdmin(Audited):
    """Organisations with their mail domains."""

    list_display = ["name", "kind"]
    list_filter = ["kind"]
    search_fields = ["name", "domains__domain"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MailDomains]


@admin.register(Function)
class FunctionAdmin(Audited):
    """What people can be."""

    search_fields = ["name"]


@admin.register(Theme)
class ThemeAdmin(Audited):
    """The subjects of the alliance."""

    list_display = ["name", "name_en"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Appointment)
class AppointmentAdmin(Audited):
    """Who holds which function, and how long."""

    list_display = ["person", "function", "organisation", "starts_on", "ends_on"]
    list_select_related = ["person", "function", "organisation"]
    autocomplete_fields = ["person", "function", "organisation"]
    search_fields = ["person__name", "function__name"]


@admin.register(User)
class UserAdmin(Audited):
    """Accounts: their employer and whether they administer. Passwords and approvals are not handled here."""

    list_display = ["name", "email", "organisation", "is_active", "is_administrator"]
    list_select_related = ["organisation"]
    list_filter = ["is_administrator", "is_active"]
    search_fields = ["name", "email"]
    fields = ["name", "email", "organisation", "is_administrator", "is_staff"]
    readonly_fields = ["email"]
    autocomplete_fields = ["organisation"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People sign up themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are closed, not removed: what people wrote keeps its author."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save and note it, and let the sockets look again."""
        super().save_model(request, obj, form, change)
        transaction.on_commit(lambda: access_changed.send(sender=User, people=[obj.pk]))


@admin.register(AuditEvent)
class AuditEventAdmin(Governed, admin.ModelAdmin):
    """The audit log, to read."""

    list_display = ["at", "action", "actor", "person", "community", "target", "details"]
    list_select_related = ["actor", "person", "community"]
    list_filter = ["action"]
    date_hierarchy = "at"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody writes it by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody removes from it."""
        return False
