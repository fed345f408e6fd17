"""How accounts come to be: allauth asks this adapter."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import gettext_lazy as _

from community.models import User


def display_name(user: User) -> str:
    """How a person is called in mails and messages."""
    return user.name or user.email


class AccountAdapter(DefaultAccountAdapter):
    """The site's choices about accounts."""

    # allauth's own Dutch says "je" and "jou"; the site says "u".
    error_messages = DefaultAccountAdapter.error_messages | {
        "cannot_remove_primary_email": _("You cannot remove your main e-mail address."),
        "email_password_mismatch": _("This e-mail address and this password do not belong together."),
        "enter_current_password": _("Fill in your present password."),
        "rate_limited": _("You go too fast. Wait a moment and try again."),
    }

    def save_user(self, request: Any, user: User, form: Any, commit: bool = True) -> User:
        """Keep the name that was given at sign-up."""
        user.name = form.cleaned_data.get("name", "")
        return super().save_user(request, user, form, commit)
