"""`placet backup`: everything that is stored, in one file, while it is in use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.console import progress, remark, say, spinner
from bot.commands.visits import database_errors_told


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it; a name that is free.", dir_okay=False)],
) -> None:
    """Write everything that was acknowledged before this began into one file; `serve` goes on meanwhile."""
    from bot.settings import load_settings
    from storage.backup.files import written_whole
    from storage.engine import is_sqlite

    url = load_settings(needs_secret_key=False).database_url
    with database_errors_told(), written_whole(file) as partial:
        if is_sqlite(url):
            _copy(url, partial)
        else:
            _dump(url, partial)
    say(f"{file} ({_size(file)})")
    remark(
        "It holds people's data, and secrets that PLACET_SECRET_KEY encrypts: keep that key, but elsewhere."
        " `placet restore` checks the audit trail when it puts a backup back."
    )


def _copy(url: str, partial: Path) -> None:
    from storage.backup.files import BackupFailed
    from storage.backup.sqlite_copy import copy_sqlite
    from storage.engine import is_begun, sqlite_path

    if not is_begun(url):
        raise BackupFailed("Nothing is stored yet; there is no database to back up.")
    with progress("Copying") as bar:
        task = bar.add_task("pages", total=None)
        copy_sqlite(
            sqlite_path(url), partial, lambda done, total: bar.update(task, completed=done, total=total)
        )


def _dump(url: str, partial: Path) -> None:
    from storage.backup.postgres_tools import dump

    with spinner("pg_dump writes …"):
        dump(url, partial)


def _size(file: Path) -> str:
    size = file.stat().st_size
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{size / 2**10:.0f} kB"
