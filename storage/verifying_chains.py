"""Chains: every event hashed over the one before it, to the head that its subject's own row names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, select, union_all

from storage import codec
from storage.audit import GENESIS, commitment, event_hash
from storage.audit_report import AuditReport
from storage.audit_tables import AuditRow, ChainRow
from storage.streams import by_bytes, streamed
from storage.tables import ApprovalRow

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_chain = ChainRow.__table__  # type: ignore[attr-defined]  # likewise
_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # likewise

#: is given every subject with its events, in the order of subjects
Hear: TypeAlias = Callable[[str, Sequence[Row[Any]]], None]


def verify_chains(
    connection: Connection, report: AuditReport, hears: Iterable[Hear], progress: Callable[[int], None]
) -> None:
    """Recompute every chain and hold it against its head; `progress` hears how many events are done."""
    for subject, events, head in _beside(_chains(connection), _heads(connection)):
        if events:
            _verify_chain(subject, events, head, report)
            for hear in hears:
                hear(subject, events)
            report.events += len(events)
            progress(report.events)
        elif head is not None and head.seq:
            report.problem(f"{subject}: all {head.seq} events of its chain are missing.")


def chain_problems(
    connection: Connection, subject: str, events: Sequence[Row[Any]], report: AuditReport
) -> None:
    """Recompute the chain of one subject."""
    # To its end, so that no cursor is left open.
    head = next(iter(list(_heads(connection, only=subject))), None)
    if events:
        _verify_chain(subject, events, head, report)
    elif head is not None and head.seq:
        report.problem(f"{subject}: all {head.seq} events of its chain are missing.")


def _beside(
    chains: Iterator[tuple[str, list[Row[Any]]]], heads: Iterator[Row[Any]]
) -> Iterator[tuple[str, list[Row[Any]], Row[Any] | None]]:
    """Each subject of either with its events and its head, as far as it has them; both come in one order."""
    head = next(heads, None)
    for subject, events in chains:
        while head is not None and head.subject < subject:
            yield head.subject, [], head
            head = next(heads, None)
        if head is not None and head.subject == subject:
            yield subject, events, head
            head = next(heads, None)
        else:
            yield subject, events, None
    if head is not None:
        yield head.subject, [], head
    yield from ((each.subject, [], each) for each in heads)


def _chains(connection: Connection) -> Iterator[tuple[str, list[Row[Any]]]]:
    ordered = select(_audit).order_by(by_bytes(connection, _audit.c.subject), _audit.c.seq)
    for subject, events in groupby(streamed(connection, ordered), key=attrgetter("subject")):
        yield subject, list(events)


def _heads(connection: Connection, only: str | None = None) -> Iterator[Row[Any]]:
    requests = select(
        _approval.c.id.label("subject"),
        _approval.c.audit_seq.label("seq"),
        _approval.c.audit_head.label("head"),
    )
    heads = union_all(requests, select(_chain.c.subject, _chain.c.seq, _chain.c.head)).subquery()
    ordered = select(heads).order_by(by_bytes(connection, heads.c.subject))
    return streamed(connection, ordered if only is None else ordered.where(heads.c.subject == only))


def _verify_chain(
    subject: str, events: Sequence[Row[Any]], head: Row[Any] | None, report: AuditReport
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
    elif (head.seq, head.head) != (len(events), previous):
        report.problem(
            f"{subject}: its record names event {head.seq} as the last; the chain ends at {len(events)}."
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
