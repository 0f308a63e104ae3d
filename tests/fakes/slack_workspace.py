"""What a fake Slack workspace holds: accounts, channels, messages, open views."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

TEAM = "T01HOME"
OTHER_TEAM = "T09OTHER"
APP_ID = "A0PLACET"
BOT_USER = "U0PLACET"
BOT_ID = "B0PLACET"
BOT_TOKEN = "xoxb-fake"
APP_TOKEN = "xapp-fake"
SIGNING_SECRET = "fake-signing-secret"

Blocks = Sequence[Mapping[str, Any]]

TRIGGER_LIVES = timedelta(seconds=3)
RESPONSE_URL_LIVES = timedelta(minutes=30)
RESPONSE_URL_USES = 5


@dataclass(frozen=True, kw_only=True)
class Account:
    """A person or a bot."""

    id: str
    name: str
    team: str = TEAM
    is_bot: bool = False
    is_guest: bool = False
    is_deactivated: bool = False


@dataclass(kw_only=True)
class Room:
    """A channel, or the direct messages with one person."""

    id: str
    name: str
    is_private: bool = False
    is_archived: bool = False
    has_bot: bool = True
    #: of direct messages
    person: str | None = None
    posted_at: list[datetime] = field(default_factory=list)


@dataclass(kw_only=True)
class UserGroup:
    """People under a handle."""

    id: str
    handle: str
    users: list[str] = field(default_factory=list)
    is_disabled: bool = False


@dataclass(kw_only=True)
class Message:
    """Something that stands in a room."""

    room: str
    ts: str
    user: str
    text: str
    blocks: Blocks = ()
    thread_ts: str | None = None
    #: grows with every change
    edits: int = 0
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Private:
    """Something that one person alone was told."""

    user: str
    text: str
    blocks: Blocks
    room: str | None


@dataclass(kw_only=True)
class OpenView:
    """A view that one person has open."""

    id: str
    user: str
    view: Mapping[str, Any]
    hash: str
    is_open: bool = True
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Trigger:
    """Lets the app open one view for the person who pressed, soon."""

    user: str
    until: datetime


@dataclass(kw_only=True)
class ResponseUrl:
    """Lets the app answer one press."""

    user: str
    room: str
    ts: str
    until: datetime
    uses: int = 0


class Workspace:
    """Everything, with ids counted up."""

    def __init__(
        self, team: str = TEAM, bot_token: str = BOT_TOKEN, counter: Iterator[int] | None = None
    ) -> None:
        """Workspaces of one Slack share a counter."""
        self.team, self.bot_token = team, bot_token
        #: what Slack answers to the token since it is worth nothing
        self.refusal = ""
        self.counter = counter or itertools.count(1)
        self.accounts: dict[str, Account] = {}
        self.rooms: dict[str, Room] = {}
        self.usergroups: dict[str, UserGroup] = {}
        self.messages: list[Message] = []
        self.private: list[Private] = []
        #: what each person alone sees in a channel, and can press
        self.own: dict[str, list[Message]] = {}
        self.views: dict[str, OpenView] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        for account in _ACCOUNTS:
            home = team if account.team == TEAM else account.team
            self.accounts[account.id] = replace(account, team=home)

    def next(self) -> int:
        """A number that was not used before."""
        return next(self.counter)

    def add_room(self, name: str, *, is_private: bool = False) -> Room:
        """A channel with the bot in it; its id follows from its name."""
        room = Room(id=f"C0{name.upper().replace('-', '')}", name=name, is_private=is_private)
        self.rooms[room.id] = room
        return room

    def add_usergroup(self, handle: str, *users: str) -> UserGroup:
        """A user group; its id follows from its handle."""
        group = UserGroup(id=f"S0{handle.upper().replace('-', '')}", handle=handle, users=list(users))
        self.usergroups[group.id] = group
        return group

    def room(self, key: str) -> Room | None:
        """By id, `#name`, `name` or `@user`; direct messages open by themselves."""
        if key.startswith("@") or key in self.accounts:
            return self._direct(key.removeprefix("@"))
        name = key.removeprefix("#")
        return self.rooms.get(key) or next((r for r in self.rooms.values() if r.name == name), None)

    def message(self, room: str, ts: str) -> Message | None:
        """The message that stands there."""
        return next((m for m in self.messages if m.room == room and m.ts == ts), None)

    def view_of(self, user: str) -> OpenView | None:
        """What a person has open now."""
        opened = [view for view in self.views.values() if view.user == user and view.is_open]
        return opened[-1] if opened else None

    def _direct(self, user: str) -> Room | None:
        if user not in self.accounts:
            return None
        room_id = f"D0{user}"
        return self.rooms.setdefault(room_id, Room(id=room_id, name="", person=user))


_ACCOUNTS = (
    Account(id="U01ANN", name="Ann"),
    Account(id="U01BEN", name="Ben"),
    Account(id="U01CAT", name="Cat"),
    Account(id="U01GUEST", name="Gus", is_guest=True),
    Account(id="U09STRANGER", name="Sam", team=OTHER_TEAM),
    Account(id="U0OTHERBOT", name="other-bot", is_bot=True),
    Account(id=BOT_USER, name="placet", is_bot=True),
)
