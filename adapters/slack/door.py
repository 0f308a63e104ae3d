"""The one door for what Slack sends, over HTTP and Socket Mode alike.

Bolt acknowledges, routes and answers; it comes after the commit, so that a press it loses is not lost. The
body is parsed once, strictly, and handed on as it was understood.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.payload import (
    BLOCK_ACTIONS,
    VIEW_SUBMISSION,
    Interaction,
    Malformed,
    Payload,
    read_interaction,
    read_sender,
)
from adapters.slack.recording import Recorded, Recorder
from adapters.slack.workspace import Workspace
from bot.domain.errors import Forbidden, PlacetError

#: the key in Bolt's context under which listeners find what was recorded
RECORDED = "placet_recorded"
#: and what Slack sent, as it was understood
INTERACTION = "placet_interaction"

URL_VERIFICATION = "url_verification"
EVENT = "event_callback"

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

    async def take(self, payload: Payload, headers: Mapping[str, str] | None = None) -> BoltResponse:
        """Record and answer; raises `Malformed`, `Forbidden` or `NotConnected`."""
        kind = payload.get("type")
        if kind == URL_VERIFICATION:
            return _verified(payload)
        if not self._workspace.is_known:
            raise NotConnected
        if kind in _INTERACTIONS:
            interaction = read_interaction(payload)
            self._require_home(interaction.api_app_id, interaction.installed_team)
            recorded = await self._recorder.record(interaction)
            return await self._dispatch(payload, headers, interaction, recorded)
        if kind == EVENT:
            self._require_event(payload)
            return await self._dispatch(payload, headers)
        _log.info("Slack sent a %s, which Placet has no use for.", str(kind)[:40])
        return BoltResponse(status=200, body="")

    async def _dispatch(
        self,
        payload: Payload,
        headers: Mapping[str, str] | None,
        interaction: Interaction | None = None,
        recorded: Recorded | None = None,
    ) -> BoltResponse:
        # Bolt takes a body that is parsed already in this mode only; the signature is behind us.
        request = AsyncBoltRequest(
            mode="socket_mode",
            body=dict(payload),
            headers=dict(headers or {}),
            context={INTERACTION: interaction, RECORDED: recorded},
        )
        return await self._app.async_dispatch(request)

    def _require_event(self, payload: Payload) -> None:
        event = payload.get("event")
        if not isinstance(event, dict) or not isinstance(event.get("type"), str):
            raise Malformed
        sender = read_sender(payload)
        teams = (sender.team_id, *(each.team_id for each in sender.authorizations))
        home = self._workspace.team_id
        self._require_home(sender.api_app_id, home if home in teams else sender.team_id)

    def _require_home(self, app_id: str, team_id: str | None) -> None:
        known = self._workspace.app_id
        if known and app_id != known:
            raise Forbidden("This is addressed to another Slack app.")
        if team_id != self._workspace.team_id:
            raise Forbidden("This comes through a workspace that Placet is not connected to.")


def _verified(payload: Payload) -> BoltResponse:
    """Slack's question whether this address is ours (docs.slack.dev/reference/events/url_verification)."""
    challenge = payload.get("challenge")
    if not isinstance(challenge, str) or len(challenge) > 1000:
        raise Malformed
    return BoltResponse(status=200, body={"challenge": challenge})
