"""Audit events for readers: the story of one subject, and what came under the seals after one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.auditing.told_event import ToldEvent
from storage import codec
from storage.audit_report import AuditReport
from storage.audit_tables import AuditRow, SealRow
from storage.moment import hold_still
from storage.stamps import from_stamp
from storage.standing import Standing, standings
from storage.verifying_chains import chain_problems
from storage.verifying_requests import Requests
from storage.verifying_seals import IsSigned

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_seal = SealRow.__table__  # type: ignore[attr-defined]  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The events of one subject, and whether they fit."""

    events: Sequence[ToldEvent]
    #: the request that it is, as it is stored
    standing: Standing | None
    #: what does not fit of this subject alone, in sentences
    problems: Sequence[str]


def told_of(connection: Connection, subject: str, is_signed: IsSigned) -> Told:
    """The whole story of a subject; without events where there is none."""
    hold_still(connection)
    mine = select(_audit).where(_audit.c.subject == subject).order_by(_audit.c.seq)
    rows = connection.execute(mine).all()
    report = AuditReport()
    chain_problems(connection, subject, rows, report)
    # To its end, so that no cursor is left open.
    standing = next(iter(list(standings(connection, only=subject))), None)
    if standing is not None:
        checked = Requests(iter([standing]), is_signed, report)
        checked.hear(subject, rows)
    return Told(events=[told(row) for row in rows], standing=standing, problems=report.problems)


def under_seals(connection: Connection, after: int, most: int) -> tuple[int, list[ToldEvent]]:
    """The events under the next seals, and the number of the last of these; the same one for nothing new."""
    until = select(func.max(_seal.c.number)).where(_seal.c.number > after, _seal.c.number <= after + most)
    last = connection.execute(until).scalar_one()
    if last is None:
        return after, []
    between = (_audit.c.seal > after, _audit.c.seal <= last)
    query = select(_audit).where(*between).order_by(_audit.c.seal, _audit.c.subject, _audit.c.seq)
    return int(last), [told(row) for row in connection.execute(query)]


def told(row: Row[Any]) -> ToldEvent:
    """An event for readers."""
    private = codec.from_text(row.private, dict[str, tuple[str, str]]) if row.private else {}
    return ToldEvent(
        subject=row.subject,
        seq=row.seq,
        kind=row.kind,
        actor=row.actor,
        at=from_stamp(row.at),
        facts=codec.from_text(row.facts, dict[str, Any]),
        private={name: value for name, (_, value) in private.items()},
        hash=row.hash,
        seal=row.seal,
    )
