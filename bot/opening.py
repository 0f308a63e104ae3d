"""Opening the database: nobody else on a file, the schema of this version, secrets under the newest key."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from bot.secrets import SecretBox
from bot.settings import Settings
from storage.leases import release
from storage.migrate import migrate
from storage.process_lock import hold
from storage.reencrypting import reencrypt
from storage.store import SqlStore


async def open_database(settings: Settings, store: SqlStore, box: SecretBox, running: AsyncExitStack) -> None:
    """Make it ready; what has to be let go of is left in `running`. Raises `Misconfigured` or `Busy`."""
    lock = hold(settings.database_url)
    if lock is not None:
        running.callback(lock.release)
    running.callback(store.close)
    await asyncio.to_thread(migrate, settings.database_url)
    if lock is not None:
        # Nobody else runs here, so whoever leased anything is dead.
        await store.write(release)
    await reencrypt(store, box)
