"""Waiting for something that blocks, without being held up by it for ever.

`asyncio.to_thread` would be waited for when the loop ends; a database that never answers would then hold the
whole report back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


async def in_thread(run: Callable[[], T]) -> T:
    """What it returns or raises; whoever stops waiting leaves it behind."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[T] = loop.create_future()

    def tell(how: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has ended, and nobody listens any more
            loop.call_soon_threadsafe(lambda: None if ended.done() else how())

    def work() -> None:
        try:
            result = run()
        except BaseException as error:  # whoever waits gets it, whatever it is  # noqa: BLE001
            failure = error
            tell(lambda: ended.set_exception(failure))
        else:
            tell(lambda: ended.set_result(result))

    Thread(target=work, name="placet-doctor", daemon=True).start()
    return await ended
