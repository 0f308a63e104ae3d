"""`placet audit verify`: every chain and every seal recomputed from what is stored.

Nothing is held in memory but one chain, or what lies under one seal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection, func, select

from storage.audit_report import MOST_PROBLEMS, AuditReport
from storage.audit_tables import AuditRow
from storage.moment import hold_still
from storage.standing import Standing, standings
from storage.verifying_chains import verify_chains
from storage.verifying_kept_seals import Kept, verify_kept
from storage.verifying_keys import changed_keys, unendorsed
from storage.verifying_requests import Requests
from storage.verifying_seals import IsSigned, verify_seals
from storage.verifying_texts import lacking, misnamed

__all__ = ["MOST_PROBLEMS", "AuditReport", "verify", "verify_history"]

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
    kept = Kept.at(seal_file) if seal_file is not None else None
    hold_still(connection)
    total = int(connection.execute(select(func.count()).select_from(_audit)).scalar_one())
    for sentence in changed_keys(connection):
        report.problem(sentence)
    verify_history(connection, standings(connection), is_signed, report, lambda done: progress(done, total))
    if kept is not None:
        verify_kept(connection, kept, is_signed, report)
    for sentence in chain(misnamed(connection), lacking(connection)):
        report.problem(sentence)
    return report


def verify_history(
    connection: Connection,
    requests: Iterator[Standing],
    is_signed: IsSigned,
    report: AuditReport,
    progress: Callable[[int], None],
) -> None:
    """Check signing keys, chains, requests that they tell of, and seals; of a database or of an export."""
    for sentence in unendorsed(connection, is_signed):
        report.problem(sentence)
    checked = Requests(requests, is_signed, report)
    verify_chains(connection, report, [checked.hear], progress)
    checked.finish()
    verify_seals(connection, is_signed, report)
