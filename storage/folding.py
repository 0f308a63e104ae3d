"""Folding moves into requests: lock, fold, write state, audit and effects, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from bot.domain import lifecycle
from bot.domain.doors import door
from bot.domain.moves import Move, Press
from bot.domain.private_moves import Erase, Forget
from bot.domain.request import ApprovalRequest
from bot.domain.terms import Terms
from bot.domain.transition import Answer, Transition
from bot.ports import Moved
from storage import codec, mapping
from storage.among import Lookup
from storage.audit import Chain
from storage.context import Batch
from storage.prepared import Later
from storage.promises import FIXED, Promised, new_salts, resalted
from storage.saving import ask_saved
from storage.sheet import Sheet
from storage.tables import ApprovalRow, CommandRow

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_command = CommandRow.__table__  # type: ignore[attr-defined]  # likewise

UNKNOWN = Answer(accepted=False, code="not_found", sentence="This request is not known here.")

_locked = Lookup(
    lambda among: select(_approval).where(among(_approval.c.id)).order_by(_approval.c.id).with_for_update()
)
_answered = Lookup(lambda among: select(_command.c.id, _command.c.answer).where(among(_command.c.id)))


class LostUpdate(Exception):
    """A request changed under a lock that should have held; the batch is rolled back and run again."""


@dataclass(slots=True)
class _Held:
    """A locked request, as far as this batch has moved it."""

    request: ApprovalRequest
    chain: Chain
    #: the row as it is stored
    row: Any
    #: columns that the moves of one request seldom change
    fixed: dict[str, Any]
    #: of what its events promise; None for what an earlier version took in
    salts: str | None
    #: columns of the proposal as it stands
    proposed: dict[str, Any]
    #: columns of the request as it stands, once it was moved
    columns: dict[str, Any] | None = None


class Folder:
    """Folds the moves of one transaction; every request is locked and written once."""

    def __init__(
        self, connection: Connection, batch: Batch, sheet: Sheet, *, looks_again: bool = True
    ) -> None:
        """`looks_again`: whether facts are read again under the lock; not by what has just changed them."""
        self._connection = connection
        self.batch = batch
        self._looks_again = looks_again
        self._held: dict[str, _Held] = {}
        #: of requests that an edit took to another escalation policy
        self._reterms: dict[str, Terms] = {}
        #: of requests of which something was erased
        self._resalts: dict[str, str] = {}
        #: by request and message, the digest of what a copy shows that a press came from
        self.shown: dict[tuple[str, str], str | None] = {}
        self.sheet = sheet

    def lock(self, request_ids: Iterable[str]) -> None:
        """Load and lock requests, in the order of their ids in every process."""
        wanted = sorted(set(request_ids) - self._held.keys())
        if not wanted:
            return
        self.hold(_locked.rows(self._connection, wanted))
        if self._looks_again:
            self.batch.look_again(self._connection)

    def hold(self, rows: Sequence[Any]) -> None:
        """Take in requests that are locked; the batch's facts were read after that."""
        terms = self.batch.surroundings.terms.load(self._connection, {row.terms for row in rows})
        for row in rows:
            request = mapping.to_request(row, terms[row.terms])
            fixed = {name: getattr(row, name) for name in FIXED}
            chain = Chain(row.id, row.audit_seq, row.audit_head)
            proposed = mapping.stored_proposed_columns(row)
            self._held[row.id] = _Held(request, chain, row, fixed, row.salts, proposed)

    def known(self, request_id: str) -> ApprovalRequest | None:
        """A locked request as it stands now."""
        held = self._held.get(request_id)
        return held.request if held else None

    def fold(self, move: Move) -> Transition | None:
        """Fold one move into a locked request; None when there is no such request."""
        held = self._held.get(move.request_id)
        if held is None:
            return None
        transition = lifecycle.fold(held.request, move, self.batch.facts)
        if not transition.events:
            self.sheet.add_effects(transition, held.chain, held.columns)
            return transition
        if transition.request.terms is not held.request.terms:
            self._takes_terms(held, transition.request.terms)
        if transition.request.status.is_final and not held.request.status.is_final:
            self.batch.ended.append(transition.request)
        if transition.request.proposal is not held.request.proposal:
            held.proposed = mapping.proposed_columns(transition.request)
        held.request = transition.request
        held.columns = mapping.changed_columns(held.request, held.proposed)
        self._write_down(held, move, transition)
        self.sheet.tally.happened(transition.request, transition.events)
        self.sheet.add_effects(transition, held.chain, held.columns)
        return transition

    def _takes_terms(self, held: _Held, terms: Terms) -> None:
        self._reterms[held.request.id] = terms
        held.fixed["terms"] = self.batch.surroundings.terms.hash_of(terms)
        held.fixed["escalation_policy"] = terms.escalation_policy

    def _write_down(self, held: _Held, move: Move, transition: Transition) -> None:
        """The events of a transition, with what they promise of the row and the packet."""
        packet = None if transition.packet is None else codec.to_text(transition.packet)
        if packet is not None:
            self.sheet.add_packet(held.request, packet)
        if held.salts is not None and isinstance(move, Erase | Forget):
            held.salts = self._resalts[move.request_id] = (
                new_salts() if isinstance(move, Erase) else resalted(held.salts)
            )
        message = getattr(move, "copy_message", None)
        shown = self.shown.get((move.request_id, message)) if message else None
        through = door(move, self.batch.facts, shown)
        promised = Promised(held.salts, {**held.fixed, **(held.columns or {})}, packet, through)
        self.sheet.add_events(held.chain.extend(transition.events, self.batch.stamp, promised))

    def write(self) -> None:
        """Write the state of everything that changed."""
        self.save()()

    def save(self) -> Later[None]:
        """Write it; what is returned makes sure of it, once PostgreSQL has answered."""
        changed = [held for held in self._held.values() if held.columns is not None]
        self._write_terms()
        for request_id, salts in self._resalts.items():
            mine = update(_approval).where(_approval.c.id == request_id)
            self._connection.execute(mine.values(salts=salts))
        self.batch.changed.update(dict.fromkeys(held.request.id for held in changed))
        saved = ask_saved(self._connection, [(held.row, _columns(held)) for held in changed])

        def ensure() -> None:
            if saved() != len(changed):
                raise LostUpdate

        return ensure

    def _write_terms(self) -> None:
        """Rare, so that these columns and their index stay out of the statement that every press runs."""
        book = self.batch.surroundings.terms
        if self._reterms:
            self.batch.terms_stored += book.store(self._connection, self._reterms.values())
        for request_id, terms in self._reterms.items():
            changes = {"terms": book.hash_of(terms), "escalation_policy": terms.escalation_policy}
            self._connection.execute(update(_approval).where(_approval.c.id == request_id).values(changes))


