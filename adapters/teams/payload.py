"""What Teams sends, read into the few values that Placet uses; everything else in it is ignored.

Shapes: learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from adapters.teams.addresses import without_thread
from adapters.teams.names import VERB
from adapters.teams.refusals import Malformed

__all__ = ["Activity", "Malformed", "Pressed", "pressed_of", "read_activity"]

INVOKE, MESSAGE = "invoke", "message"
CONVERSATION_UPDATE, INSTALLATION_UPDATE = "conversationUpdate", "installationUpdate"
#: the name of the invoke that an `Action.Execute` makes
CARD_ACTION = "adaptiveCard/action"

NOT_OURS = "This does not come from a button of Placet's; nothing was recorded."
#: no id, name or address of Teams' is longer than this
_LONGEST = 1000


class Account(msgspec.Struct, frozen=True, rename="camel"):
    """A person or a bot."""

    id: str = ""
    name: str | None = None
    aad_object_id: str | None = None
    #: `user` or `bot`, where the account's kind is told
    role: str | None = None


class ConversationAccount(msgspec.Struct, frozen=True, rename="camel"):
    """Where it happened; in a channel's thread the id names the thread too."""

    id: str
    conversation_type: str | None = None
    tenant_id: str | None = None
    name: str | None = None


class Named(msgspec.Struct, frozen=True, rename="camel"):
    """A tenant, a team or a channel."""

    id: str | None = None
    name: str | None = None
    aad_group_id: str | None = None


class ChannelData(msgspec.Struct, frozen=True, rename="camel"):
    """What only Teams tells."""

    tenant: Named | None = None
    team: Named | None = None
    channel: Named | None = None
    event_type: str | None = None


class Mention(msgspec.Struct, frozen=True):
    """Something that a message points out; of other kinds only the type is read."""

    type: str = ""
    mentioned: Account | None = None
    #: how it stands in the message
    text: str | None = None


class Attachment(msgspec.Struct, frozen=True, rename="camel"):
    """What hangs on a message; one of them is the message once more, as HTML."""

    content_type: str = ""
    content: Any = None


class Activity(msgspec.Struct, frozen=True, rename="camel"):
    """Something happened."""

    type: str
    conversation: ConversationAccount
    service_url: str
    id: str | None = None
    name: str | None = None
    timestamp: str | None = None
    from_: Account | None = msgspec.field(name="from", default=None)
    recipient: Account | None = None
    channel_data: ChannelData | None = None
    reply_to_id: str | None = None
    text: str | None = None
    entities: list[Mention] | None = None
    attachments: list[Attachment] | None = None
    #: IANA name of the sender's time zone
    local_timezone: str | None = None
    value: Any = None
    members_added: list[Account] | None = None
    members_removed: list[Account] | None = None
    #: of an installation: `add`, `remove` and others
    action: str | None = None

    @property
    def where(self) -> str:
        """The conversation's own id."""
        return without_thread(self.conversation.id)

    @property
    def tenant(self) -> str:
        """The tenant of the conversation, in lower case; empty where Teams does not tell."""
        told = self.channel_data.tenant.id if self.channel_data and self.channel_data.tenant else None
        return (self.conversation.tenant_id or told or "").lower()

    @property
    def sender(self) -> Account:
        """Who did it; empty where Teams does not tell."""
        return self.from_ or Account()

    @property
    def bot(self) -> str:
        """Our own id in Teams."""
        return self.recipient.id if self.recipient else ""


class Pressed(msgspec.Struct, frozen=True):
    """A button: what it does, and what it carried with what the inputs held."""

    verb: str
    data: dict[str, Any]

    def text(self, name: str) -> str:
        """What is carried under a name; raises `Malformed` for anything but text."""
        found = self.data.get(name)
        if found is None:
            return ""
        if not isinstance(found, str):
            raise Malformed(NOT_OURS)
        return found

    def number(self, name: str) -> int:
        """The number that is carried under a name, 0 without one; raises `Malformed` for anything else."""
        found = self.data.get(name, 0)
        if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) < 6:
            return int(found)
        if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 100_000:
            raise Malformed(NOT_OURS)
        return found


Payload: TypeAlias = Mapping[str, Any]


def read_activity(payload: Payload) -> Activity:
    """Raises `Malformed` when something Placet relies on is missing or of another type."""
    try:
        activity = msgspec.convert(payload, Activity)
    except msgspec.ValidationError as error:
        raise Malformed(f"This is not what Teams sends: {error}") from error
    lengths = (activity.conversation.id, activity.service_url, activity.id, activity.reply_to_id)
    if not activity.where or any(len(each or "") > _LONGEST for each in lengths):
        raise Malformed(NOT_OURS)
    return activity


def pressed_of(activity: Activity) -> Pressed | None:
    """The button behind an activity, None where none was pressed; raises `Malformed`."""
    if activity.type == INVOKE and activity.name == CARD_ACTION:
        return _executed(activity.value)
    if activity.type == MESSAGE and activity.value is not None:
        return _submitted(activity.value)
    return None


def _executed(value: Any) -> Pressed:
    action = value.get("action") if isinstance(value, Mapping) else None
    if not isinstance(action, Mapping):
        raise Malformed(NOT_OURS)
    verb, data = action.get("verb"), action.get("data")
    if not isinstance(verb, str) or not isinstance(data, dict | None):
        raise Malformed(NOT_OURS)
    return Pressed(verb=verb, data=data or {})


def _submitted(value: Any) -> Pressed:
    """What a client that knows no `Action.Execute` submits: the data, with the verb among it."""
    verb = value.get(VERB) if isinstance(value, dict) else None
    if not isinstance(verb, str):
        raise Malformed(NOT_OURS)
    return Pressed(verb=verb, data=value)
