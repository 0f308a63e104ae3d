"""`placet restore`: a backup takes the place of the database, after its audit trail was checked."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.console import progress, remark, say, spinner
from bot.commands.visits import database_errors_told, visit
from bot.domain.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.settings import Settings
    from storage.backup.afterwards import Restored


def restore(
    file: Annotated[Path, typer.Argument(help="What `placet backup` wrote.", exists=True, dir_okay=False)],
    force: Annotated[bool, typer.Option("--force", help="Also where there is a database already.")] = False,
) -> None:
    """Put a backup back; nothing may run on the database meanwhile. Ends with 1 when it does not fit."""
    from bot.settings import load_settings
    from storage.backup.files import BackupFailed, kind_of
    from storage.engine import is_sqlite

    settings = load_settings()
    kind = "sqlite" if is_sqlite(settings.database_url) else "postgresql"
    if kind_of(file) != kind:
        raise BackupFailed(
            f"{file} is a backup of another kind of database than PLACET_DATABASE_URL names; nothing was"
            " changed."
        )
    with database_errors_told():
        if kind == "sqlite":
            _restore_sqlite(settings, file, force=force)
        else:
            _restore_postgres(settings, file, force=force)


def _restore_sqlite(settings: Settings, file: Path, *, force: bool) -> None:
    """Everything is done on a copy, which then takes the place in one step."""
    from storage.backup.files import settle
    from storage.backup.sqlite_copy import copy_sqlite, moved_aside
    from storage.engine import sqlite_path

    target = sqlite_path(settings.database_url)
    if target.exists() and not force:
        raise _there_is_one(str(target))
    with _alone(settings.database_url):
        partial = target.with_name(f"{target.name}.restoring")
        partial.unlink(missing_ok=True)
        try:
            with spinner("Copying …"):
                copy_sqlite(file, partial, lambda done, total: None)
            aside = settings.model_copy(update={"database_url": f"sqlite:///{partial}"})
            _check(aside, "nothing was changed")
            told = _mark(aside, file)
            if target.exists():
                remark(f"The database before it is kept as {moved_aside(target, datetime.now(UTC))}.")
            settle(partial, target)
        finally:
            partial.unlink(missing_ok=True)
    _tell(settings, told)


def _restore_postgres(settings: Settings, file: Path, *, force: bool) -> None:
    from storage.backup.postgres_target import drop_left_over, others_connected, tables
    from storage.backup.postgres_tools import load

    url = settings.database_url
    if others := others_connected(url):
        raise Conflict(
            f"The database has {others} other connections. Stop every `placet serve` and `placet worker`"
            " first; nothing was changed."
        )
    before = tables(url)
    if before and not force:
        raise _there_is_one("PLACET_DATABASE_URL")
    with spinner("pg_restore writes …"):
        load(url, file, replacing=bool(before))
        drop_left_over(url, before)
    _check(settings, "do not start Placet on it")
    _tell(settings, _mark(settings, file))


def _there_is_one(place: str) -> Conflict:
    return Conflict(
        f"There is a database at {place} already. Restore into another one, or give --force to replace it;"
        " nothing was changed."
    )


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """Nobody serves this file meanwhile; raises `Misconfigured` when somebody does."""
    from storage.process_lock import hold

    lock = hold(url)
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def _check(settings: Settings, consequence: str) -> None:
    """Hold every chain and every seal against each other; raises `BackupFailed`.

    Not against the file of seals beside the database: that one knows of what came after the backup.
    """
    from storage.backup.files import BackupFailed

    alone = settings.model_copy(update={"seal_file": None})
    with progress("Checking events") as bar:
        task = bar.add_task("events", total=None)
        report = visit(
            lambda admin: admin.verify_audit(
                lambda done, total: bar.update(task, completed=done, total=total)
            ),
            alone,
        )
    if not report.ok:
        for problem in report.problems:
            say(problem)
        raise BackupFailed(f"The backup's audit trail does not fit; {consequence}.")


def _mark(settings: Settings, file: Path) -> Restored:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return visit(lambda admin: admin.mark_restored(digest), settings)


def _tell(settings: Settings, done: Restored) -> None:
    say(f"Restored: {done.events} audit events under {done.seals} seals; everything fits.")
    say(
        f"{done.pending} requests wait for a decision, as they did then;"
        f" {done.redrawn} of their cards are drawn again."
    )
    remark(
        "What was decided after the backup is forgotten here, not by the agents: docs/deployment.md says what"
        " that means for cards, callbacks and approvals."
    )
    if settings.seal_file is not None:
        remark(
            f"{settings.seal_file} knows seals that this database has not. Keep it under another name before"
            " the next start, and say in that name why."
        )
