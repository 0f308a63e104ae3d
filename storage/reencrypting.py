"""Encrypts what is stored anew with the first key, so that older keys of PLACET_SECRET_KEY can be dropped."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import Connection, Table, select, update

from bot.domain.errors import Misconfigured
from bot.secrets import SecretBox, Undecipherable
from storage.access_tables import CallbackSecretRow, SigningKeyRow
from storage.context import Batch
from storage.draft_tables import DraftRow
from storage.installation_tables import InstallationRow
from storage.store import SqlStore

_secret = CallbackSecretRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_key = SigningKeyRow.__table__  # type: ignore[attr-defined]  # likewise
_draft = DraftRow.__table__  # type: ignore[attr-defined]  # likewise
_installation = InstallationRow.__table__  # type: ignore[attr-defined]  # likewise

#: every column that holds something encrypted
ENCRYPTED: tuple[tuple[Table, str], ...] = (
    (_secret, "secret"),
    (_key, "private"),
    (_installation, "token"),
    (_draft, "typed"),
)

_log = logging.getLogger(__name__)


async def reencrypt(store: SqlStore, box: SecretBox) -> int:
    """How many secrets an older key had encrypted. What no key opens is left alone, and complained about."""

    def run(connection: Connection, _: Batch) -> int:
        return sum(_column(connection, table, name, box) for table, name in ENCRYPTED)

    changed = await store.write(run)
    if changed:
        _log.info("%s stored secrets were encrypted anew with the first key of PLACET_SECRET_KEY.", changed)
    return changed


async def replace_keys(store: SqlStore, box: SecretBox, keys: Sequence[str]) -> None:
    """Go on with other keys, and encrypt what is stored with the first of them.

    Raises `Misconfigured`, and changes nothing, where they do not open what the keys before opened.
    """
    other = SecretBox(keys)

    def run(connection: Connection) -> int:
        stored = [
            secret
            for table, name in ENCRYPTED
            for secret in connection.execute(select(table.c[name]).where(table.c[name] != "")).scalars()
        ]
        return sum(not other.opens(secret) and box.opens(secret) for secret in stored)

    if lost := await store.query(run):
        raise Misconfigured(
            f"It does not open {lost} of the stored secrets; put the new key in front of the old one, with a"
            " comma between them."
        )
    box.replace(keys)
    await reencrypt(store, box)


def _column(connection: Connection, table: Table, name: str, box: SecretBox) -> int:
    column, (key,) = table.c[name], table.primary_key.columns
    changed = 0
    for row_key, stored in connection.execute(select(key, column).where(column != "")).all():
        if box.is_current(stored):
            continue
        try:
            anew = box.rotate(stored)
        except Undecipherable as error:
            _log.error("A secret in %s cannot be read: %s", table.name, error.sentence)
            continue
        connection.execute(update(table).where(key == row_key, column == stored).values({column: anew}))
        changed += 1
    return changed
