"""A COMMIT whose answer is lost: nobody knows whether it happened."""

import random
from collections.abc import Callable, Iterator
from itertools import cycle

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from storage.writer import commit


class LostAnswer(Exception):
    """What a driver raises when the connection breaks."""


class Losing:
    """Ends transactions, and counts whose answers were lost."""

    def __init__(self, ways: Iterator[str], is_lost: Callable[[], bool] | None = None) -> None:
        self.lost = 0
        self._ways = ways
        turns = cycle((True, False))
        self._is_lost = is_lost or (lambda: next(turns))

    def __call__(self, connection: Connection) -> None:
        if not self._is_lost():
            commit(connection)
            return
        self.lost += 1
        how = next(self._ways)
        if how == "after":
            commit(connection)
        elif how == "killed" and connection.dialect.name == "postgresql":
            _kill(connection)
            commit(connection)
        raise OperationalError("COMMIT", {}, LostAnswer("server closed the connection unexpectedly"))


def losing_answers(*hows: str) -> Losing:
    """A COMMIT that is lost every other time, in these ways in turn.

    `before`: the connection breaks before it, so it did not happen; `after`: it breaks after it, so it did;
    `killed`: PostgreSQL itself drops the connection meanwhile (on SQLite like `before`).
    """
    return Losing(cycle(hows))


def losing_at_random(seed: int) -> Losing:
    """As `losing_answers`, in ways that a dice throws, every second time on average."""
    dice = random.Random(seed)
    ways = iter(lambda: dice.choice(("before", "after", "killed")), "")
    return Losing(ways, lambda: dice.random() < 0.5)


def _kill(connection: Connection) -> None:
    """Let the server end this very connection; whether before or after the COMMIT is a race."""
    pid = connection.scalar(text("SELECT pg_backend_pid()"))
    url = connection.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
