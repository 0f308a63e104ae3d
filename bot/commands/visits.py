"""What commands stand on: the settings, the policy, and a short visit to the database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from bot.domain.errors import PlacetError

if TYPE_CHECKING:
    from bot.admin import Admin
    from bot.policy import Policy
    from bot.settings import Settings

T = TypeVar("T")


_READ_ONLY = (
    "The database may not be written by this user; give the file and its folder to the user that runs"
    " Placet, and run this as that one."
)


class DatabaseUnavailable(PlacetError):
    """The database cannot be used."""

    code = "database_unavailable"


def visit(do: Callable[[Admin], Awaitable[T]], settings: Settings | None = None) -> T:
    """Open the database, do one thing, close it; raises `PlacetError` with a sentence."""
    from bot.settings import load_settings

    found = settings or load_settings()
    with database_errors_told():
        return asyncio.run(_visited(found, do))


async def _visited(settings: Settings, do: Callable[[Admin], Awaitable[T]]) -> T:
    from bot.admin import admin

    async with admin(settings) as visited:
        return await do(visited)


@contextmanager
def database_errors_told() -> Iterator[None]:
    """Raise DatabaseUnavailable for one that does not answer or is damaged; drivers tell no passwords."""
    from sqlalchemy.exc import ArgumentError, DatabaseError, InterfaceError, OperationalError

    try:
        yield
    except ArgumentError:
        raise DatabaseUnavailable("PLACET_DATABASE_URL is no address of a database.") from None
    except (InterfaceError, OperationalError) as error:
        raise _unavailable(error.orig or error) from None
    except DatabaseError as error:
        # SQLite tells of damaged files by this class itself; its others are faults of the program.
        if type(error.orig) is not sqlite3.DatabaseError:
            raise
        raise DatabaseUnavailable(
            f"The database is damaged: {error.orig}. Stop Placet, keep the file for later, and put the last"
            " backup in its place with `placet restore`."
        ) from None


def _unavailable(cause: BaseException) -> DatabaseUnavailable:
    if isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY:
        return DatabaseUnavailable(_READ_ONLY)
    first = next((line.strip() for line in str(cause).splitlines() if line.strip()), type(cause).__name__)
    return DatabaseUnavailable(
        f"The database cannot be used: {first.rstrip('.')}. Check PLACET_DATABASE_URL."
    )


def is_begun(settings: Settings) -> bool:
    """Whether anything may be stored already, so that a visit can find something."""
    from storage.engine import is_begun as is_begun_at

    return is_begun_at(settings.database_url)


def current_policy(settings: Settings) -> Policy:
    """The policy of an installation; raises `PolicyError`."""
    from bot.policy import load_policy

    return load_policy(settings.policy)
