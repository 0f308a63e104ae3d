"""Presses from Slack behind our own door: signature, strict JSON, reference, commit; Bolt is left out.

A press is as large as the submission that it answers (about 2 KB), which is a press on a short card.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from adapters.slack.client import SlackClient
from adapters.slack.form import MOST_BYTES, read_body
from adapters.slack.identity import Accounts
from adapters.slack.names import buttons_block
from adapters.slack.payload import read_interaction
from adapters.slack.recording import Recorder
from adapters.slack.signature import SIGNATURE, TIMESTAMP, Signatures
from adapters.slack.workspace import Workspace
from bot import references
from bot.app import App
from bot.chat.arriving import whole_body
from bot.chat.names import ACTIONS
from bot.domain.card import Press
from bot.secrets import SecretBox
from bot.settings import SlackSettings

TEAM, APP, SIGNING_SECRET = "T01BENCH", "A01BENCH", "bench-signing-secret"
#: below Slack's own address, which its signatures spare the limit for addresses
PATH = "/slack/events/bench"

#: nothing listens there: who the presser is comes from the press alone
SETTINGS = SlackSettings(
    bot_token="xoxb-bench", signing_secrets=(SIGNING_SECRET,), api_url="http://127.0.0.1:9/"
)

_SHOWN = "The parcel was lost by the carrier and the carrier confirmed it in writing on Monday. "


class PressDoor:
    """Does with a press what `/slack/events` does, up to the commit."""

    def __init__(self, app: App) -> None:
        workspace = Workspace(team_id=TEAM, bot_user="U0BOT", bot_id="B0BOT", app_id=APP)
        accounts = Accounts(client=SlackClient(SETTINGS), workspace=workspace, clock=app.clock)
        self._recorder = Recorder(
            approvals=app.approvals, edits=app.edits, accounts=accounts, longest=timedelta(seconds=2)
        )
        self._signatures = Signatures(SETTINGS.signing_secrets)

    async def take(self, request: web.Request) -> web.Response:
        """Check, record, acknowledge."""
        body = await whole_body(request, most=MOST_BYTES)
        headers = request.headers
        if not self._signatures.are_genuine(headers[TIMESTAMP], headers[SIGNATURE], body, datetime.now(UTC)):
            return web.Response(status=401)
        payload = read_body(body, request.content_type)
        recorded = await self._recorder.record(read_interaction(payload or {}))
        is_recorded = recorded is not None and recorded.moved is not None and recorded.moved.answer.accepted
        return web.Response(status=200 if is_recorded else 500)


def press(box: SecretBox, request_id: str, number: int, path: str = PATH) -> bytes:
    """A press on Approve as it goes over the wire."""
    reference = box.sign_reference(references.text(request_id, revision=1, step=1, round=1))
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": "U01ANN", "username": "ann", "name": "ann", "team_id": TEAM},
        "api_app_id": APP,
        "token": "deprecated",
        "container": {
            "type": "message",
            "message_ts": f"1763700000.{number:06d}",
            "channel_id": "C01SUPPORT",
        },
        "trigger_id": "1.2.3",
        "team": {"id": TEAM, "domain": "bench"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": "C01SUPPORT", "name": "support"},
        "message": {
            "type": "message",
            "ts": f"1763700000.{number:06d}",
            "text": _SHOWN,
            "blocks": [
                {"type": "section", "block_id": f"b{n}", "text": {"type": "plain_text", "text": _SHOWN}}
                for n in range(4)
            ],
        },
        "state": {"values": {}},
        "response_url": "https://hooks.slack.com/actions/T01BENCH/1/x",
        "actions": [
            {
                "type": "button",
                "action_id": ACTIONS[Press.APPROVE],
                "block_id": buttons_block(request_id),
                "text": {"type": "plain_text", "text": "Approve"},
                "value": reference,
                "action_ts": f"1763700001.{number:06d}",
            }
        ],
    }
    # As Slack writes it: without blanks, and with every slash escaped.
    written = json.dumps(payload, separators=(",", ":")).replace("/", r"\/")
    body = urlencode({"payload": written}).encode()
    timestamp = str(int(time.time()))
    mark = hmac.new(SIGNING_SECRET.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n{TIMESTAMP}: {timestamp}\r\n{SIGNATURE}: v0={mark}\r\n\r\n"
    )
    return head.encode() + body
