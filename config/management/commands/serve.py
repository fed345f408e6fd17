"""`serve`: the whole site in one command: pages and sockets by Uvicorn, and a worker beside them."""

import os
import subprocess
import sys
import threading
import time
from argparse import BooleanOptionalAction
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from config.environment import BASE_DIR, env

LONGEST_PAUSE = 60.0  # seconds between attempts to start a worker that keeps failing


class Command(BaseCommand):
    """Serves until Ctrl-C or SIGTERM; open sockets are told to come back (close code 1012)."""

    help = "Serve the site: pages, sockets and a worker."

    def add_arguments(self, parser: CommandParser) -> None:
        """The options of the command."""
        parser.add_argument("--host", default=env.str("HOST", default="127.0.0.1"))
        parser.add_argument("--port", type=int, default=env.int("PORT", default=8000))
        parser.add_argument("--demo", action="store_true", help="first migrate and load the demo alliance")
        parser.add_argument(
            "--worker", action=BooleanOptionalAction, default=True, help="run a worker beside the pages (the default)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        if options["demo"]:
            call_command("migrate", verbosity=0)
            call_command("demo")
        worker = SupervisedWorker() if options["worker"] else None
        if worker:
            worker.start()
        self.stdout.write(f"{settings.SITE_NAME} listens on http://{options['host']}:{options['port']}/")
        self.stdout.flush()
        try:
            uvicorn.Server(server_config(options["host"], options["port"])).run()
        except KeyboardInterrupt:
            pass
        finally:
            if worker:
                worker.stop()


def server_config(host: str, port: int) -> uvicorn.Config:
    """How Uvicorn is run (reasons: docs/decisions.md, "One process for pages and sockets")."""
    return uvicorn.Config(
        "config.asgi:application",
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=65_536,
        ws_per_message_deflate=False,
        lifespan="off",
        proxy_headers=False,  # Django reads the proxy's headers itself, and only as many as are trusted
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=5,
    )


class SupervisedWorker(threading.Thread):
    """Keeps one `worker` process running, and starts it again when it ends by itself."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="worker supervisor")
        self.stopping = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Start the worker, wait for it, and start it again, ever more slowly while it fails at once."""
        pause = 1.0
        while not self.stopping.is_set():
            started = time.monotonic()
            command = [sys.executable, str(BASE_DIR / "manage.py"), "worker", "--child-of", str(os.getpid())]
            self.process = subprocess.Popen(command)  # noqa: S603 - our own command
            self.process.wait()
            pause = 1.0 if time.monotonic() - started > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            self.stopping.wait(pause)

    def stop(self) -> None:
        """End the worker and wait for it."""
        self.stopping.set()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=15)
