"""What Slack sends, read into the few values that Placet uses; everything else in it is ignored.

Shapes: docs.slack.dev/reference/interaction-payloads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, TypeVar

import msgspec

from bot.domain.errors import PlacetError

BLOCK_ACTIONS = "block_actions"
VIEW_SUBMISSION = "view_submission"


class Malformed(PlacetError):
    """This is not what Slack sends; nothing was recorded."""

    code = "malformed"


class Named(msgspec.Struct, frozen=True):
    """Something with an id."""

    id: str


class User(msgspec.Struct, frozen=True):
    """The account that pressed."""

    id: str
    #: the home of the account, which differs in channels shared with others
    team_id: str | None = None
    name: str = ""
    username: str = ""
    is_bot: bool = False


class Container(msgspec.Struct, frozen=True):
    """Where the pressed element stands."""

    type: str = ""
    channel_id: str | None = None
    message_ts: str | None = None
    #: the message that begins the thread it stands in
    thread_ts: str | None = None
    #: whether one person alone sees it
    is_ephemeral: bool = False


class Action(msgspec.Struct, frozen=True):
    """One pressed element."""

    action_id: str
    block_id: str = ""
    value: str | None = None
    action_ts: str = ""


class Option(msgspec.Struct, frozen=True):
    """A chosen option."""

    value: str = ""


class Entry(msgspec.Struct, frozen=True):
    """The state of one input."""

    value: str | None = None
    selected_option: Option | None = None
    selected_options: list[Option] | None = None
    selected_date: str | None = None


class State(msgspec.Struct, frozen=True):
    """The inputs of a view: by block id, then by action id."""

    values: dict[str, dict[str, Entry]] = {}


class View(msgspec.Struct, frozen=True):
    """A submitted view."""

    id: str
    callback_id: str = ""
    hash: str = ""
    private_metadata: str = ""
    state: State = State()
    #: the workspace the app is installed in, when the view was opened in another one
    app_installed_team_id: str | None = None


class Interaction(msgspec.Struct, frozen=True):
    """Somebody pressed a button or submitted a view."""

    type: Literal["block_actions", "view_submission"]
    user: User
    team: Named | None = None
    api_app_id: str = ""
    container: Container = Container()
    channel: Named | None = None
    actions: list[Action] = []
    trigger_id: str = ""
    response_url: str = ""
    view: View | None = None
    #: the organisation, in Enterprise Grid
    enterprise: Named | None = None
    #: the workspace in which it is answered, empty for the home; not Slack's, the door fills it in
    away: str = ""

    @property
    def installed_team(self) -> str | None:
        """The workspace through which this came."""
        if self.view is not None and self.view.app_installed_team_id:
            return self.view.app_installed_team_id
        return self.team.id if self.team else self.user.team_id

    @property
    def tenants(self) -> tuple[str, ...]:
        """The workspace through which this came, and the organisation that may have installed the app."""
        organisation = self.enterprise.id if self.enterprise else None
        return tuple(each for each in (self.installed_team, organisation) if each)

    @property
    def home_team(self) -> str | None:
        """The workspace that the person's account belongs to."""
        return self.user.team_id or (self.team.id if self.team else None)

    @property
    def channel_id(self) -> str | None:
        """The channel of the pressed message."""
        return self.container.channel_id or (self.channel.id if self.channel else None)


class Authorization(msgspec.Struct, frozen=True):
    """One installation that may see an event."""

    team_id: str | None = None
    enterprise_id: str | None = None


class Event(msgspec.Struct, frozen=True):
    """Something that happened in the workspace."""

    type: str
    user: str | None = None
    channel: str | None = None
    ts: str | None = None
    thread_ts: str | None = None
    #: the user group that changed
    subteam: Named | None = None
    subteam_id: str | None = None
    text: str | None = None
    #: the home of the account that wrote it; which of these is told depends on how the channel is shared
    user_team: str | None = None
    source_team: str | None = None
    team: str | None = None
    #: set when an app wrote it, also in the name of a person
    bot_id: str | None = None
    app_id: str | None = None
    #: set when it was changed since
    edited: Any = None
    #: set for joins, edits and other messages that nobody wrote as such
    subtype: str | None = None
    #: of `tokens_revoked`: the accounts whose tokens they were, by kind
    tokens: dict[str, list[str]] = {}


class Envelope(msgspec.Struct, frozen=True):
    """An event, and for whom it is."""

    event: Event
    event_id: str = ""
    team_id: str | None = None
    enterprise_id: str | None = None
    #: the workspace through which it came, where the channel is shared with others
    context_team_id: str | None = None
    api_app_id: str = ""
    #: seconds since 1970
    event_time: int = 0
    #: the installations that may see it, where the channel is shared with other workspaces
    authorizations: list[Authorization] = []

    @property
    def tenants(self) -> tuple[str, ...]:
        """The workspaces and organisations through which it may have come, best first."""
        allowed = [each.team_id or each.enterprise_id for each in self.authorizations]
        found = (*allowed, self.context_team_id, self.team_id, self.enterprise_id)
        return tuple(dict.fromkeys(each for each in found if each))


Payload: TypeAlias = Mapping[str, Any]
_T = TypeVar("_T")


def read_interaction(payload: Payload) -> Interaction:
    """Raises `Malformed` when something Placet relies on is missing or of another type."""
    interaction = _read(payload, Interaction)
    is_whole = interaction.actions if interaction.type == BLOCK_ACTIONS else interaction.view
    if not is_whole:
        raise Malformed
    return interaction


def read_event(payload: Payload) -> Envelope:
    """Raises `Malformed`, as above."""
    return _read(payload, Envelope)


def _read(payload: Payload, kind: type[_T]) -> _T:
    try:
        return msgspec.convert(payload, kind)
    except msgspec.ValidationError as error:
        raise Malformed(f"This is not what Slack sends: {error}") from error
