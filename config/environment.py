"""The settings that come from the environment: read once here, documented in docs/operations.md."""

import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("KENNISKRING_DATA", default=str(BASE_DIR / "data"))).resolve()
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{env.str('PORT', default='8000')}").rstrip("/")
SITE = urlsplit(SITE_URL)
HTTPS = SITE.scheme == "https"

if SITE.scheme not in ("http", "https") or not SITE.hostname:
    raise ImproperlyConfigured(f"SITE_URL must be a full address such as https://kring.example.nl, not {SITE_URL!r}.")


def development_key(path: Path) -> str:
    """The signing key of a development site: made once and kept beside its data, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def secret_key() -> str:
    """`SECRET_KEY`, or in development one of our own; raises ImproperlyConfigured where it is missing."""
    key = env.str("SECRET_KEY", default="")
    if key:
        return key
    if DEBUG:
        return development_key(DATA_DIR / "secret_key")
    if "collectstatic" in sys.argv or "compile_messages" in sys.argv:
        return secrets.token_urlsafe(50)  # building needs no key of the site
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Set it to a long random value (python -c 'import secrets; "
        "print(secrets.token_urlsafe(50))'), or set DEBUG=1 for a development site."
    )


def serves() -> bool:
    """Whether this process is one of the running site, and not a command that somebody looks at."""
    return sys.argv[1:2] in (["serve"], ["worker"])


def allowed_hosts() -> list[str]:
    """`ALLOWED_HOSTS`, by default the host of SITE_URL, and in development every name of this machine."""
    hosts = env.list("ALLOWED_HOSTS", default=[SITE.hostname or "localhost"])
    return [*hosts, "localhost", "127.0.0.1", "[::1]"] if DEBUG else hosts


def trusted_origins() -> list[str]:
    """Scheme, host and port of every address that pages and sockets may come from."""
    origins = [SITE_URL, *env.list("TRUSTED_ORIGINS", default=[])]
    if DEBUG:
        port = f":{SITE.port}" if SITE.port else ""
        origins += [f"http://localhost{port}", f"http://127.0.0.1{port}"]
    return list(dict.fromkeys(origins))


SQLITE_OPTIONS: dict[str, Any] = {
    # IMMEDIATE: with DEFERRED, 846 of 1,200 competing read-modify-writes failed with "database is locked".
    "transaction_mode": "IMMEDIATE",
    "timeout": 5,
    # FULL, not NORMAL: what the site acknowledged must survive a power cut.
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA busy_timeout=5000;PRAGMA foreign_keys=ON;"
        "PRAGMA cache_size=-20000;PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=67108864;"
        "PRAGMA temp_store=MEMORY;"
    ),
}


def database() -> dict[str, Any]:
    """The database: SQLite in the data directory, or what `DATABASE_URL` names (PostgreSQL, with a pool)."""
    if not env.str("DATABASE_URL", default=""):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "kenniskring.sqlite3",
            "OPTIONS": SQLITE_OPTIONS,
        }
    config: dict[str, Any] = env.db_url("DATABASE_URL")
    if config["ENGINE"] == "django.db.backends.postgresql":
        config["CONN_HEALTH_CHECKS"] = True  # the pool keeps connections that a restart of the server has cut
        config["OPTIONS"] = {"pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL", default=12)}}
        return config
    raise ImproperlyConfigured("DATABASE_URL names a database that Kenniskring does not support: use postgres://…")


def caches() -> dict[str, dict[str, Any]]:
    """Rate limits and short-lived facts: Redis when several processes share them, else this process."""
    redis_url = env.str("REDIS_URL", default="")
    if redis_url:
        return {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}}
    return {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def search_backend() -> str:
    """Where the search index is: in the data directory ("whoosh"), or in the database, for all machines alike.

    Raises ImproperlyConfigured where the database cannot carry the choice.
    """
    on_postgresql = bool(env.str("DATABASE_URL", default=""))
    name = env.str("SEARCH_BACKEND", default="") or "whoosh"
    if name not in ("whoosh", "postgres"):
        raise ImproperlyConfigured(f"SEARCH_BACKEND is whoosh or postgres, not {name!r}.")
    if name == "postgres" and not on_postgresql:
        raise ImproperlyConfigured("SEARCH_BACKEND=postgres needs PostgreSQL: set DATABASE_URL to postgres://….")
    return name
