"""Writing the audit log: one line per decision, inside the transaction that decides."""

from typing import Any

from community.models import AuditEvent, Community, User


def record(
    action: str,
    *,
    actor: User | None,
    community: Community | None = None,
    person: User | None = None,
    target: Any = None,
    **details: Any,
) -> AuditEvent:
    """Append one event. `details` hold codes, labels and keys; never content, names of things or reasons' texts."""
    return AuditEvent.objects.create(
        action=action,
        actor=actor,
        community=community,
        person=person,
        target=f"{target._meta.model_name}:{target.pk}" if target is not None else "",
        details=details,
    )
