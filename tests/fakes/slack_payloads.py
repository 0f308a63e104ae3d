"""What Slack sends to an app: presses, submitted views and events, and the signature over them."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.fakes.slack_workspace import APP_ID, BOT_ID, TEAM, Account, Message, OpenView, Room

Payload = dict[str, Any]


def press(
    account: Account,
    room: Room,
    message: Message,
    element: Mapping[str, Any],
    block_id: str,
    *,
    trigger_id: str,
    response_url: str,
    action_ts: str,
    team: str = TEAM,
    is_ephemeral: bool = False,
) -> Payload:
    """A pressed button."""
    action = {
        "type": "button",
        "action_id": element["action_id"],
        "block_id": block_id,
        "text": element["text"],
        "value": element.get("value"),
        "action_ts": action_ts,
    }
    return {
        "type": "block_actions",
        "user": _user(account),
        "api_app_id": APP_ID,
        "token": "deprecated",
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": room.id,
            "is_ephemeral": is_ephemeral,
        },
        "trigger_id": trigger_id,
        "team": {"id": team, "domain": "home"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": room.id, "name": room.name or "directmessage"},
        "message": {
            "type": "message",
            "user": message.user,
            "bot_id": BOT_ID,
            "app_id": APP_ID,
            "ts": message.ts,
            "text": message.text,
            "blocks": list(message.blocks),
        },
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action],
    }


def submission(
    account: Account, opened: OpenView, values: Mapping[str, Any], *, trigger_id: str, team: str = TEAM
) -> Payload:
    """A submitted view."""
    return {
        "type": "view_submission",
        "team": {"id": team, "domain": "home"},
        "user": _user(account),
        "api_app_id": APP_ID,
        "token": "deprecated",
        "trigger_id": trigger_id,
        "view": {
            **opened.view,
            "id": opened.id,
            "team_id": team,
            "hash": opened.hash,
            "root_view_id": opened.id,
            "app_installed_team_id": team,
            "bot_id": BOT_ID,
            "state": {"values": values},
        },
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }


def view_press(
    account: Account,
    opened: OpenView,
    element: Mapping[str, Any],
    block_id: str,
    *,
    trigger_id: str,
    action_ts: str,
    team: str = TEAM,
) -> Payload:
    """A pressed button in a view."""
    submitted = submission(account, opened, {}, trigger_id=trigger_id, team=team)
    action = {
        "type": "button",
        "action_id": element["action_id"],
        "block_id": block_id,
        "text": element["text"],
        "value": element.get("value"),
        "action_ts": action_ts,
    }
    container = {"type": "view", "view_id": opened.id}
    return submitted | {"type": "block_actions", "container": container, "actions": [action]}


def message(
    account: Account, room: Room, text: str, *, event_id: str, ts: str, team: str = TEAM, **more: Any
) -> Payload:
    """Somebody wrote something; `type` is another one where the bot was named."""
    event = {"type": "message", "user": account.id, "text": text, "ts": ts, "channel": room.id, **more}
    return happening(event, event_id=event_id, team=team)


def happening(event: Payload, *, event_id: str, team: str = TEAM, event_time: int = 0) -> Payload:
    """Anything that happened in a workspace."""
    return {
        "type": "event_callback",
        "team_id": team,
        "context_team_id": team,
        "api_app_id": APP_ID,
        "event": event,
        "event_id": event_id,
        "event_time": event_time,
        "authorizations": [{"team_id": team, "user_id": "U0PLACET", "is_bot": True}],
    }


def body_of(payload: Payload) -> tuple[bytes, str]:
    """Body and content type: interactions come as a form, events as JSON."""
    if payload["type"] in ("event_callback", "url_verification"):
        return json.dumps(payload).encode(), "application/json"
    return urlencode({"payload": json.dumps(payload)}).encode(), "application/x-www-form-urlencoded"


def signed(body: bytes, secret: str, timestamp: int) -> dict[str, str]:
    """The headers that prove who sent a body."""
    base = b"v0:%d:%s" % (timestamp, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


def _user(account: Account) -> dict[str, str]:
    name = account.name.lower()
    return {"id": account.id, "username": name, "name": name, "team_id": account.team}
