"""The nouns of the base, one file each."""

from community.models.audit import AuditEvent
from community.models.communities import Ban, Community, JoinRequest, Membership, Openness, Role, Theme
from community.models.content import Content
from community.models.files import StoredFile
from community.models.labels import Audience, AudiencePerson, Label
from community.models.organisations import Appointment, Function, MailDomain, Organisation
from community.models.outbox import MailOutbox, Outbox
from community.models.people import User
from community.models.stamp import AccessStamp
from community.models.texts import FileText, Reason, TextOutbox, TextState

__all__ = [
    "AccessStamp",
    "Appointment",
    "Audience",
    "AudiencePerson",
    "AuditEvent",
    "Ban",
    "Community",
    "Content",
    "FileText",
    "Function",
    "JoinRequest",
    "Label",
    "MailDomain",
    "MailOutbox",
    "Membership",
    "Openness",
    "Organisation",
    "Outbox",
    "Reason",
    "Role",
    "StoredFile",
    "TextOutbox",
    "TextState",
    "Theme",
    "User",
]
