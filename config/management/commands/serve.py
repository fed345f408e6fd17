"""`serve`: the whole site in one command: pages and sockets by Uvicorn, and a worker beside them."""

import contextlib
import os
import signal
from argparse import BooleanOptionalAction
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.environment import env
from config.serving import (
    Server,
    SupervisedProcess,
    bind,
    follow_parent,
    server_config,
    supervise,
    wait_for_the_end,
)


class Command(BaseCommand):
    """Serves until Ctrl-C or SIGTERM; open sockets are told to come back (close code 4503)."""

    help = "Serve the site: pages, sockets and a worker."

    def add_arguments(self, parser: CommandParser) -> None:
        """The options of the command."""
        parser.add_argument("--host", default=env.str("HOST", default="127.0.0.1"))
        parser.add_argument("--port", type=int, default=env.int("PORT", default=8000))
        parser.add_argument("--demo", action="store_true", help="first migrate and load the demo alliance")
        parser.add_argument(
            "--worker", action=BooleanOptionalAction, default=True, help="run a worker beside the pages (the default)"
        )
        parser.add_argument(
            "--workers",
            type=int,
            default=1,
            metavar="N",
            help="web processes on the port, each with pages and sockets; more than one needs PostgreSQL and Redis",
        )
        parser.add_argument("--child-of", type=int, metavar="PID", help="one of several: stop when this one is gone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        _check_processes(options["workers"])
        if options["demo"]:
            call_command("migrate", verbosity=0)
            call_command("demo")
        processes = [SupervisedProcess("worker")] if options["worker"] else []
        place = options["host"], options["port"]
        is_shared = options["workers"] > 1 or options["child_of"] is not None
        try:
            listener = bind(*place, is_shared=is_shared)
        except OSError as error:
            raise CommandError(f"Cannot listen on {place[0]}:{place[1]}: {error.strerror}.") from error
        if not options["child_of"]:
            self.stdout.write(f"{settings.SITE_NAME} listens on http://{place[0]}:{place[1]}/")
            self.stdout.flush()
        if options["workers"] > 1:  # holding the port, we listen on it ourselves no more than the others let us
            web = ("serve", "--no-worker", "--host", place[0], "--port", str(place[1]))
            supervise([*processes, *(SupervisedProcess(*web) for _ in range(options["workers"]))], wait_for_the_end)
            return
        if options["child_of"]:
            follow_parent(options["child_of"], partial(os.kill, os.getpid(), signal.SIGTERM))
        with contextlib.suppress(KeyboardInterrupt):
            supervise(processes, partial(Server(server_config()).run, [listener]))


def _check_processes(workers: int) -> None:
    if workers < 1:
        raise CommandError("--workers must be at least 1.")
    if workers > 1 and settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        raise CommandError("Several web processes need PostgreSQL: set DATABASE_URL. SQLite serves one process well.")
    if workers > 1 and not settings.REDIS_URL:
        raise CommandError("Several web processes need Redis, to tell each other what is new: set REDIS_URL.")
