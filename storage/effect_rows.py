"""Effects as rows: cards to post, marks to redraw, lines and callbacks to send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Connection, Dialect, Integer, Text, Update, and_, case, or_, select, update

from bot.domain import ids
from bot.domain.destinations import of_callback
from bot.domain.effects import Effect, Ping, PostCard, RedrawCards, SendCallback, Tell
from bot.domain.request import ApprovalRequest
from storage.among import Lookup
from storage.codec import to_text
from storage.context import Batch
from storage.many import Columns, Given, Many, inserting
from storage.tables import CardRow, OutboxRow

#: a footer is redrawn at most this often (microseconds)
FOOTER_EVERY = 60_000_000

_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # likewise


def _redraw(_: Dialect, given: Given) -> Update:
    due_at = case((_leased(given), _card.c.due_at), else_=given["now"])
    return _marked(given).values(wanted_version=given["version"], due_at=due_at)


def _redraw_footer(_: Dialect, given: Given) -> Update:
    next_at = _card.c.shown_at + FOOTER_EVERY
    footer_at = case((or_(_card.c.shown_at.is_(None), next_at < given["now"]), given["now"]), else_=next_at)
    due_at = case((or_(_leased(given), _card.c.due_at <= footer_at), _card.c.due_at), else_=footer_at)
    return _marked(given).values(wanted_version=given["version"], due_at=due_at)


def _marked(given: Given) -> Update:
    return update(_card).where(_card.c.request_id == given["request"], _card.c.state != "undeliverable")


def _leased(given: Given) -> Any:
    return and_(_card.c.leased_until.is_not(None), _card.c.leased_until > given["now"])


_MARK: Columns = {"request": Text(), "version": Integer(), "now": BigInteger()}
_redraws = Many(_MARK, _redraw)
_footers = Many(_MARK, _redraw_footer)
_unsettled = Lookup(
    lambda among: select(_outbox.c.request_id).where(
        among(_outbox.c.request_id),
        _outbox.c.kind == "callback",
        _outbox.c.state.in_(("waiting", "held")),
    )
)
_new_cards = inserting(_card, or_ignoring=True)
_new_outbox = inserting(
    _outbox,
    *("id", "kind", "request_id", "turn", "destination", "state", "created_at", "due_at", "attempts"),
    *("text", "people", "url", "event_hash", "snapshot"),
)


class EffectRows:
    """The rows that a batch's effects become."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._made_at = batch.now.timestamp()
        self._cards: list[dict[str, Any]] = []
        self._redraws: dict[str, dict[str, Any]] = {}
        self._footers: dict[str, dict[str, Any]] = {}
        self._outbox: list[dict[str, Any]] = []
        self._may_be_held: set[str] = set()

    def add(
        self, request: ApprovalRequest, effects: Iterable[Effect], *, snapshot: str, event_hash: str
    ) -> None:
        """Turn the effects of one transition into rows; `snapshot` is needed when it sends a callback."""
        turn = request.progress.callbacks - sum(isinstance(effect, SendCallback) for effect in effects)
        for effect in effects:
            if isinstance(effect, PostCard):
                self.add_copy(request, effect.destination)
            elif isinstance(effect, RedrawCards):
                marks = self._redraws if effect.urgent else self._footers
                marks[request.id] = self._mark(request)
            elif isinstance(effect, SendCallback):
                turn += 1
                self._add_callback(request, effect, turn, snapshot, event_hash)
            else:
                self._outbox.append(self._line_row(request, effect))

    def add_copy(self, request: ApprovalRequest, destination: str, adopted: str | None = None) -> None:
        """Give a destination a copy; `adopted` is the message of one that stands there already."""
        row = {
            "id": self._id(ids.CARD),
            "request_id": request.id,
            "destination": destination,
            "adopted": adopted or "",
            "state": "posted" if adopted else "wanted",
            "message": adopted,
            "wanted_version": request.version,
            "shown_version": 0,
            "shown_at": None,
            "shown_digest": None,
            "created_at": self._batch.stamp,
            "due_at": self._batch.stamp,
            "leased_until": None,
            "attempts": 0,
            "uncertain": False,
            "why": None,
            "batch": None,
            # A window in which silence approves is not begun by a line in a list.
            "alone": request.veto_open,
        }
        self._cards.append(row)

    def add_line(self, subject: str, line: Tell) -> None:
        """Tell somebody privately about what is no request: the policy."""
        self._outbox.append(self._outbox_row(ids.EFFECT, subject) | _private(line))

    def add_review(self, review_id: str, destination: str) -> None:
        """Ask the owner of a rule; what is shown is drawn when it is sent."""
        row = self._outbox_row(ids.EFFECT, review_id)
        self._outbox.append(row | {"kind": "review", "destination": destination, "text": "", "people": None})

    def write(self, connection: Connection) -> None:
        """Write everything, marks before new copies."""
        self._batch.has_effects |= bool(self._cards or self._redraws or self._footers or self._outbox)
        _redraws.run(connection, list(self._redraws.values()))
        footers = [mark for request, mark in self._footers.items() if request not in self._redraws]
        _footers.run(connection, footers)
        _new_cards.run(connection, self._cards)
        self._hold_back(connection)
        _new_outbox.run(connection, self._outbox)

    def _mark(self, request: ApprovalRequest) -> dict[str, Any]:
        return {"request": request.id, "version": request.version, "now": self._batch.stamp}

    def _line_row(self, request: ApprovalRequest, effect: Ping | Tell) -> dict[str, Any]:
        row = self._outbox_row(ids.EFFECT, request.id)
        if isinstance(effect, Tell):
            return row | _private(effect)
        row |= {"kind": "ping", "destination": effect.destination, "text": effect.line}
        row["people"] = to_text(effect.people)
        return row

    def _add_callback(
        self, request: ApprovalRequest, effect: SendCallback, turn: int, snapshot: str, event_hash: str
    ) -> None:
        row = self._outbox_row(ids.CALLBACK, request.id)
        row |= {
            "kind": "callback",
            "turn": turn,
            "destination": of_callback(effect.url),
            "text": effect.type.value,
            "url": effect.url,
            "event_hash": event_hash,
            "snapshot": snapshot,
        }
        self._outbox.append(row)
        if turn > 1:
            self._may_be_held.add(request.id)

    def _outbox_row(self, kind: str, subject: str) -> dict[str, Any]:
        return {
            "id": self._id(kind),
            "request_id": subject,
            "turn": 0,
            "state": "waiting",
            "created_at": self._batch.stamp,
            "due_at": self._batch.stamp,
            "attempts": 0,
            "people": None,
            "url": None,
            "event_hash": None,
            "snapshot": None,
        }

    def _id(self, kind: str) -> str:
        return ids.new_id(kind, at=self._made_at)

    def _hold_back(self, connection: Connection) -> None:
        """Callbacks alone keep their order: one waits until the request's earlier ones are settled."""
        unsettled = self._unsettled(connection)
        for row in self._outbox:
            if row["turn"] > 1 and row["request_id"] in unsettled:
                row["state"], row["due_at"] = "held", None
            if row["turn"]:
                unsettled.add(row["request_id"])

    def _unsettled(self, connection: Connection) -> set[str]:
        if not self._may_be_held:
            return set()
        return {row.request_id for row in _unsettled.rows(connection, sorted(self._may_be_held))}


def _private(line: Tell) -> dict[str, Any]:
    people = to_text((line.sign_in,)) if line.sign_in else None
    return {"kind": "tell", "destination": line.address, "text": line.sentence, "people": people}
