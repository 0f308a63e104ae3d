"""What Teams sends to a bot: messages, presses, and news of who came and went."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.fakes.teams_tenant import BOT, BOT_NAME, Account, Conversation, Posted, Tenant

Payload = dict[str, Any]


def message(
    tenant: Tenant, where: Conversation, by: Account, text: str, *, at: datetime, thread: str = ""
) -> Payload:
    """Somebody names the bot in a message; in their own chat with it they need not."""
    mention = {
        "type": "mention",
        "text": f"<at>{BOT_NAME}</at>",
        "mentioned": {"id": BOT, "name": BOT_NAME},
    }
    is_personal = where.kind == "personal"
    return _activity(tenant, where, by, at=at, thread=thread) | {
        "type": "message",
        "textFormat": "plain",
        "text": text if is_personal else f"<at>{BOT_NAME}</at> {text}",
        "entities": [] if is_personal else [mention],
    }


def execute(
    tenant: Tenant, where: Conversation, by: Account, on: Posted, action: Mapping[str, Any], *, at: datetime
) -> Payload:
    """Somebody presses an `Action.Execute`; inputs are in the action's `data` already."""
    value = {"action": dict(action), "trigger": "manual"}
    return _activity(tenant, where, by, at=at, thread=_thread(on)) | {
        "type": "invoke",
        "name": "adaptiveCard/action",
        "value": value,
        "replyToId": on.id,
    }


def submit(
    tenant: Tenant, where: Conversation, by: Account, on: Posted, data: Mapping[str, Any], *, at: datetime
) -> Payload:
    """Somebody presses an `Action.Submit`, in a client that knows nothing better."""
    made = _activity(tenant, where, by, at=at, thread=_thread(on))
    return made | {"type": "message", "value": dict(data), "replyToId": on.id}


def installed(tenant: Tenant, where: Conversation, by: Account, *, at: datetime) -> Payload:
    """The bot was added to a team or a chat."""
    members = {"membersAdded": [{"id": BOT, "name": BOT_NAME}]}
    made = _activity(tenant, where, by, at=at) | {"type": "conversationUpdate"} | members
    if where.team:
        made["channelData"]["eventType"] = "teamMemberAdded"
    return made


def uninstalled(tenant: Tenant, where: Conversation, by: Account, *, at: datetime) -> Payload:
    """The bot was removed from a team or a chat."""
    members = {"membersRemoved": [{"id": BOT, "name": BOT_NAME}]}
    made = _activity(tenant, where, by, at=at) | {"type": "conversationUpdate"} | members
    if where.team:
        made["channelData"]["eventType"] = "teamMemberRemoved"
    return made


def regrouped(
    tenant: Tenant,
    where: Conversation,
    by: Account,
    *,
    joined: Account | None,
    left: Account | None,
    at: datetime,
) -> Payload:
    """Somebody joined a team, or left it."""
    made = _activity(tenant, where, by, at=at) | {"type": "conversationUpdate"}
    for name, account in (("membersAdded", joined), ("membersRemoved", left)):
        if account is not None:
            made[name] = [{"id": account.id, "name": account.name, "aadObjectId": account.object_id}]
    made["channelData"]["eventType"] = "teamMemberAdded" if joined else "teamMemberRemoved"
    return made


def _activity(tenant: Tenant, where: Conversation, by: Account, *, at: datetime, thread: str = "") -> Payload:
    """What all activities have; the server adds `serviceUrl`."""
    conversation: Payload = {
        "id": f"{where.id};messageid={thread}" if thread and where.kind == "channel" else where.id,
        "conversationType": where.kind,
        "tenantId": tenant.id,
    }
    channel_data: Payload = {"tenant": {"id": tenant.id}}
    if where.kind != "personal":
        conversation["isGroup"] = True
    if where.kind == "groupChat":
        conversation["name"] = where.name
    if where.team:
        team = tenant.teams[where.team]
        channel_data["team"] = {"id": team.id, "name": team.name, "aadGroupId": team.group_id}
        channel_data["channel"] = {"id": where.id} | ({"name": where.name} if where.name else {})
        channel_data["teamsTeamId"], channel_data["teamsChannelId"] = team.id, where.id
    return {
        "id": f"f:{tenant.next()}",
        "channelId": "msteams",
        "timestamp": at.isoformat().replace("+00:00", "Z"),
        "from": {"id": by.id, "name": by.name, "aadObjectId": by.object_id},
        "recipient": {"id": BOT, "name": BOT_NAME},
        "conversation": conversation,
        "channelData": channel_data,
        "locale": "en-US",
    }


def _thread(on: Posted) -> str:
    return on.conversation.partition(";messageid=")[2] or on.id
