"""A person's own view of a batch card: an ephemeral message in which they turn from request to request.

It is replaced through the response URL of the press, which is the only way to change what one person sees.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from adapters.slack import batch_cards, metadata, presses
from adapters.slack.client import Refused, SlackClient, Unreachable
from adapters.slack.identity import Accounts
from adapters.slack.payload import Interaction
from bot.approvals import Approvals
from bot.batches import Turn
from bot.chat.batches import TURNS
from bot.chat.recording import Recorded
from bot.domain.card import Press
from bot.domain.errors import PlacetError
from bot.references import Reference

NOTHING_OPEN = "There is nothing of yours open here to close."
UNREACHED = "Slack could not show this; press again in a moment."

_CLOSED: dict[str, Any] = {"delete_original": True}

_log = logging.getLogger(__name__)


class Paging:
    """Opens, turns and closes own views, and goes on in them after a decision."""

    def __init__(self, *, client: SlackClient, approvals: Approvals, accounts: Accounts) -> None:
        self._client = client
        self._approvals = approvals
        self._accounts = accounts

    async def turn(self, interaction: Interaction) -> str:
        """Show what a turning button asks for; empty, or what the person has to be told instead."""
        try:
            press, action = presses.pressed_button(interaction)
            reference = presses.checked_reference(action, self._approvals.reference)
            is_own = interaction.container.is_ephemeral
            if press is Press.CLOSE and not is_own:
                # What stands in the channel is everybody's, and closing deletes.
                return NOTHING_OPEN
            if press is Press.CLOSE:
                body = _CLOSED
            else:
                body = await self._view(interaction, reference, TURNS[press or Press.OPEN])
        except PlacetError as error:
            return error.sentence
        # The list stands in the channel for all; whatever else was pressed stands in the person's own view.
        shown = await self._show(interaction.response_url, body | {"replace_original": is_own})
        return "" if shown else UNREACHED

    async def go_on(self, interaction: Interaction, recorded: Recorded) -> None:
        """After a press in an own view, or in a form that was opened from one: the request as it is now.

        Not the next one yet: a second click on the same spot would decide what nobody has read.
        """
        moved = recorded.moved
        try:
            origin = _origin(interaction)
            if moved is None or moved.request is None or not origin.answer:
                return
            reference = self._approvals.reference(origin.reference)
            if reference.batch is None:
                return
            notice = moved.answer.sentence if moved.answer.accepted else ""
            body = await self._view(interaction, reference, Turn.HERE, notice)
        except PlacetError as error:
            _log.info("A view of a batch card could not go on: %s", error.sentence)
            return
        await self._show(origin.answer, body | {"replace_original": True})

    async def _view(
        self, interaction: Interaction, reference: Reference, turn: Turn, notice: str = ""
    ) -> dict[str, Any]:
        card = await self._approvals.batches.view(reference, turn, self._accounts.identity(interaction))
        drawn = batch_cards.own_view(card, notice)
        return {"response_type": "ephemeral", "text": drawn.text, "blocks": list(drawn.blocks)}

    async def _show(self, url: str, body: Mapping[str, Any]) -> bool:
        try:
            await self._client.respond(url, body)
        except (Refused, Unreachable) as error:
            _log.info("A view of a batch card could not be shown: %s", error)
            return False
        return True


def _origin(interaction: Interaction) -> metadata.Origin:
    if interaction.view is not None:
        return metadata.read(interaction.view.private_metadata)
    _, action = presses.pressed_button(interaction)
    return presses.origin_of(interaction, action)
