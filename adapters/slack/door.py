"""The one door for what Slack sends, over HTTP and Socket Mode alike.

Bolt acknowledges, routes and answers; it comes after the commit, so that a press it loses is not lost. The
body is parsed once, strictly, and handed on as it was understood.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TypeAlias

import msgspec
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.context import ENVELOPE, INTERACTION, RECORDED
from adapters.slack.losses import Losses, is_loss
from adapters.slack.mentions import SPOKEN
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
from adapters.slack.workspaces import Workspaces
from bot.domain.errors import Forbidden

URL_VERIFICATION = "url_verification"
EVENT = "event_callback"

Headers: TypeAlias = Mapping[str, str]

_INTERACTIONS = (BLOCK_ACTIONS, VIEW_SUBMISSION)

_log = logging.getLogger(__name__)


class Door:
    """Lets in what is addressed to this app, in a workspace that Placet is in."""

    def __init__(self, *, workspaces: Workspaces, losses: Losses | None) -> None:
        self._workspaces = workspaces
        self._losses = losses

    async def take(self, payload: Payload, headers: Headers | None = None) -> BoltResponse:
        """Record and answer; raises `Malformed`, `Forbidden`, `NotConnected` or `Busy`."""
        kind = payload.get("type")
        if kind == URL_VERIFICATION:
            return _verified(payload)
        if kind in _INTERACTIONS:
            return await self._take_interaction(read_interaction(payload), headers)
        if kind == EVENT:
            envelope = read_event(payload)
            if self._losses is not None and is_loss(envelope):
                return await self._lose(envelope, self._losses)
            return await self._take_event(envelope, headers)
        _log.info("Slack sent a %s, which Placet has no use for.", str(kind)[:40])
        return BoltResponse(status=200, body="")

    async def _take_interaction(self, interaction: Interaction, headers: Headers | None) -> BoltResponse:
        branch = await self._workspaces.inbound(interaction.api_app_id, interaction.tenants)
        interaction = msgspec.structs.replace(interaction, away=branch.workspace.away)
        recorded = await branch.recorder.record(interaction)
        context = {INTERACTION: interaction, RECORDED: recorded}
        return await _dispatch(branch.app, _routed(interaction), headers, context)

    async def _lose(self, envelope: Envelope, losses: Losses) -> BoltResponse:
        """Several events tell of one removal, so a workspace that is gone already is no surprise."""
        await self._workspaces.load()
        with suppress(Forbidden):
            await losses.on_event(
                await self._workspaces.inbound(envelope.api_app_id, envelope.tenants), envelope
            )
        return BoltResponse(status=200, body="")

    async def _take_event(self, envelope: Envelope, headers: Headers | None) -> BoltResponse:
        branch = await self._workspaces.inbound(envelope.api_app_id, envelope.tenants)
        if envelope.event.type in SPOKEN:
            await branch.mentions.take(envelope)
        event = {name: value for name, value in msgspec.structs.asdict(envelope.event).items() if value}
        body = {"type": EVENT, "team_id": branch.workspace.team_id, "event": event}
        return await _dispatch(branch.app, body, headers, {ENVELOPE: envelope})


async def _dispatch(
    app: AsyncApp, body: Payload, headers: Headers | None, context: Mapping[str, Any]
) -> BoltResponse:
    # Bolt takes a body that is parsed already in this mode only; the signature is behind us.
    request = AsyncBoltRequest(
        mode="socket_mode", body=dict(body), headers=dict(headers or {}), context=dict(context)
    )
    return await app.async_dispatch(request)


def _routed(interaction: Interaction) -> Payload:
    """What Bolt needs to find the listener; its readers trip over shapes that are not Slack's."""
    body: dict[str, Any] = {
        "type": interaction.type,
        "team": {"id": interaction.installed_team},
        "user": {"id": interaction.user.id},
    }
    if interaction.view is not None and interaction.type == VIEW_SUBMISSION:
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
