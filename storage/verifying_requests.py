"""Whether requests, packets and receipts say what their audit events say.

The chain proves the events; whoever asks for a request is answered from its row. So the events are
told again, and the row, the packets and the receipt are held against them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row

from storage.audit_report import AuditReport
from storage.promises import FOLLOWED, IDEMPOTENCY, STATE
from storage.standing import Standing
from storage.story import Story, told
from storage.verifying_receipts import receipt_fault
from storage.verifying_seals import IsSigned

#: what row and events say alike, by the name that both have for it
_ALIKE = (
    *("agent", "action", "digest", "revision", "status"),
    *("decision", "deciders", "redemption", "outcome", "is_erased"),
)
_PACKET = "packet/"


class Requests:
    """Holds requests against their events, as both come along in the order of ids."""

    def __init__(self, standings: Iterator[Standing], is_signed: IsSigned, report: AuditReport) -> None:
        self._standings = standings
        self._is_signed = is_signed
        self._report = report
        self._next = next(standings, None)

    def hear(self, subject: str, events: Sequence[Row[Any]]) -> None:
        """The events of a subject, which may be a request."""
        while self._next is not None and self._next.id <= subject:
            self._hold(self._next, events if self._next.id == subject else ())
            self._next = next(self._standings, None)

    def finish(self) -> None:
        """There are no more events."""
        if self._next is not None:
            self._hold(self._next, ())
        for standing in self._standings:
            self._hold(standing, ())

    def _hold(self, standing: Standing, events: Sequence[Row[Any]]) -> None:
        if not (standing.status or standing.is_unreadable):
            self._report.problem(f"{standing.id}: has a packet or a receipt but no record of its own.")
            return
        try:
            story = told(events)
            wrong = ["content"] if standing.is_unreadable else self._wrong(standing, story)
            if fault := receipt_fault(standing, story, self._is_signed):
                self._report.problem(f"{standing.id}: its receipt {fault}.")
        except (ValueError, KeyError, TypeError, AttributeError):
            # Events that cannot be read are found by their hashes.
            wrong = ["content"]
        if wrong:
            listed = ", ".join(wrong)
            self._report.problem(
                f"{standing.id}: its {listed} cannot be what its events tell; the row was changed."
            )

    def _wrong(self, standing: Standing, story: Story) -> list[str]:
        """What does not fit, by name."""
        wrong = [name for name in _ALIKE if getattr(story, name) != getattr(standing, name)]
        if not wrong and (FOLLOWED in story.promises or not _keeps(STATE, standing, story)):
            wrong.append(STATE)
        if not _are_its_packets(standing, story):
            wrong.append("packet")
        if not _is_its_key(standing, story):
            wrong.append("idempotency key")
        return wrong


def _keeps(name: str, standing: Standing, story: Story) -> bool:
    return name not in story.promises or story.promises[name] == standing.promises.get(name)


def _are_its_packets(standing: Standing, story: Story) -> bool:
    """Whether the packets are those that were shown, or hold nothing where they were erased."""
    if story.is_erased:
        return standing.is_empty
    if standing.shown != story.digest:
        return False
    named = {name for name in standing.promises if name.startswith(_PACKET)}
    promised = {name for name in story.promises if name.startswith(_PACKET)}
    return not promised or (named == promised and all(_keeps(name, standing, story) for name in promised))


def _is_its_key(standing: Standing, story: Story) -> bool:
    """Whether the key is the one that the request came under; it goes after a time.

    With what is erased goes the salt that its promise was made with.
    """
    if story.is_erased or not story.promises or IDEMPOTENCY not in standing.promises:
        return True
    return story.promises.get(IDEMPOTENCY) == standing.promises[IDEMPOTENCY]
