"""Conversations of Teams in which the bot may speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.conversations import CHANNEL, PERSONAL, Conversation
from storage.context import Batch
from storage.conversation_tables import ConversationRow
from storage.store import SqlStore
from storage.upsert import insert_new

_known = ConversationRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_columns = tuple(_known.c[field.name] for field in fields(Conversation))


class Conversations:
    """`bot.conversations.ConversationBook` in the database."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def keep(self, conversation: Conversation) -> None:
        """Remember one, or what is new of it; what is empty replaces nothing."""

        def run(connection: Connection, batch: Batch) -> None:
            insert_new(connection, _known, [_written(conversation, batch)])
            before = _get(connection, conversation.id)
            merged = _merged(before, conversation) if before else conversation
            whole = _written(merged, batch)
            connection.execute(update(_known).where(_known.c.id == conversation.id).values(whole))

        await self._store.write(run)

    async def forget(self, conversation: str) -> None:
        """The bot may not speak there any more."""
        await self._delete(_known.c.id == conversation)

    async def forget_team(self, team: str) -> None:
        """The bot may not speak in any channel of this team any more."""
        await self._delete(_known.c.team == team)

    async def rename_team(self, team: str, name: str) -> None:
        """Every channel of the team is found under the new name from now on."""

        def run(connection: Connection, _: Batch) -> None:
            rows = connection.execute(select(*_columns).where(_known.c.team == team).order_by(_known.c.id))
            for row in rows.all():
                renamed = replace(_read(row), team_name=name)
                changes = {"team_name": name, "spelled": _spelled(renamed)}
                connection.execute(update(_known).where(_known.c.id == renamed.id).values(changes))

        await self._store.write(run)

    async def get(self, conversation: str) -> Conversation | None:
        """By its id."""
        return await self._store.query(lambda connection: _get(connection, conversation))

    async def named(self, team_name: str, name: str) -> Sequence[Conversation]:
        """Channels of this name in teams of this name, whichever way they are capitalised."""
        spelled = f"{team_name}/{name}".casefold()
        return await self._found(_known.c.spelled == spelled)

    async def in_group(self, group: str) -> Sequence[Conversation]:
        """The channels of a team, by its Entra id."""
        return await self._found(_known.c.group == group, _known.c.kind == CHANNEL)

    async def chat_with(self, account: str, tenants: Sequence[str]) -> Conversation | None:
        """A person's own chat with the bot, by Entra object id; in one of these tenants, if any is named."""
        where = [_known.c.tenant.in_(list(tenants))] if tenants else []
        found = await self._found(_known.c.account == account, _known.c.kind == PERSONAL, *where, most=1)
        return found[0] if found else None

    async def latest_in(self, tenant: str) -> Conversation | None:
        """The conversation of a tenant that was heard from last."""
        found = await self._found(_known.c.tenant == tenant, most=1)
        return found[0] if found else None

    async def _found(self, *conditions: Any, most: int = 1000) -> list[Conversation]:
        query = select(*_columns).where(*conditions).order_by(_known.c.heard_at.desc(), _known.c.id)

        def run(connection: Connection) -> list[Conversation]:
            return [_read(row) for row in connection.execute(query.limit(most))]

        return await self._store.query(run)

    async def _delete(self, condition: Any) -> None:
        def run(connection: Connection, _: Batch) -> None:
            connection.execute(delete(_known).where(condition))

        await self._store.write(run)


def _get(connection: Connection, conversation: str) -> Conversation | None:
    row = connection.execute(select(*_columns).where(_known.c.id == conversation)).first()
    return _read(row) if row else None


def _read(row: Row[Any]) -> Conversation:
    return Conversation(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def _written(conversation: Conversation, batch: Batch) -> dict[str, Any]:
    return {**asdict(conversation), "spelled": _spelled(conversation), "heard_at": batch.stamp}


def _merged(before: Conversation, now: Conversation) -> Conversation:
    told = {name: value for name, value in asdict(now).items() if value}
    return replace(before, **told)


def _spelled(conversation: Conversation) -> str:
    if conversation.kind != CHANNEL or not conversation.team_name or not conversation.name:
        return ""
    return f"{conversation.team_name}/{conversation.name}".casefold()
