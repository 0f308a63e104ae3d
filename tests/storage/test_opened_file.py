"""A SQLite file that is moved away under a process: noticed, so that nobody sends it work."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.errors import Busy
from tests.storage.conftest import Opener
from tests.storage.steps import submitted


@pytest.fixture
def path(sqlite_database: str) -> Path:
    """Where the file is."""
    return Path(sqlite_database.removeprefix("sqlite:///"))


def removed(path: Path) -> None:
    """Somebody deletes it."""
    path.unlink()


def moved(path: Path) -> None:
    """Somebody gives it another name."""
    path.rename(path.with_name("elsewhere.db"))


def restored(path: Path) -> None:
    """Somebody puts a copy in its place."""
    copy = path.with_name("backup.db")
    shutil.copy(path, copy)
    copy.replace(path)


@pytest.mark.parametrize("happens", [removed, moved, restored])
async def test_a_file_that_is_not_the_one_that_was_opened_is_no_place_for_work(
    sqlite_database: str, open_at: Opener, path: Path, happens: Callable[[Path], None]
) -> None:
    store = open_at(sqlite_database)
    await submitted(store)
    await store.check()
    happens(path)

    with pytest.raises(Busy, match=r"placet\.db .* put the file back"):
        await store.check()


async def test_a_file_that_is_back_is_taken_again(sqlite_database: str, open_at: Opener, path: Path) -> None:
    store = open_at(sqlite_database)
    await submitted(store)
    moved(path)
    with pytest.raises(Busy):
        await store.check()
    path.with_name("elsewhere.db").rename(path)

    await store.check()


async def test_a_path_that_is_seen_from_another_folder_is_the_same(
    sqlite_database: str, open_at: Opener, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    store = open_at(f"sqlite:///{path.name}")
    await submitted(store)
    await store.check()
    path.with_name("beside").mkdir()
    monkeypatch.chdir(path.with_name("beside"))

    await store.check()


async def test_every_database_that_stays_where_it_is_takes_work(open_store: Opener) -> None:
    store = open_store()
    await store.check()
    await submitted(store)

    await store.check()
