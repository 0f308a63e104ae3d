"""Erasing what requests that are over hold of people, wherever it is stored; what was decided stays.

Packets become empty ones, so that whoever reads a request needs to know nothing of this. Private values go
with their salts, so that nobody can guess them back, and the chain of hashes still verifies.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, or_, select, update

from bot.domain import erasing, ids
from bot.domain.private_moves import Erase
from storage import codec
from storage.among import among
from storage.audit_tables import AuditRow
from storage.context import Batch
from storage.draft_tables import DraftRow
from storage.fact_tables import HeldPressRow
from storage.folding import Folder
from storage.replays import REMEMBERED
from storage.sheet import Sheet
from storage.stamps import to_stamp
from storage.tables import ApprovalRow, OutboxRow, PacketRow

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_packet = PacketRow.__table__  # type: ignore[attr-defined]  # likewise
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # likewise
_audit = AuditRow.__table__  # type: ignore[attr-defined]  # likewise
_draft = DraftRow.__table__  # type: ignore[attr-defined]  # likewise
_held = HeldPressRow.__table__  # type: ignore[attr-defined]  # likewise

#: states of a callback whose agent still has to be told
_UNTOLD = ("waiting", "held")


def erase(connection: Connection, batch: Batch, request_ids: Sequence[str], because: str) -> list[str]:
    """Erase requests; the ids of those that were. Whatever waits, or is still to be told, is left alone."""
    untold = set(awaiting_callbacks(connection, request_ids))
    wanted = [request_id for request_id in request_ids if request_id not in untold]
    if not wanted:
        return []
    sheet = Sheet(batch)
    folder = Folder(connection, batch, sheet, looks_again=False)
    folder.lock(wanted)
    erased = [request_id for request_id in wanted if _folded(folder, request_id, because)]
    folder.write()
    sheet.write(connection)
    for request_id in erased:
        _empty(connection, folder, request_id)
    if erased:
        _remove(connection, batch, erased)
    return erased


def awaiting_callbacks(connection: Connection, request_ids: Sequence[str]) -> Sequence[str]:
    """Those of the requests whose agents are still to be told something."""
    mine = among(connection, _outbox.c.request_id, request_ids)
    waiting = (_outbox.c.kind == "callback", _outbox.c.state.in_(_UNTOLD))
    return connection.execute(select(_outbox.c.request_id).where(mine, *waiting).distinct()).scalars().all()


def empty_told(connection: Connection, batch: Batch, request_ids: Sequence[str]) -> None:
    """Remove what agents and people were told about requests; that they were told, stays."""
    mine = among(connection, _outbox.c.request_id, request_ids)
    free = or_(_outbox.c.leased_until.is_(None), _outbox.c.leased_until < batch.stamp)
    connection.execute(delete(_outbox).where(mine, _outbox.c.kind != "callback", free))
    settled = (_outbox.c.kind == "callback", _outbox.c.state.not_in(_UNTOLD))
    connection.execute(update(_outbox).where(mine, *settled).values(body=None, snapshot=None))


def _folded(folder: Folder, request_id: str, because: str) -> bool:
    move = Erase(request_id=request_id, command_id=ids.new_id(ids.COMMAND), because=because)
    transition = folder.fold(move)
    return transition is not None and bool(transition.events)


def _empty(connection: Connection, folder: Folder, request_id: str) -> None:
    request = folder.known(request_id)
    if request is not None:
        text = codec.to_text(erasing.emptied(request))
        connection.execute(update(_packet).where(_packet.c.request_id == request_id).values(packet=text))


def _remove(connection: Connection, batch: Batch, erased: Sequence[str]) -> None:
    empty_told(connection, batch, erased)
    connection.execute(update(_audit).where(among(connection, _audit.c.subject, erased)).values(private=None))
    connection.execute(delete(_draft).where(among(connection, _draft.c.request_id, erased)))
    connection.execute(delete(_held).where(among(connection, _held.c.request_id, erased)))
    of_requests = among(connection, _approval.c.id, erased)
    connection.execute(update(_approval).where(of_requests).values(erased_at=batch.stamp))
    # A key that still protects against doing something twice is kept until it no longer does.
    past = _approval.c.created_at < to_stamp(batch.now - REMEMBERED)
    connection.execute(
        update(_approval).where(of_requests, past).values(idempotency_key=None, body_digest=None)
    )
