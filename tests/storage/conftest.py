"""Stores on a database of their own, already at the schema: each test runs on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from storage.store import SqlStore
from tests.builders import NOW
from tests.fakes.clock import MovedClock
from tests.patience import PATIENT
from tests.storage.steps import Company


@pytest.fixture
def url(database_url: str) -> str:
    """A database at the schema."""
    return database_url


@pytest.fixture
def clock() -> MovedClock:
    """Stands still at `NOW`."""
    return MovedClock(NOW)


@pytest.fixture
def company() -> Company:
    """Who is who, for tests to change."""
    return Company()


Opener = Callable[..., SqlStore]


@pytest.fixture
def open_at(clock: MovedClock, company: Company) -> Iterator[Opener]:
    """Opens stores on databases by URL, and closes them.

    They wait for a minute for what other stores hold, as a busy machine needs, unless a test says otherwise.
    """
    opened: list[SqlStore] = []

    def one(at: str, **options: Any) -> SqlStore:
        options = {"patience": PATIENT.total_seconds()} | options
        opened.append(SqlStore(at, clock=clock, directory=company, **options))
        return opened[-1]

    yield one
    for store in opened:
        store.close()


@pytest.fixture
def open_store(url: str, open_at: Opener) -> Opener:
    """Opens stores on the test's database, and closes them."""
    return partial(open_at, url)


@pytest.fixture
def store(open_store: Opener) -> SqlStore:
    """One store."""
    return open_store()