def _columns(held: _Held) -> dict[str, Any]:
    columns = held.columns or {}
    columns["audit_seq"], columns["audit_head"] = held.chain.seq, held.chain.head
    return columns


def ask_locked(connection: Connection, request_ids: Iterable[str]) -> Later[list[Any]]:
    """Rows of requests, locked in the order of their ids in every process."""
    wanted = sorted(set(request_ids))
    return _locked.ask(connection, wanted) if wanted else list


def ask_answers(connection: Connection, moves: Sequence[Move]) -> Later[dict[str, Answer]]:
    """The answers of commands that were folded before, by command id.

    To be asked for after the requests are locked: two deliveries of one press lock the same request, so the
    second one sees what the first wrote.
    """
    if not moves:
        return dict
    rows = _answered.ask(connection, (move.command_id for move in moves))
    return lambda: {row.id: codec.answer(row.answer) for row in rows()}


def fold_moves(folder: Folder, moves: Sequence[Move], answers: dict[str, Answer]) -> list[Moved]:
    """Fold moves in the order they arrived, each command once; one answer each."""
    results = []
    for move in moves:
        answer = answers.get(move.command_id)
        if answer is not None:
            # Perhaps this is the first we hear of it: the answer of a COMMIT may have been lost.
            folder.batch.changed[move.request_id] = None
        else:
            transition = folder.fold(move)
            answer = transition.answer if transition else UNKNOWN
            if transition is not None:
                folder.sheet.add_command(move, answer)
                if transition.waits_for and isinstance(move, Press):
                    folder.sheet.add_held(move, transition.waits_for)
                answers[move.command_id] = answer
        results.append(Moved(answer=answer, request=folder.known(move.request_id)))
    return results
