"""`placet audit verify`: every chain and every seal recomputed from what is stored.

Nothing is held in memory but one chain, or what lies under one seal.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, func, select

from storage.audit_report import MOST_PROBLEMS, AuditReport
from storage.audit_tables import AuditRow
from storage.seal_file import SealFile
from storage.standing import standings
from storage.verifying_chains import verify_chains
from storage.verifying_kept_seals import verify_kept
from storage.verifying_requests import Requests
from storage.verifying_seals import IsSigned, verify_seals
from storage.verifying_texts import misnamed

__all__ = ["MOST_PROBLEMS", "AuditReport", "verify"]

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


def verify(
    connection: Connection,
    is_signed: IsSigned,
    progress: Callable[[int, int], None] = lambda done, total: None,
    seal_file: Path | None = None,
) -> AuditReport:
    """Check everything; `is_signed(kid, text, signature)` checks one seal, `progress` hears what is done.

    The file of seals is held against the database, where one is given.
    """
    report = AuditReport()
    kept = SealFile(seal_file) if seal_file is not None else None
    # Before the database is looked at: what is added to the file later, this look does not show.
    size = kept.size() if kept is not None and kept.path.exists() else None
    _hold_still(connection)
    total = int(connection.execute(select(func.count()).select_from(_audit)).scalar_one())
    requests = Requests(standings(connection), is_signed, report)
    verify_chains(connection, report, [requests.hear], lambda done: progress(done, total))
    requests.finish()
    verify_seals(connection, is_signed, report)
    if kept is not None:
        verify_kept(connection, kept, size, is_signed, report)
    for sentence in misnamed(connection):
        report.problem(sentence)
    return report


def _hold_still(connection: Connection) -> None:
    """Let every statement see one and the same moment, whatever a running server writes meanwhile.

    On SQLite every transaction does.
    """
    if connection.dialect.name == "postgresql" and not connection.in_transaction():
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
