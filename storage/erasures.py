"""Erasing somebody's data by hand: of a subject that requests are about, or of a person who left the policy.

It goes in parts, each of which commits; run again after it was interrupted, it goes on with what is left. An
audit event tells that it was done, and for how many requests; whose data they were, only as a commitment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, func, select, update

from bot.domain.erasing import OPERATOR
from bot.domain.errors import Conflict
from bot.domain.events import Event, EventKind
from storage import codec
from storage.audit_tables import AuditRow, ChainRow
from storage.context import Batch
from storage.erasing import awaiting_callbacks, erase
from storage.erasing_people import forget_person, forget_words, private_values
from storage.finding_people import about, naming
from storage.history_erasing import forget_subject
from storage.history_keys import subject_key
from storage.history_tables import HistoryCountRow
from storage.store import SqlStore
from storage.subject_chain import lock

#: requests in one transaction
_AT_ONCE = 50
#: requests that a refusal names
_NAMED = 3
#: the subject of the audit events that tell of erasures
CHAIN = "erasure"

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_chain = ChainRow.__table__  # type: ignore[attr-defined]  # likewise
_count = HistoryCountRow.__table__  # type: ignore[attr-defined]  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What there is of somebody."""

    #: requests that hold their data
    requests: tuple[str, ...] = ()
    #: those of them that wait for a decision, or for their agent to be told
    unfinished: tuple[str, ...] = ()
    #: rows in which requests about them are counted
    counters: int = 0
    #: audit events with something private of theirs
    events: int = 0

    @property
    def are_none(self) -> bool:
        """Whether there is nothing."""
        return not (self.requests or self.counters or self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was erased."""

    requests: int
    #: with it and the id, whoever kept it can prove whose data the audit event is about; stored nowhere
    salt: str


class Erasures:
    """Looks for somebody's data, and erases them."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def of_subject(self, subject: str) -> Traces:
        """What there is of a subject, by the id that agents gave it."""

        def run(connection: Connection) -> Traces:
            found = list(about(connection, subject))
            ids = [each.id for each in found]
            untold = set(awaiting_callbacks(connection, ids))
            counted = select(func.count()).select_from(_count).where(_count.c.key == subject_key(subject))
            return Traces(
                requests=tuple(ids),
                unfinished=tuple(each.id for each in found if each.is_pending or each.id in untold),
                counters=int(connection.execute(counted).scalar_one()),
            )

        return await self._store.query(run)

    async def of_person(self, person: str, accounts: Sequence[str] = ()) -> Traces:
        """What there is of a person of the policy, by their id there and their accounts (`slack:T…/U…`)."""

        def run(connection: Connection) -> Traces:
            events = private_values(connection, person, accounts)
            return Traces(requests=tuple(naming(connection, person)), events=events)

        return await self._store.query(run)

    async def erase_subject(
        self, subject: str, *, by: str, progress: Callable[[int], None] = lambda done: None
    ) -> Erased:
        """Erase it; raises `Conflict` while a request about it is unfinished, and then erases nothing."""
        found = await self.of_subject(subject)
        if found.unfinished:
            raise Conflict(_unfinished(found.unfinished))
        erased = 0
        for part in _parts(found.requests):
            erased += len(await self._store.write(partial(erase, request_ids=part, because="subject")))
            progress(erased)

        def finish(connection: Connection, batch: Batch) -> str:
            forget_subject(connection, subject)
            return _record(connection, batch, _event("subject", subject, erased, by))

        return Erased(requests=erased, salt=await self._store.write(finish))

    async def erase_person(
        self,
        person: str,
        accounts: Sequence[str] = (),
        *,
        by: str,
        progress: Callable[[int], None] = lambda done: None,
    ) -> Erased:
        """Erase what a person wrote, and what is private of them; that they decided, stays."""
        found = await self.of_person(person, accounts)
        touched = done = 0
        for part in _parts(found.requests):
            touched += await self._store.write(partial(forget_words, request_ids=part, person=person))
            done += len(part)
            progress(done)

        def finish(connection: Connection, batch: Batch) -> str:
            forget_person(connection, person, accounts)
            return _record(connection, batch, _event("person", person, touched, by))

        return Erased(requests=touched, salt=await self._store.write(finish))


def _parts(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]


def _event(kind: str, whom: str, requests: int, by: str) -> Event:
    return Event(
        kind=EventKind.DATA_ERASED,
        actor=OPERATOR,
        facts={"of": kind, "requests": requests},
        private={"whom": whom, "by": by},
    )


def _record(connection: Connection, batch: Batch, event: Event) -> str:
    """Put it on record; the salt that hides whom, which is stored nowhere."""
    chain = lock(connection, CHAIN)
    row = chain.append(event, batch.stamp)
    private = codec.from_text(row["private"], dict[str, list[str]])
    salt, _ = private.pop("whom")
    connection.execute(_audit.insert(), [row | {"private": codec.to_text(private)}])
    moved = update(_chain).where(_chain.c.subject == CHAIN)
    connection.execute(moved.values(seq=chain.seq, head=chain.head))
    return salt


def _unfinished(ids: Sequence[str]) -> str:
    named = ", ".join(ids[:_NAMED]) + (f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else "")
    what = "is not finished" if len(ids) == 1 else "are not finished"
    return (
        f"{named} {what}: decide or withdraw what waits, answer open quality checks, wait until agents were"
        " told, and run it again. Nothing was erased."
    )
