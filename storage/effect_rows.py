"""Effects as rows: cards to post, marks to redraw, lines and callbacks to send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, or_, select, update

from bot.domain import ids
from bot.domain.destinations import of_callback
from bot.domain.effects import Effect, Ping, PostCard, RedrawCards, SendCallback, Tell
from bot.domain.request import ApprovalRequest
from storage.codec import to_text
from storage.context import Batch
from storage.tables import CardRow, OutboxRow
from storage.upsert import ignoring

#: a footer is redrawn at most this often (microseconds)
FOOTER_EVERY = 60_000_000

_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # likewise

_leased = and_(_card.c.leased_until.is_not(None), _card.c.leased_until > bindparam("b_now"))
_footer_at = case(
    (_card.c.shown_at.is_(None), bindparam("b_now")),
    (_card.c.shown_at + FOOTER_EVERY < bindparam("b_now"), bindparam("b_now")),
    else_=_card.c.shown_at + FOOTER_EVERY,
)
_redraw = (
    update(_card)
    .where(_card.c.request_id == bindparam("b_request"), _card.c.state != "undeliverable")
    .values(
        wanted_version=bindparam("b_version"),
        due_at=case((_leased, _card.c.due_at), else_=bindparam("b_now")),
    )
)
_redraw_footer = (
    update(_card)
    .where(_card.c.request_id == bindparam("b_request"), _card.c.state != "undeliverable")
    .values(
        wanted_version=bindparam("b_version"),
        due_at=case((or_(_leased, _card.c.due_at <= _footer_at), _card.c.due_at), else_=_footer_at),
    )
)


class EffectRows:
    """The rows that a batch's effects become."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._cards: list[dict[str, Any]] = []
        self._redraws: dict[str, dict[str, Any]] = {}
        self._footers: dict[str, dict[str, Any]] = {}
        self._outbox: list[dict[str, Any]] = []
        self._may_be_held: set[str] = set()

    def add(
        self, request: ApprovalRequest, effects: Iterable[Effect], *, snapshot: str, event_hash: str
    ) -> None:
        """Turn the effects of one transition into rows."""
        for effect in effects:
            if isinstance(effect, PostCard):
                self._cards.append(self._card_row(request, effect))
            elif isinstance(effect, RedrawCards):
                marks = self._redraws if effect.urgent else self._footers
                marks[request.id] = self._mark(request)
            else:
                self._outbox.append(self._outbox_row(request, effect, snapshot, event_hash))

    def write(self, connection: Connection) -> None:
        """Write everything, marks before new copies."""
        self._batch.has_effects |= bool(self._cards or self._redraws or self._footers or self._outbox)
        if self._redraws:
            connection.execute(_redraw, list(self._redraws.values()))
        footers = [mark for request, mark in self._footers.items() if request not in self._redraws]
        if footers:
            connection.execute(_redraw_footer, footers)
        if self._cards:
            connection.execute(ignoring(connection, _card), self._cards)
        if self._outbox:
            self._hold_back(connection)
            connection.execute(ignoring(connection, _outbox), self._outbox)

    def _card_row(self, request: ApprovalRequest, effect: PostCard) -> dict[str, Any]:
        return {
            "id": ids.new_id(ids.CARD, at=self._batch.now.timestamp()),
            "request_id": request.id,
            "destination": effect.destination,
            "state": "wanted",
            "wanted_version": request.version,
            "shown_version": 0,
            "created_at": self._batch.stamp,
            "due_at": self._batch.stamp,
            "attempts": 0,
            "uncertain": False,
        }

    def _mark(self, request: ApprovalRequest) -> dict[str, Any]:
        return {"b_request": request.id, "b_version": request.version, "b_now": self._batch.stamp}

    def _outbox_row(
        self, request: ApprovalRequest, effect: Ping | Tell | SendCallback, snapshot: str, event_hash: str
    ) -> dict[str, Any]:
        row: dict[str, Any] = {
            "request_id": request.id,
            "state": "waiting",
            "created_at": self._batch.stamp,
            "due_at": self._batch.stamp,
            "attempts": 0,
            "people": None,
            "url": None,
            "event_hash": None,
            "snapshot": None,
        }
        if isinstance(effect, Ping):
            line = {"kind": "ping", "destination": effect.destination, "text": effect.line}
            return {**row, "id": self._id(ids.EFFECT), **line, "people": to_text(effect.people)}
        if isinstance(effect, Tell):
            answer = {"kind": "tell", "destination": effect.address, "text": effect.sentence}
            return {**row, "id": self._id(ids.EFFECT), **answer}
        if request.progress.callbacks > 1:
            self._may_be_held.add(request.id)
        return {
            **row,
            "id": self._id(ids.CALLBACK),
            "kind": "callback",
            "destination": of_callback(effect.url),
            "text": effect.type.value,
            "url": effect.url,
            "event_hash": event_hash,
            "snapshot": snapshot,
        }

    def _id(self, kind: str) -> str:
        return ids.new_id(kind, at=self._batch.now.timestamp())

    def _hold_back(self, connection: Connection) -> None:
        """Callbacks alone keep their order: one waits until the request's earlier ones are settled."""
        unsettled = self._unsettled(connection)
        for row in self._outbox:
            if row["kind"] != "callback":
                continue
            if row["request_id"] in unsettled:
                row["state"], row["due_at"] = "held", None
            unsettled.add(row["request_id"])

    def _unsettled(self, connection: Connection) -> set[str]:
        if not self._may_be_held:
            return set()
        # Locked, so that an earlier callback that is being settled right now releases this one.
        earlier = select(_outbox.c.request_id).where(
            _outbox.c.request_id.in_(sorted(self._may_be_held)),
            _outbox.c.kind == "callback",
            _outbox.c.state.in_(("waiting", "held")),
        )
        return set(connection.execute(earlier.with_for_update()).scalars())
