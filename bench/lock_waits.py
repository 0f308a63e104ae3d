"""How much of their time writers wait for locks, sampled from pg_stat_activity while something runs."""

from __future__ import annotations

import threading
from typing import Self

import psycopg

#: between two samples (seconds); what is shorter is met in proportion to its length
_EVERY = 0.01
#: connections of Placet's processes inside a transaction or a statement, and what those wait for
_SAMPLE = """
SELECT count(*), count(*) FILTER (WHERE wait_event_type = 'Lock'),
       count(*) FILTER (WHERE wait_event_type = 'LWLock')
FROM pg_stat_activity
WHERE datname = %s AND application_name LIKE 'placet/%%' AND state <> 'idle'
"""


class LockWaits:
    """Samples from the start of the block to its end, on a connection to another database."""

    def __init__(self, url: str) -> None:
        """`url` is that of the database whose connections are looked at."""
        server, _, self._database = url.rpartition("/")
        self._server = f"{server}/postgres"
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self.samples = self._busy = self._locked = self._latched = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def locked(self) -> float:
        """Which share of the busy time was waiting for rows, tables or other transactions."""
        return self._locked / max(self._busy, 1)

    @property
    def latched(self) -> float:
        """Which share was waiting for the server's own structures, its log above all."""
        return self._latched / max(self._busy, 1)

    def _sample(self) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            while not self._ended.wait(_EVERY):
                row = connection.execute(_SAMPLE, [self._database]).fetchone()
                assert row is not None
                self.samples += 1
                self._busy += row[0]
                self._locked += row[1]
                self._latched += row[2]
