"""What a person may read of a request, drawn as a view; every failure becomes a view with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from adapters.slack import more, views
from adapters.slack.identity import Accounts
from adapters.slack.metadata import Origin
from adapters.slack.payload import Interaction
from adapters.slack.presses import view_id
from adapters.slack.views import View
from bot.approvals import Approvals
from bot.chat.reading import TITLES, Opening, Reader
from bot.domain.card import Card, Press
from bot.domain.directory import Directory


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
        self._reader = Reader(approvals=approvals, directory=directory, patience=patience)

    async def first(self, press: Press, interaction: Interaction, origin: Origin, press_id: str) -> View:
        """What opens when a button is pressed."""

        async def draw() -> View:
            if press is Press.MORE:
                return await self._more(interaction, origin)
            card = await self._open(press, interaction, origin, press_id)
            return views.packet(press, card, origin, 0)

        return await self._reader.within_patience(draw(), lambda told: views.note(TITLES[press], told))

    async def next_page(self, press: Press, interaction: Interaction, origin: Origin) -> View:
        """What follows the page that was read, or the first page when that has changed meanwhile."""
        page_id = view_id(interaction)

        async def draw() -> View:
            card = await self._open(press, interaction, origin, page_id)
            return views.turned(press, card, origin)

        return await self._reader.within_patience(draw(), lambda told: views.note(TITLES[press], told))

    async def revealed(self, interaction: Interaction, request_id: str) -> View:
        """The masked values, once it is recorded that this person is shown them."""

        async def draw() -> View:
            self._accounts.identity(interaction)
            presser = await self._accounts.presser(interaction)
            return views.revealed(await self._approvals.reveals.reveal(request_id, presser))

        return await self._reader.within_patience(draw(), lambda told: views.note(TITLES[Press.REVEAL], told))

    async def _more(self, interaction: Interaction, origin: Origin) -> View:
        reference = self._approvals.reference(origin.reference)
        form = await self._reader.more(reference, self._accounts.identity(interaction))
        return more.view(form, origin)

    async def _open(self, press: Press, interaction: Interaction, origin: Origin, command_id: str) -> Card:
        opening = Opening(
            press=press,
            reference=self._approvals.reference(origin.reference),
            command_id=command_id,
            identity=self._accounts.identity(interaction),
            presser=lambda: self._accounts.presser(interaction),
        )
        return await self._reader.open(opening)
