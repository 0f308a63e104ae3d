"""Conversations kept in memory, by the rules of the database."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from bot.conversations import CHANNEL, PERSONAL, Conversation
from bot.domain.errors import Busy


class MemoryBook:
    """`bot.conversations.ConversationBook`; whatever was kept last was heard from last."""

    def __init__(self) -> None:
        self.known: dict[str, Conversation] = {}
        self.is_away = False

    async def keep(self, conversation: Conversation) -> None:
        self._reach()
        before = self.known.pop(conversation.id, None)
        told = {name: value for name, value in asdict(conversation).items() if value}
        self.known[conversation.id] = replace(before, **told) if before else conversation

    async def forget(self, conversation: str) -> None:
        self._reach()
        self.known.pop(conversation, None)

    async def forget_team(self, team: str) -> None:
        self._reach()
        self.known = {key: each for key, each in self.known.items() if each.team != team}

    async def rename_team(self, team: str, name: str) -> None:
        self._reach()
        for key, each in self.known.items():
            if each.team == team:
                self.known[key] = replace(each, team_name=name)

    async def get(self, conversation: str) -> Conversation | None:
        self._reach()
        return self.known.get(conversation)

    async def named(self, team_name: str, name: str) -> Sequence[Conversation]:
        self._reach()
        wanted = (team_name.casefold(), name.casefold())
        return [e for e in self._latest() if (e.team_name.casefold(), e.name.casefold()) == wanted and e.team]

    async def in_group(self, group: str) -> Sequence[Conversation]:
        self._reach()
        return [each for each in self._latest() if each.group == group and each.kind == CHANNEL]

    async def chat_with(self, account: str, tenants: Sequence[str]) -> Conversation | None:
        self._reach()
        chats = (each for each in self._latest() if each.kind == PERSONAL and each.account == account)
        return next((each for each in chats if not tenants or each.tenant in tenants), None)

    async def latest_in(self, tenant: str) -> Conversation | None:
        self._reach()
        return next((each for each in self._latest() if each.tenant == tenant), None)

    def _latest(self) -> list[Conversation]:
        return list(reversed(self.known.values()))

    def _reach(self) -> None:
        if self.is_away:
            raise Busy
