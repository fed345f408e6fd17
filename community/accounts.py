"""How accounts come to be: allauth asks this adapter."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter

from community.models import User


def display_name(user: User) -> str:
    """How a person is called in mails and messages."""
    return user.name or user.email


class AccountAdapter(DefaultAccountAdapter):
    """The site's choices about accounts."""

    def save_user(self, request: Any, user: User, form: Any, commit: bool = True) -> User:
        """Keep the name that was given at sign-up."""
        user.name = form.cleaned_data.get("name", "")
        return super().save_user(request, user, form, commit)
