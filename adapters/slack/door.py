"""The one door for what Slack sends, over HTTP and Socket Mode alike.

Bolt acknowledges, routes and answers; it comes after the commit, so that a press it loses is not lost. The
body is parsed once, strictly, and handed on as it was understood.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.payload import (
    BLOCK_ACTIONS,
    VIEW_SUBMISSION,
    Envelope,
    Interaction,
    Malformed,
    Payload,
    read_event,
    read_interaction,
)
from adapters.slack.recording import Recorder
from adapters.slack.workspace import Workspace
from bot.domain.errors import Forbidden, PlacetError

#: the keys in Bolt's context under which listeners find what Slack sent, as it was understood …
INTERACTION, ENVELOPE = "placet_interaction", "placet_envelope"
#: … and what was recorded of it
RECORDED = "placet_recorded"

URL_VERIFICATION = "url_verification"
EVENT = "event_callback"

Headers: TypeAlias = Mapping[str, str]

_INTERACTIONS = (BLOCK_ACTIONS, VIEW_SUBMISSION)

_log = logging.getLogger(__name__)


class NotConnected(PlacetError):
    """Placet is not connected to its workspace yet; try again in a moment."""

    code = "not_connected"


class Door:
    """Lets in what is addressed to this app in its own workspace."""

    def __init__(self, *, app: AsyncApp, recorder: Recorder, workspace: Workspace) -> None:
        self._app = app
        self._recorder = recorder
        self._workspace = workspace

    async def take(self, payload: Payload, headers: Headers | None = None) -> BoltResponse:
        """Record and answer; raises `Malformed`, `Forbidden` or `NotConnected`."""
        kind = payload.get("type")
        if kind == URL_VERIFICATION:
            return _verified(payload)
        if not self._workspace.is_known:
            raise NotConnected
        if kind in _INTERACTIONS:
            return await self._take_interaction(read_interaction(payload), headers)
        if kind == EVENT:
            return await self._take_event(read_event(payload), headers)
        _log.info("Slack sent a %s, which Placet has no use for.", str(kind)[:40])
        return BoltResponse(status=200, body="")

    async def _take_interaction(self, interaction: Interaction, headers: Headers | None) -> BoltResponse:
        self._require_home(interaction.api_app_id, interaction.installed_team)
        recorded = await self._recorder.record(interaction)
        context = {INTERACTION: interaction, RECORDED: recorded}
        return await self._dispatch(_routed(interaction), headers, context)

    async def _take_event(self, envelope: Envelope, headers: Headers | None) -> BoltResponse:
        teams = (envelope.team_id, *(each.team_id for each in envelope.authorizations))
        home = self._workspace.team_id
        self._require_home(envelope.api_app_id, home if home in teams else envelope.team_id)
        event = {name: value for name, value in msgspec.structs.asdict(envelope.event).items() if value}
        body = {"type": EVENT, "team_id": home, "event": event}
        return await self._dispatch(body, headers, {ENVELOPE: envelope})

    async def _dispatch(
        self, body: Payload, headers: Headers | None, context: Mapping[str, Any]
    ) -> BoltResponse:
        # Bolt takes a body that is parsed already in this mode only; the signature is behind us.
        request = AsyncBoltRequest(
            mode="socket_mode", body=dict(body), headers=dict(headers or {}), context=dict(context)
        )
        return await self._app.async_dispatch(request)

    def _require_home(self, app_id: str, team_id: str | None) -> None:
        known = self._workspace.app_id
        if known and app_id != known:
            raise Forbidden("This is addressed to another Slack app.")
        if team_id != self._workspace.team_id:
            raise Forbidden("This comes through a workspace that Placet is not connected to.")


def _routed(interaction: Interaction) -> Payload:
    """What Bolt needs to find the listener; its readers trip over shapes that are not Slack's."""
    body: dict[str, Any] = {
        "type": interaction.type,
        "team": {"id": interaction.installed_team},
        "user": {"id": interaction.user.id},
    }
    if interaction.view is not None:
        return body | {"view": {"type": "modal", "callback_id": interaction.view.callback_id}}
    actions = [
        {"type": "button", "action_id": action.action_id, "block_id": action.block_id}
        for action in interaction.actions
    ]
    return body | {"actions": actions}


def _verified(payload: Payload) -> BoltResponse:
    """Slack's question whether this address is ours (docs.slack.dev/reference/events/url_verification)."""
    challenge = payload.get("challenge")
    if not isinstance(challenge, str) or len(challenge) > 1000:
        raise Malformed
    return BoltResponse(status=200, body={"challenge": challenge})
