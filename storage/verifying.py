"""`placet audit verify`: every chain and every seal recomputed from what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any

from sqlalchemy import Connection, Row, func, select, union_all

from storage import codec
from storage.audit import GENESIS, commitment, event_hash
from storage.audit_tables import AuditRow, ChainRow, SealRow
from storage.merkle import root
from storage.sealing import leaves, seal_hash, statement
from storage.tables import ApprovalRow
from storage.verifying_requests import contradictions
from storage.verifying_texts import misnamed

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_seal = SealRow.__table__  # type: ignore[attr-defined]  # likewise
_chain = ChainRow.__table__  # type: ignore[attr-defined]  # likewise
_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # likewise

#: problems listed at the most; one broken place often breaks many
MOST_PROBLEMS = 50


@dataclass(slots=True)
class AuditReport:
    """What was checked and what is wrong."""

    events: int = 0
    seals: int = 0
    #: events that no seal covers yet
    unsealed: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def problem(self, sentence: str) -> None:
        """Note something that is wrong."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(sentence)


def verify(
    connection: Connection,
    is_signed: Callable[[str, bytes, str], bool],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> AuditReport:
    """Check everything; `is_signed(kid, text, signature)` checks one seal, `progress` hears what is done."""
    report = AuditReport()
    total = int(connection.execute(select(func.count()).select_from(_audit)).scalar_one())
    heads = _heads(connection)
    for subject, events in _grouped(connection, "subject", "seq"):
        _verify_chain(subject, events, heads.pop(subject, None), report)
        report.events += len(events)
        progress(report.events, total)
    for subject, (seq, _) in heads.items():
        if seq:
            report.problem(f"{subject}: all {seq} events of its chain are missing.")
    _verify_seals(connection, is_signed, report)
    for sentence in chain(contradictions(connection, is_signed), misnamed(connection)):
        report.problem(sentence)
    return report


def _heads(connection: Connection) -> dict[str, tuple[int, str]]:
    requests = select(_approval.c.id, _approval.c.audit_seq, _approval.c.audit_head)
    others = select(_chain.c.subject, _chain.c.seq, _chain.c.head)
    return {row[0]: (row[1], row[2]) for row in connection.execute(union_all(requests, others))}


def _grouped(connection: Connection, by: str, *then_by: str) -> Iterator[tuple[Any, list[Row[Any]]]]:
    """Events in groups that have this column's value in common, without all of them in memory."""
    order = [_audit.c[name] for name in (by, *then_by)]
    rows = connection.execute(select(_audit).order_by(*order), execution_options={"yield_per": 2000})
    for value, group in groupby(rows, key=lambda row: getattr(row, by)):
        yield value, list(group)


def _verify_chain(
    subject: str, events: list[Row[Any]], head: tuple[int, str] | None, report: AuditReport
) -> None:
    previous = GENESIS
    for position, event in enumerate(events, start=1):
        if event.seq != position:
            report.problem(f"{subject}: event {position} is missing (found {event.seq}).")
            return
        written = f"{event.seq}\n{event.kind}\n{event.actor}\n{event.at}\n{event.facts}"
        expected = event_hash(previous, subject, written)
        if expected != event.hash:
            report.problem(f"{subject}: event {event.seq} ({event.kind}) was changed.")
            return
        _verify_private(event, report)
        previous = event.hash
    if head is None:
        report.problem(f"{subject}: has events but no record of its own.")
    elif head != (len(events), previous):
        report.problem(
            f"{subject}: its record names event {head[0]} as the last; the chain ends at {len(events)}."
        )


def _verify_private(event: Row[Any], report: AuditReport) -> None:
    """Private values must fit their commitments; erased ones are fine."""
    if event.private is None:
        return
    promised = codec.from_text(event.facts, dict[str, Any]).get("commitments", {})
    try:
        kept = codec.from_text(event.private, dict[str, tuple[str, str]])
    except ValueError:
        report.problem(f"{event.subject}: the private values of event {event.seq} were changed.")
        return
    for name, (salt, value) in kept.items():
        if promised.get(name) != commitment(salt, value):
            report.problem(f"{event.subject}: the {name} of event {event.seq} was changed.")


def _verify_seals(
    connection: Connection, is_signed: Callable[[str, bytes, str], bool], report: AuditReport
) -> None:
    seals = {row.number: row for row in connection.execute(select(_seal).order_by(_seal.c.number))}
    _verify_succession(list(seals.values()), is_signed, report)
    for number, events in _grouped(connection, "seal"):
        row = seals.pop(number, None)
        if number is None:
            report.unsealed = len(events)
        elif row is None:
            report.problem(f"Seal {number} is missing; events name it.")
        elif not _fits(row, events):
            report.problem(f"Seal {number} does not fit the events under it.")
    for number in seals:
        report.problem(f"Seal {number} does not fit the events under it: all are missing.")


def _fits(seal: Row[Any], events: list[Row[Any]]) -> bool:
    try:
        return len(events) == seal.leaves and bool(root(leaves(events)) == seal.root)
    except ValueError:  # a hash that is no hexadecimal number
        return False


def _verify_succession(
    seals: list[Row[Any]], is_signed: Callable[[str, bytes, str], bool], report: AuditReport
) -> None:
    previous, expected = GENESIS, 1
    for row in seals:
        report.seals += 1
        if row.number != expected or row.previous != previous:
            report.problem(f"Seal {row.number} does not follow the seal before it.")
        text = statement(row.number, row.previous, row.root, row.leaves, row.at)
        if not is_signed(row.kid, text, row.signature):
            report.problem(f"Seal {row.number} is not signed by a key of this installation.")
        previous, expected = seal_hash(row), row.number + 1
