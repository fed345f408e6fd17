"""A whole site as people run it: `serve` as a process of its own, for the journeys and the drills."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parent.parent
DEMO_PASSWORD = "kenniskring-demo"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def postgresql_for_a_drill() -> Iterator[str]:
    """The address of an empty PostgreSQL database; skips where CI_DATABASE_URL and DATABASE_URL name no server."""
    url = os.environ.get("DATABASE_URL") or os.environ.get("CI_DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("No PostgreSQL: neither DATABASE_URL nor CI_DATABASE_URL names one.")
    name = f"drill_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{url.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


class RunningSite:
    """`manage.py serve --demo` on a data directory of its own; what it prints is kept in serve.log there."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        self.environment = {
            **inherited, "KENNISKRING_DATA": str(data), "PORT": str(self.port), "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings", "SITE_URL": self.url, **environment,
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str, seconds: float = 120) -> "RunningSite":
        """Start it and wait until it answers."""
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port), *options]
        with (self.data / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + seconds
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The site did not start:\n{self.log()[-3000:]}")
            time.sleep(0.1)
        return self

    def answers(self) -> bool:
        """Whether it answers now."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as response:
                return response.status == 200
        except (OSError, http.client.HTTPException):
            return False

    def log(self) -> str:
        """What it printed."""
        return (self.data / "serve.log").read_text(errors="replace")

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop it as an operator does."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(timeout=30)

    def manage(self, *arguments: str) -> str:
        """Run a management command on its data; returns what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout


class Browserless:
    """Somebody who uses the site through forms alone, as a browser without JavaScript does."""

    def __init__(self, site: RunningSite) -> None:
        self.site = site
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        """The page at this path."""
        with self.opener.open(self.site.url + path, timeout=20) as response:
            return response.read().decode()

    def status(self, path: str) -> int:
        """The status that this path answers with, after redirects."""
        try:
            with self.opener.open(self.site.url + path, timeout=20) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code

    def post(self, path: str, **fields: str) -> str:
        """Send a form; returns the page that it led to. Raises HTTPError for 4xx and 5xx."""
        token = next(cookie.value for cookie in self.jar if cookie.name == "csrftoken")
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        request = urllib.request.Request(self.site.url + path, data, {"Referer": self.site.url + path})
        with self.opener.open(request, timeout=20) as response:
            return response.read().decode()

    def log_in(self, email: str, password: str = DEMO_PASSWORD) -> None:
        """Log in by the form."""
        self.get("/accounts/login/")
        page = self.post("/accounts/login/", login=email, password=password)
        if not re.search(r'action="[^"]*/accounts/logout/', page):
            raise RuntimeError(f"{email} could not log in.")

    def cookies(self) -> str:
        """The Cookie header of this person."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
