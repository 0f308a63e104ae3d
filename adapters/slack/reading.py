"""What a person may read of a request, drawn as a view; every failure becomes a view with a sentence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.slack import views
from adapters.slack.identity import Accounts
from adapters.slack.metadata import Origin
from adapters.slack.payload import Interaction
from adapters.slack.presses import view_id
from adapters.slack.views import View
from bot.approvals import Approvals
from bot.domain.card import Card, Press
from bot.domain.directory import Directory
from bot.domain.errors import NotFound, PlacetError
from bot.domain.moves import OpenView

UNREADABLE = "Placet cannot reach its database right now; close this and try again in a moment."
NOT_YOURS = "You are not among the people who may see this request."

_log = logging.getLogger(__name__)


class Reading:
    """Draws packets for those who may see them."""

    def __init__(
        self,
        *,
        approvals: Approvals,
        accounts: Accounts,
        directory: Callable[[], Directory],
        patience: timedelta,
    ) -> None:
        self._approvals = approvals
        self._accounts = accounts
        self._directory = directory
        self._patience = patience.total_seconds()

    async def first_page(self, press: Press, interaction: Interaction, origin: Origin, press_id: str) -> View:
        """What opens when a button is pressed."""

        async def draw() -> View:
            card = await self._open(press, interaction, origin, press_id)
            return views.packet(press, card, origin, 0)

        return await self._within_patience(press, draw())

    async def next_page(self, press: Press, interaction: Interaction, origin: Origin) -> View:
        """What follows the page that was read, or the first page when that has changed meanwhile."""
        page_id = view_id(interaction)

        async def draw() -> View:
            card = await self._open(press, interaction, origin, page_id)
            return views.turned(press, card, origin)

        return await self._within_patience(press, draw())

    async def _within_patience(self, press: Press, work: Coroutine[Any, Any, View]) -> View:
        task = asyncio.create_task(work)
        await asyncio.wait((task,), timeout=self._patience)
        if not task.done():
            task.cancel()
            return views.note(views.TITLES[press], UNREADABLE)
        error = task.exception()
        if error is None:
            return task.result()
        if isinstance(error, PlacetError):
            return views.note(views.TITLES[press], error.sentence)
        _log.error("A packet could not be read.", exc_info=error)
        return views.note(views.TITLES[press], UNREADABLE)

    async def _open(self, press: Press, interaction: Interaction, origin: Origin, command_id: str) -> Card:
        """The card as it stands, after recording who opened it; raises `NotFound` for strangers."""
        reference = self._approvals.reference(origin.reference)
        person = self._directory().person_with(self._accounts.identity(interaction))
        if person is None or not await self._approvals.may_see(reference.request_id, person.id):
            raise NotFound(NOT_YOURS)
        if press is not Press.REVIEW:
            return await self._approvals.card(reference.request_id)
        move = OpenView(
            request_id=reference.request_id,
            command_id=command_id,
            presser=await self._accounts.presser(interaction),
            revision=reference.revision,
        )
        card = await self._approvals.open_view(move)
        if card.revision == move.revision:
            return card
        # The arguments were changed since that card was drawn: what opens is the new revision.
        newer = replace(move, command_id=f"{command_id}:{card.revision}", revision=card.revision)
        return await self._approvals.open_view(newer)
