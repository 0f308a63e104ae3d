"""Records a press before Slack hears of it."""

from __future__ import annotations

from datetime import timedelta

from adapters.slack import presses
from adapters.slack.identity import Accounts
from adapters.slack.payload import Interaction
from bot.approvals import Approvals
from bot.chat import recording
from bot.chat.drafted import filled
from bot.chat.presses import Wanted
from bot.chat.recording import Patience, Recorded
from bot.domain.errors import PlacetError
from bot.edits import Edits
from bot.ports import Moved


class Recorder:
    """Commits presses through the use cases."""

    def __init__(self, *, approvals: Approvals, edits: Edits, accounts: Accounts, longest: timedelta) -> None:
        self._approvals = approvals
        self._edits = edits
        self._accounts = accounts
        self._patience = Patience(longest)

    async def record(self, interaction: Interaction) -> Recorded | None:
        """None for what decides nothing."""
        try:
            wanted = presses.read(interaction, self._approvals.reference, self._edits.reference)
            if wanted is None:
                return None
            self._accounts.identity(interaction)
        except PlacetError as error:
            return recording.refused(error)
        return await self._patience.commit(self._press(wanted, interaction))

    async def _press(self, wanted: Wanted, interaction: Interaction) -> Moved:
        presser = await self._accounts.presser(interaction)
        wanted, edited = await filled(wanted, self._edits, presser)
        copy, later_to = presses.copy_of(interaction), wanted.reply_to or presses.later_address(interaction)
        return await self._approvals.press(wanted.by(presser, copy, later_to, edited))
