"""Opening the database: nobody else on a file, the schema of this version, secrets under the newest key."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import AsyncExitStack

from bot.secrets import SecretBox
from bot.settings import Settings
from storage.leases import release, release_if_alone
from storage.migrate import migrate
from storage.process_lock import hold
from storage.reencrypting import reencrypt
from storage.store import SqlStore
from storage.winding import set_back_by, wind_back

_log = logging.getLogger(__name__)


async def open_database(settings: Settings, store: SqlStore, box: SecretBox, running: AsyncExitStack) -> None:
    """Make it ready; what has to be let go of is left in `running`. Raises `Misconfigured` or `Busy`."""
    lock = hold(settings.database_url)
    if lock is not None:
        running.callback(lock.release)
    running.callback(store.close)
    await _to_its_end(asyncio.to_thread(migrate, settings.database_url))
    if lock is not None:
        # Nobody else runs here, so whoever leased anything is dead.
        await store.write(release)
    else:
        await store.write(lambda connection, batch: release_if_alone(connection, batch, store.name))
    by = await store.write(set_back_by)
    if by:
        await store.write(lambda connection, batch: wind_back(connection, batch, by))
        _log.warning("The clock is %s behind what the database saw last; what waited was moved with it.", by)
    await reencrypt(store, box)
    store.listen()


async def _to_its_end(work: Coroutine[None, None, object]) -> None:
    """A thread goes on when nobody waits any more; what it works on must not be let go of meanwhile."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise
