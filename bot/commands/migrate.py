"""`placet migrate`: the database, brought to the schema of this version."""

from __future__ import annotations

from bot.commands.console import say, spinner
from bot.commands.visits import unreachable


def migrate() -> None:
    """Bring the database to the schema of this version; `serve` does this by itself."""
    from sqlalchemy.exc import DBAPIError

    from bot.settings import load_settings
    from storage.migrate import migrate as run

    settings = load_settings(needs_secret_key=False)
    try:
        with spinner("Migrating the database …"):
            before, after = run(settings.database_url)
    except DBAPIError as error:
        raise unreachable(error) from None
    if before == after:
        say(f"The database is at {after} already.")
    else:
        say(f"The database went from {before or 'nothing'} to {after}.")
