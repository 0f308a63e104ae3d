"""`placet migrate`: the database, brought to the schema of this version."""

from __future__ import annotations

from bot.commands.console import say, spinner
from bot.commands.visits import database_errors_told


def migrate() -> None:
    """Bring the database to the schema of this version; `serve` does this by itself."""
    from bot.settings import load_settings
    from storage.migrate import latest
    from storage.migrate import migrate as run

    settings = load_settings(needs_secret_key=False)
    with spinner("Migrating the database …"), database_errors_told():
        before, after = run(settings.database_url)
    if before == after != latest():
        say(f"A newer version of Placet brought the database to {after}; this one works on it as it is.")
    elif before == after:
        say(f"The database is at {after} already.")
    else:
        say(f"The database went from {before or 'nothing'} to {after}.")
