"""Whether this program can work on a database that a newer one has migrated already.

During a rolling upgrade the first new process migrates, and older ones work on. So a release only ever
widens what older programs use; what nobody needs any more is taken away by a later one. Which of the two
happened is told by the table `schema_revision`, which every schema after the first one has: beside each
revision the oldest schema whose programs still work on it.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, inspect, text

from bot.domain.errors import Misconfigured

#: its name and these columns are what older programs read: neither ever changes
_OLDEST_READER = text("SELECT oldest_reader, program FROM schema_revision WHERE revision = :revision")


def check_reach(connection: Connection, found: str, known: Collection[str]) -> None:
    """Raise Misconfigured unless programs that know the `known` schemas work on the one that was `found`."""
    if found in known:
        return
    if not inspect(connection).has_table("schema_revision"):
        raise _strange(found)
    row = connection.execute(_OLDEST_READER, {"revision": found}).one_or_none()
    if row is None:
        raise _strange(found)
    oldest_reader, program = row
    if oldest_reader not in known:
        raise Misconfigured(
            f"The database was migrated to schema {found} by Placet {program}, and programs need to know"
            f" schema {oldest_reader} to work on it; this one knows {max(known)}. Install Placet {program}"
            " or a newer version here."
        )


def _strange(found: str) -> Misconfigured:
    return Misconfigured(
        f'The database says that it is at schema "{found}", which this version of Placet does not know.'
        " Check that PLACET_DATABASE_URL names Placet's own database, and install the version of Placet that"
        " migrated it, or a newer one."
    )
