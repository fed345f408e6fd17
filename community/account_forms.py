"""allauth's forms in the words of this site; the settings name them in ACCOUNT_FORMS."""

from typing import Any

from allauth.account import forms as allauth_forms
from django.utils.translation import gettext_lazy as _


class EmailInOurWords:
    """The mail address is called the same on every page."""

    email_field = "email"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.email_field].label = _("E-mail address")  # type: ignore[attr-defined]


class NothingBeforeThePassword:
    """The page links to a new password below the form, so that Tab leads from the address to the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""  # type: ignore[attr-defined]


class LoginForm(EmailInOurWords, NothingBeforeThePassword, allauth_forms.LoginForm):
    """Logging in."""

    email_field = "login"


class ReauthenticateForm(NothingBeforeThePassword, allauth_forms.ReauthenticateForm):
    """Giving the password once more."""


class SignupForm(EmailInOurWords, allauth_forms.SignupForm):
    """Making an account: who one is comes first."""

    field_order = ("name", "email", "password1")


class ResetPasswordForm(EmailInOurWords, allauth_forms.ResetPasswordForm):
    """Asking for a new password."""


class AddEmailForm(EmailInOurWords, allauth_forms.AddEmailForm):
    """Changing the mail address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")


class ChangeEmailForm(EmailInOurWords, allauth_forms.ChangeEmailForm):
    """Another mail address while the code for the first is waited for."""


__all__ = ["AddEmailForm", "ChangeEmailForm", "LoginForm", "ReauthenticateForm", "ResetPasswordForm", "SignupForm"]
