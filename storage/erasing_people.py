"""What is stored of a person beside what they decided: names, accounts, words, sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from bot.domain import ids
from bot.domain.events import STRANGER, EventKind
from bot.domain.private_moves import Forget
from storage import codec
from storage.access_tables import WebLinkRow, WebSessionRow
from storage.audit_tables import AuditRow
from storage.context import Batch
from storage.conversation_tables import ConversationRow
from storage.draft_tables import DraftRow
from storage.erasing import empty_told
from storage.folding import Folder
from storage.sheet import Sheet
from storage.steering_tables import SteeringPreviewRow

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_draft = DraftRow.__table__  # type: ignore[attr-defined]  # likewise
_link = WebLinkRow.__table__  # type: ignore[attr-defined]  # likewise
_session = WebSessionRow.__table__  # type: ignore[attr-defined]  # likewise
_preview = SteeringPreviewRow.__table__  # type: ignore[attr-defined]  # likewise
_conversation = ConversationRow.__table__  # type: ignore[attr-defined]  # likewise


def forget_words(connection: Connection, batch: Batch, request_ids: Sequence[str], person: str) -> int:
    """Remove what a person wrote about these requests; of how many there was something."""
    sheet = Sheet(batch)
    folder = Folder(connection, batch, sheet, looks_again=False)
    folder.lock(request_ids)
    folded = [
        folder.fold(Forget(request_id=request_id, command_id=ids.new_id(ids.COMMAND), person=person))
        for request_id in request_ids
    ]
    folder.write()
    sheet.write(connection)
    touched = [each.request.id for each in folded if each is not None and each.events]
    if touched:
        empty_told(connection, batch, touched)
    return len(touched)


def private_values(connection: Connection, person: str, accounts: Sequence[str]) -> int:
    """How many audit events hold something private of a person."""
    query = select(func.count()).select_from(_audit).where(_theirs(person, accounts))
    return int(connection.execute(query).scalar_one())


def forget_person(connection: Connection, person: str, accounts: Sequence[str]) -> int:
    """Remove private values of audit events, sessions and drafts of a person; how many events had some."""
    forgotten = connection.execute(update(_audit).where(_theirs(person, accounts)).values(private=None))
    for table in (_session, _link, _draft, _preview):
        connection.execute(delete(table).where(table.c.person == person))
    users = [account.rpartition("/")[2] for account in accounts]
    if users:
        connection.execute(delete(_conversation).where(_conversation.c.account.in_(users)))
    return forgotten.rowcount


def _theirs(person: str, accounts: Sequence[str]) -> ColumnElement[bool]:
    """Events of a person, of hand-overs to them, and of presses while their accounts were nobody's."""
    own: list[Any] = [_audit.c.actor == f"person:{person}"]
    to = _audit.c.facts.contains(f'"to":{codec.to_text(person)}', autoescape=True)
    own.append(and_(_audit.c.kind == EventKind.REQUEST_HANDED_OVER.value, to))
    for account in accounts:
        pressed = _audit.c.private.contains(codec.to_text(account), autoescape=True)
        own.append(and_(_audit.c.actor == STRANGER, pressed))
    return and_(_audit.c.private.is_not(None), or_(*own))
