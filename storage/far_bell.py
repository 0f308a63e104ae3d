"""Bells in other processes on one PostgreSQL: NOTIFY after COMMIT, and LISTEN, on a connection of its own.

Not in the transaction that has the news: there, NOTIFY holds a lock of all databases until the disk has the
commit, so that processes would wait for each other's disk (PreCommit_Notify in PostgreSQL's async.c). What
is lost when a process dies in between is found by looking.
"""

from __future__ import annotations

import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from storage.engine import bell_engine
from storage.far_news import CHANNEL, News, payloads

#: between two rings (seconds); the first after a silence goes at once
PACE = 0.01
#: before a connection that was lost is made again (seconds)
PAUSE = 1.0
#: how long the end waits for the last ring (seconds)
PATIENCE = 2.0

_RING = "SELECT pg_notify(%s, each) FROM unnest(%s::text[]) AS each"
#: nobody loses more than a bell; without waiting for the disk the lock of all bells is held for a moment
_SET_UP = ("SET synchronous_commit = off", f"LISTEN {CHANNEL}")

_log = logging.getLogger(__name__)


class FarBell:
    """Rings in the other processes, and tells what rings here, from a thread of its own."""

    def __init__(self, url: str, *, name: str, heard: Callable[[News], None]) -> None:
        """`heard` is called in the thread, also with news of unknown kind after every (re)connection."""
        self._engine = bell_engine(url, name=name)
        self._heard, self._name = heard, name
        self._door = threading.Lock()
        self._left = News()
        self._next_at = 0.0
        self._stopping = False
        self._is_deaf_told = False
        #: whether what others commit is heard of
        self.hears = False
        self._thread: threading.Thread | None = None
        self._wakes, self._woken = socket.socketpair()
        self._wakes.setblocking(False)
        self._woken.setblocking(False)

    def start(self) -> None:
        """Begin to listen, and to ring; harmless when begun."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="placet-bell", daemon=True)
            self._thread.start()

    def ring(self, news: News) -> None:
        """Tell the others soon; from any thread."""
        with self._door:
            was_quiet, self._left = not self._left, self._left + replace(news, by=self._name)
        if was_quiet:
            self._wake()

    def stop(self) -> None:
        """Ring what is left, and let go of the connection."""
        self._stopping = True
        self._wake()
        if self._thread is not None:
            self._thread.join(PATIENCE)
        self._engine.dispose()
        if self._thread is None or not self._thread.is_alive():
            self._wakes.close()
            self._woken.close()

    def _wake(self) -> None:
        with suppress(BlockingIOError):  # it is full of wakes already
            self._wakes.send(b"!")

    def _work(self) -> None:
        with selectors.DefaultSelector() as waking:
            waking.register(self._woken, selectors.EVENT_READ)
            while self._left or not self._stopping:
                try:
                    self._listen()
                except (psycopg.Error, SQLAlchemyError, OSError) as error:
                    if self._stopping:
                        return
                    self._deaf(error)
                    waking.select(PAUSE)
                    self._calm()
                finally:
                    self.hears = False

    def _deaf(self, error: Exception) -> None:
        if not self._is_deaf_told:
            self._is_deaf_told = True
            _log.warning("Other processes are not heard; looking often until they are: %s", error)

    def _listen(self) -> None:
        with self._engine.connect() as pooled, selectors.DefaultSelector() as news:
            driver: Any = pooled.connection.driver_connection
            try:
                self._set_up(driver)
                self._hear(driver)
                news.register(driver.fileno(), selectors.EVENT_READ)
                news.register(self._woken, selectors.EVENT_READ)
                while True:
                    pause = self._rung(driver)
                    if self._stopping and pause is None:
                        return
                    news.select(pause)
                    self._calm()
                    self._hear(driver)
            finally:
                pooled.invalidate()

    def _set_up(self, driver: Any) -> None:
        driver.autocommit = True
        # What comes while something is rung does not come again.
        driver.add_notify_handler(lambda notice: self._told(notice.payload))
        for statement in _SET_UP:
            driver.execute(statement)
        # Behind a pool that gives connections out by transaction, LISTEN succeeds and nothing is ever heard.
        driver.execute(_RING, (CHANNEL, list(payloads(News(by=self._name)))))

    def _rung(self, driver: Any) -> float | None:
        """Ring if there is anything to tell, and time to; seconds until it is, None when nothing is left."""
        early = self._next_at - time.monotonic()
        with self._door:
            if not self._left:
                return None
            if early > 0 and not self._stopping:
                return early
            news, self._left = self._left, News()
        driver.execute(_RING, (CHANNEL, list(payloads(news))))
        self._next_at = time.monotonic() + PACE
        return None

    def _calm(self) -> None:
        with suppress(BlockingIOError):
            while self._woken.recv(4096):
                pass

    def _hear(self, driver: Any) -> None:
        driver.pgconn.consume_input()
        while (notice := driver.pgconn.notifies()) is not None:
            self._told(notice.extra.decode())

    def _told(self, payload: str) -> None:
        news = News.read(payload)
        if news.by != self._name:
            self._heard(news)
        elif not self.hears:
            self._hears_from_now_on()

    def _hears_from_now_on(self) -> None:
        self.hears = True
        if self._is_deaf_told:
            self._is_deaf_told = False
            _log.info("Other processes are heard again.")
        # What they told while nobody listened here is not told again.
        self._heard(News(work=True, holds=True, more=True))
