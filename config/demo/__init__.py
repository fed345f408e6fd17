"""The demo alliance: its texts (TOML and Markdown beside this file), its loader, and the accounts to try it with."""

DOMAIN = "demo.kenniskring.example"
PASSWORD = "kenniskring-demo"  # noqa: S105 - meant to be known: the loader refuses where DEBUG is off
ACCOUNTS = {
    f"anna@{DOMAIN}": "member of the CISO network and of care and safety",
    f"bram@{DOMAIN}": "facilitator of the CISO network",
    f"carla@{DOMAIN}": "member of care and safety only",
    f"dirk@{DOMAIN}": "was removed from the CISO network",
    f"beheer@{DOMAIN}": "administers the site, reads no closed content",
}


def accounts() -> str:
    """The demo accounts and their password, for people at a terminal."""
    lines = [f"  {email:<33} {what}" for email, what in ACCOUNTS.items()]
    return "\n".join([f"Demo accounts (password: {PASSWORD}):", *lines])
