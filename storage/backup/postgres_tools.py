"""Dumps of PostgreSQL by its own programs, pg_dump and pg_restore, where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess  # nosec B404  # for PostgreSQL's own two programs
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL, make_url

from storage.backup.files import BackupFailed

#: tables as they are, whoever owns them where they are put back
_PLAIN = ("--no-owner", "--no-privileges")


def dump(url: str, target: Path) -> None:
    """Write everything that is committed now in pg_dump's custom format; raises `BackupFailed`."""
    _run("pg_dump", url, [*_PLAIN, "--format=custom", f"--file={target}"])


def load(url: str, source: Path, *, replacing: bool) -> None:
    """Put a dump back in one transaction: all of it, or nothing. Raises `BackupFailed`."""
    clean = ["--clean", "--if-exists"] if replacing else []
    _run("pg_restore", url, [*_PLAIN, "--exit-on-error", "--single-transaction", *clean, str(source)])


def _run(name: str, url: str, arguments: Sequence[str]) -> None:
    program = shutil.which(name)
    if program is None:
        raise BackupFailed(
            f"{name} is not installed here. Install the client programs of your PostgreSQL, or run {name}"
            " where the database is; docs/deployment.md has the line."
        )
    where, environment = _addressed(make_url(url))
    command = [program, f"--dbname={where}", "--no-password", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's own program, and no shell  # nosec B603
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise BackupFailed(f"{name} could not do it: {' '.join(said[-3:]) or 'it did not say why'}")


def _addressed(url: URL) -> tuple[str, dict[str, str]]:
    """The address without its password, which goes where other users of the machine cannot read it."""
    shown = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    secret = {} if url.password is None else {"PGPASSWORD": str(url.password)}
    return shown, {**os.environ, **secret}
