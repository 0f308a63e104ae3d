"""Whether the end of the audit trail is sealed, and the last seal fits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from bot.doctor.verdict import Finding, green, red
from bot.ports import Clock
from storage.audit_tables import AuditRow, SealRow
from storage.doctor.probe import Probe
from storage.merkle import root
from storage.sealing import leaves, statement
from storage.stamps import from_stamp

#: seals follow within a second; what waits so long waits for a worker that is not there
PATIENCE = timedelta(seconds=30)

_audit: Table = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_seal: Table = SealRow.__table__  # type: ignore[attr-defined]  # likewise

#: whether a key of this installation made a signature (URL-safe base64) over a statement
IsSigned = Callable[[str, bytes, str], bool]


async def sealed(probe: Probe, is_signed: IsSigned, clock: Clock) -> Finding:
    """Look at what no seal covers, and at the last one."""
    count, oldest_at, fits, number = await probe.ask(lambda connection: _read(connection, is_signed))
    if not fits:
        return red(
            f"Seal {number} does not fit the events under it: somebody changed what happened.",
            "Run `placet audit verify`, keep this database as it is, and compare it with a backup.",
        )
    if oldest_at is not None and clock() - oldest_at > PATIENCE:
        return red(
            f"{count} audit events wait for a seal since {oldest_at:%Y-%m-%d %H:%M:%S} UTC.",
            "No worker runs: start `placet serve` or `placet worker`, and look at its log.",
        )
    return green(f"The audit trail is sealed up to its end; seal {number} fits what is under it.")


def _read(connection: Connection, is_signed: IsSigned) -> tuple[int, datetime | None, bool, int]:
    unsealed = select(func.count(), func.min(_audit.c.at)).where(_audit.c.seal.is_(None))
    count, oldest = connection.execute(unsealed).one()
    last = connection.execute(select(_seal).order_by(_seal.c.number.desc()).limit(1)).one_or_none()
    oldest_at = None if oldest is None else from_stamp(oldest)
    fits = last is None or _fits(connection, last, is_signed)
    return count, oldest_at, fits, last.number if last is not None else 0


def _fits(connection: Connection, seal: Row[Any], is_signed: IsSigned) -> bool:
    events = connection.execute(select(_audit).where(_audit.c.seal == seal.number)).all()
    text = statement(seal.number, seal.previous, seal.root, seal.leaves, seal.at)
    try:
        is_whole = len(events) == seal.leaves and root(leaves(events)) == seal.root
    except ValueError:  # a hash that is no hexadecimal number
        return False
    return is_whole and is_signed(seal.kid, text, seal.signature)
