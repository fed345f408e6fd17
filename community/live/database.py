"""Threads of the hub's own for the database, each with one connection that stays open.

Django's way (a connection opened and closed around every call) costs most of the time of a chat line.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connections

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class DatabaseThread:
    """One thread that does one thing after another."""

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=f"live {name}")

    async def run(
        self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result:
        """Call the function in the thread and give what it returns or raises."""
        call = self._executor.submit(_call, function, *args, **kwargs)
        return await asyncio.wrap_future(call)

    def submit(self, function: Callable[..., object], *args: Any) -> None:
        """Call the function in the thread; nobody waits for it."""
        self._executor.submit(_call, function, *args)

    def close(self) -> None:
        """Close the connection after what is still to be done, and let the thread end."""
        self._executor.submit(connections.close_all)
        self._executor.shutdown(wait=False)


def _call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return function(*args, **kwargs)
    except (InterfaceError, OperationalError):
        connections.close_all()  # the server may have gone: the next call connects anew
        raise
