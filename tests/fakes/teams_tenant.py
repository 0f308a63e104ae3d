"""What a fake Teams knows: people, teams, chats, and the messages in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.key_server import APP_ID

TENANT = "11111111-1111-4111-8111-111111111111"
BOT = f"28:{APP_ID}"
BOT_NAME = "Placet"
APP_PASSWORD = "a password for tests"


@dataclass(frozen=True, kw_only=True)
class Account:
    """A person in the tenant."""

    #: the Entra object id
    object_id: str
    name: str
    email: str = ""
    #: the tenant that the account is at home in; empty for this one
    home: str = ""
    is_bot: bool = False

    @property
    def id(self) -> str:
        """What Teams calls the person, or the bot, towards this bot."""
        return f"28:{self.object_id}" if self.is_bot else f"29:{self.object_id}"


@dataclass(kw_only=True)
class Conversation:
    """A channel, a group chat or a personal chat."""

    id: str
    #: `channel`, `groupChat` or `personal`
    kind: str
    name: str = ""
    #: the id of the team, for channels
    team: str = ""
    has_bot: bool = True
    #: object ids of those who are in it; None for everybody of the tenant
    members: set[str] | None = None


@dataclass(kw_only=True)
class Team:
    """A team; its id is the one of its General channel."""

    id: str
    name: str
    group_id: str


@dataclass(kw_only=True)
class Posted:
    """What the bot put into a conversation."""

    id: str
    conversation: str
    activity: Mapping[str, Any]
    #: the message that this one answers; also what begins a thread in a channel has none
    reply_to: str | None = None
    #: how often it was changed
    updates: int = 0

    @property
    def card(self) -> Mapping[str, Any] | None:
        """The Adaptive Card on it."""
        for attachment in self.activity.get("attachments") or []:
            if attachment.get("contentType") == "application/vnd.microsoft.card.adaptive":
                card: Mapping[str, Any] = attachment["content"]
                return card
        return None


@dataclass
class Tenant:
    """Ann and Ben are there already."""

    id: str = TENANT
    accounts: dict[str, Account] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    posted: list[Posted] = field(default_factory=list)
    _numbers: int = 0

    def __post_init__(self) -> None:
        self.add_person("Ann", "00000000-0000-4000-8000-0000000000a1")
        self.add_person("Ben", "00000000-0000-4000-8000-0000000000b1")

    def next(self) -> int:
        """A number never given before."""
        self._numbers += 1
        return self._numbers

    def add_person(self, name: str, object_id: str) -> Account:
        """Somebody who may press; known by name and by object id."""
        account = Account(object_id=object_id, name=name, email=f"{name.lower()}@example.com")
        self.accounts[name] = self.accounts[object_id] = account
        return account

    def add_team(self, name: str) -> Team:
        """A team with a General channel and the bot in it."""
        number = self.next()
        team = Team(
            id=f"19:{name.lower()}{number}@thread.tacv2",
            name=name,
            group_id=f"33333333-3333-4333-8333-{number:012d}",
        )
        self.teams[team.id] = team
        self.conversations[team.id] = Conversation(id=team.id, kind="channel", team=team.id)
        return team

    def add_channel(self, team: Team, name: str) -> Conversation:
        """A channel of a team, with the bot in it."""
        channel = Conversation(
            id=f"19:{name.lower()}{self.next()}@thread.tacv2", kind="channel", name=name, team=team.id
        )
        self.conversations[channel.id] = channel
        return channel

    def add_chat(self, name: str) -> Conversation:
        """A group chat with the bot in it."""
        chat = Conversation(id=f"19:chat{self.next()}@thread.v2", kind="groupChat", name=name)
        self.conversations[chat.id] = chat
        return chat

    def personal(self, account: Account) -> Conversation:
        """The person's own chat with the bot, made when it is first asked for."""
        chat = Conversation(id=f"a:{account.object_id}", kind="personal", name=account.name)
        return self.conversations.setdefault(chat.id, chat)

    def find(self, conversation: str) -> Conversation | None:
        """The conversation, also where a thread of it is named (`…;messageid=…`)."""
        return self.conversations.get(conversation.partition(";")[0])

    def message(self, conversation: str, id: str) -> Posted | None:
        """A message of the bot's in this conversation."""
        home = conversation.partition(";")[0]
        return next((m for m in self.posted if m.id == id and m.conversation.partition(";")[0] == home), None)
