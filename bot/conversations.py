"""Conversations of Teams in which the bot may speak: learned when it is added, forgotten when it is removed.

Teams tells a bot only once where it may speak and through which address; without that, nothing can be posted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

#: kinds of conversations, as Teams spells them
CHANNEL, GROUP_CHAT, PERSONAL = "channel", "groupChat", "personal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One place; what is not known of it is empty."""

    #: Teams' own, without the part that names a thread
    id: str
    #: the Entra tenant that it belongs to
    tenant: str
    kind: str
    #: where to send what is posted in it; it differs by region, and may change
    service_url: str
    #: the id of a channel's team, which is that of its General channel
    team: str = ""
    #: the Entra id of the team
    group: str = ""
    team_name: str = ""
    #: of a channel or a group chat
    name: str = ""
    #: the Entra object id of the person whose chat with the bot it is
    account: str = ""
    #: the Entra object id of whoever added the bot
    installed_by: str = ""


class ConversationBook(Protocol):
    """Where conversations are kept. Writes commit before they return; raises `Busy` when that cannot be."""

    async def keep(self, conversation: Conversation) -> None:
        """Remember one, or what is new of it; what is empty replaces nothing."""

    async def forget(self, conversation: str) -> None:
        """The bot may not speak there any more."""

    async def forget_team(self, team: str) -> None:
        """The bot may not speak in any channel of this team any more."""

    async def rename_team(self, team: str, name: str) -> None:
        """Every channel of the team is found under the new name from now on."""

    async def get(self, conversation: str) -> Conversation | None:
        """By its id."""

    async def named(self, team_name: str, name: str) -> Sequence[Conversation]:
        """Channels of this name in teams of this name, whichever way they are capitalised."""

    async def in_group(self, group: str) -> Sequence[Conversation]:
        """The channels of a team, by its Entra id."""

    async def chat_with(self, account: str, tenants: Sequence[str]) -> Conversation | None:
        """A person's own chat with the bot, by Entra object id; in one of these tenants, if any is named."""

    async def latest_in(self, tenant: str) -> Conversation | None:
        """The conversation of a tenant that was heard from last."""
