"""What the base does when something happens elsewhere: proved addresses, and sessions that end."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, email_confirmed, password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from community.actions.people import follow_address
from community.live.hub import end_sockets, look_again
from community.models import User
from community.signals import access_changed, sessions_ended


@receiver(user_logged_out)
def end_session(request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    """A session that logs out takes its sockets with it."""
    key = request.session.session_key
    if key:
        transaction.on_commit(lambda: sessions_ended.send(sender=User, people=[], session_keys=[key]))


@receiver([password_changed, password_set, password_reset])
def end_all_sessions(user: User, **_kwargs: Any) -> None:
    """A new password ends every session, and so every socket, of the person."""
    transaction.on_commit(lambda: sessions_ended.send(sender=User, people=[user.pk], session_keys=[]))


@receiver(sessions_ended)
def close_ended_sockets(people: list[int], session_keys: list[str], **_kwargs: Any) -> None:
    """Whose session ended hears nothing more."""
    end_sockets(people, session_keys)


@receiver(access_changed)
def look_who_may_stay(**_kwargs: Any) -> None:
    """Whoever may see less now is put out of what they listen to."""
    look_again()


@receiver(email_confirmed)
def follow_confirmed_address(email_address: EmailAddress, **_kwargs: Any) -> None:
    """An address was proved: it may let somebody in. One beside the address in use changes nothing yet."""
    person = email_address.user
    if email_address.primary or person.approved_at is None:
        follow_address(person=person, email=email_address.email)


@receiver(email_changed)
def follow_changed_address(user: User, to_email_address: EmailAddress, **_kwargs: Any) -> None:
    """Another address is in use now, and it was proved before."""
    if to_email_address.verified:
        follow_address(person=user, email=to_email_address.email)
