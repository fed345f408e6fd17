"""Pages on a few threads that stay: under load they wait for each other, and live chat does not wait for them.

Django gives every request a thread of its own. Thirty at once then take the interpreter from the event loop thirty
times as often, and each opens its own connection to the database.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class BoundedPages:
    """An ASGI application whose synchronous work is done by a fixed number of threads, one request each."""

    def __init__(self, application: Application, threads: int) -> None:
        self.application = application
        self._threads = [ThreadPoolExecutor(1, thread_name_prefix=f"page {number}") for number in range(threads)]
        self._free: dict[asyncio.AbstractEventLoop, asyncio.LifoQueue[ThreadPoolExecutor]] = {}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one request, as soon as a thread is free."""
        free = self._queue()
        thread = await free.get()
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.application(scope, receive, send)
        finally:
            free.put_nowait(thread)

    def _queue(self) -> asyncio.LifoQueue[ThreadPoolExecutor]:
        loop = asyncio.get_running_loop()
        if loop not in self._free:
            self._free = {loop: asyncio.LifoQueue()}
            for thread in self._threads:
                self._free[loop].put_nowait(thread)
        return self._free[loop]
