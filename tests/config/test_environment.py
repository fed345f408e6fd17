"""The settings that come from the environment: safe where nothing is said, and clear where something is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (
    "import json, django; from django.conf import settings as s; django.setup();"
    "print(json.dumps({n: str(getattr(s, n)) for n in ("
    "'SECRET_KEY','SESSION_COOKIE_NAME','SESSION_COOKIE_SECURE','SECURE_SSL_REDIRECT','ALLOWED_HOSTS',"
    "'TRUSTED_ORIGINS','DATABASES','CACHES','SECURE_PROXY_SSL_HEADER','SEARCH_BACKEND')}))"
)


def settings_with(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    clean |= {"DJANGO_SETTINGS_MODULE": "config.settings", "KENNISKRING_DATA": str(tmp_path), **environment}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=clean, capture_output=True, text=True, check=False
    )


def test_a_missing_secret_key_stops_the_site_with_a_clear_message(tmp_path: Path):
    done = settings_with(tmp_path)

    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


def test_a_development_site_makes_its_own_key_and_keeps_it(tmp_path: Path):
    first, second = settings_with(tmp_path, DEBUG="1"), settings_with(tmp_path, DEBUG="1")

    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_https_brings_safe_cookies_and_redirects(tmp_path: Path):
    found = settings_with(tmp_path, SECRET_KEY="x" * 60, SITE_URL="https://kring.example.nl").stdout

    assert '"SESSION_COOKIE_NAME": "__Host-sessionid"' in found
    assert '"SESSION_COOKIE_SECURE": "True"' in found
    assert '"SECURE_SSL_REDIRECT": "True"' in found
    assert "['kring.example.nl']" in found


@pytest.mark.parametrize("address", ["kring.example.nl", "ftp://kring.example.nl", "https://"])
def test_a_site_address_that_is_none_is_refused(tmp_path: Path, address: str):
    done = settings_with(tmp_path, SECRET_KEY="x" * 60, SITE_URL=address)

    assert done.returncode != 0
    assert "SITE_URL must be a full address" in done.stderr


def test_the_headers_of_proxies_are_believed_only_where_there_are_proxies(tmp_path: Path):
    alone = settings_with(tmp_path, SECRET_KEY="x" * 60).stdout
    behind = settings_with(tmp_path, SECRET_KEY="x" * 60, TRUSTED_PROXIES="1").stdout

    assert '"SECURE_PROXY_SSL_HEADER": "None"' in alone
    assert "HTTP_X_FORWARDED_PROTO" in behind


def test_postgresql_and_redis_come_by_environment_variables_alone(tmp_path: Path):
    found = settings_with(
        tmp_path, SECRET_KEY="x" * 60, DATABASE_URL="postgres://a@db.example/kring", REDIS_URL="redis://cache.example/0"
    ).stdout

    assert "django.db.backends.postgresql" in found
    assert "redis://cache.example/0" in found


def test_another_database_is_refused(tmp_path: Path):
    done = settings_with(tmp_path, SECRET_KEY="x" * 60, DATABASE_URL="mysql://a@db.example/kring")

    assert done.returncode != 0
    assert "does not support" in done.stderr


def test_the_search_index_is_in_the_data_directory_unless_told_otherwise(tmp_path: Path):
    on_postgresql = {"SECRET_KEY": "x" * 60, "DATABASE_URL": "postgres://a@db.example/kring"}

    assert '"SEARCH_BACKEND": "whoosh"' in settings_with(tmp_path, SECRET_KEY="x" * 60).stdout
    assert '"SEARCH_BACKEND": "whoosh"' in settings_with(tmp_path, **on_postgresql).stdout
    assert '"SEARCH_BACKEND": "postgres"' in settings_with(tmp_path, **on_postgresql, SEARCH_BACKEND="postgres").stdout


@pytest.mark.parametrize(("name", "said"), [("elastic", "whoosh or postgres"), ("postgres", "needs PostgreSQL")])
def test_a_search_backend_that_cannot_be_is_refused(tmp_path: Path, name: str, said: str):
    done = settings_with(tmp_path, SECRET_KEY="x" * 60, SEARCH_BACKEND=name)

    assert done.returncode != 0
    assert said in done.stderr


def test_the_production_example_passes_the_deployment_checks():
    done = subprocess.run([ROOT / "deploy" / "check.sh"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
