"""Records a press before Teams hears of it."""

from __future__ import annotations

from datetime import timedelta

from adapters.teams import presses
from adapters.teams.addresses import write_person
from adapters.teams.conversations import Conversations
from adapters.teams.identity import Accounts
from adapters.teams.payload import Activity, Pressed
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

    def __init__(
        self,
        *,
        approvals: Approvals,
        edits: Edits,
        conversations: Conversations,
        accounts: Accounts,
        longest: timedelta,
    ) -> None:
        self._approvals = approvals
        self._edits = edits
        self._conversations = conversations
        self._accounts = accounts
        self._patience = Patience(longest)

    async def record(self, activity: Activity, pressed: Pressed) -> Recorded | None:
        """None for what decides nothing."""
        try:
            wanted = presses.read(activity, pressed, self._approvals.reference, self._edits.reference)
            if wanted is None:
                return None
            self._accounts.identity(activity)
        except PlacetError as error:
            return recording.refused(error)
        return await self._patience.commit(self._press(wanted, activity))

    async def _press(self, wanted: Wanted, activity: Activity) -> Moved:
        where = await self._conversations.of(activity)
        presser = await self._accounts.presser(activity)
        own_chat = write_person((activity.sender.aad_object_id or "").lower())
        wanted, edited = await filled(wanted, self._edits, presser)
        return await self._approvals.press(
            wanted.by(presser, presses.copy_of(activity, where), own_chat, edited)
        )
