"""`worker`: does the jobs of the site (index, mail, clean-up) until it is stopped."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from community import health, jobs
from config.serving import follow_parent


class Command(BaseCommand):
    """Works until SIGTERM or Ctrl-C, or until the process that started it is gone."""

    help = "Do the jobs of the site (index, mail, clean-up) until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        """The options of the command."""
        parser.add_argument("--once", action="store_true", help="do what is due now, and stop")
        parser.add_argument("--child-of", type=int, metavar="PID", help="stop when this process is gone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        if options["once"]:
            while jobs.run_due():
                pass
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        if options["child_of"]:
            follow_parent(options["child_of"], stop.set)
        threading.Thread(target=health.beat_until, args=(stop,), daemon=True, name="heart").start()
        jobs.work(stop)
