"""The site's settings as the tests use them: fast hashing, mail kept in memory, data in a directory of its own."""

import atexit
import os
import shutil
import tempfile

if "KENNISKRING_TEST_DATA" not in os.environ:
    os.environ["KENNISKRING_TEST_DATA"] = tempfile.mkdtemp(prefix="kenniskring-test-")
    atexit.register(shutil.rmtree, os.environ["KENNISKRING_TEST_DATA"], ignore_errors=True)
# Tests that run side by side share nothing.
os.environ["KENNISKRING_DATA"] = f"{os.environ['KENNISKRING_TEST_DATA']}/{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("SITE_URL", "http://testserver")
# Tests that want Redis ask for it; the others do without, also where there is one.
if redis_url := os.environ.pop("REDIS_URL", ""):
    os.environ["KENNISKRING_TEST_REDIS"] = redis_url

from config.environment import SQLITE_OPTIONS
from config.settings import *  # noqa: F403

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
WHITENOISE_AUTOREFRESH = True

if "sqlite3" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    # A file, as on a real site: sockets and their threads have connections of their own. Tests survive no power cut.
    DATA_DIR.mkdir(parents=True, exist_ok=True)  # noqa: F405
    fast = SQLITE_OPTIONS["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    DATABASES["default"] |= {  # noqa: F405
        "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},  # noqa: F405
        "OPTIONS": {**SQLITE_OPTIONS, "init_command": fast},
    }
