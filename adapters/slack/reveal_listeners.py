"""Answers the button that shows masked values: in a view of its own, above the one it stands in."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from adapters.slack import presses, views
from adapters.slack.answers import TOO_SLOW, Ack, Answers
from adapters.slack.client import Refused, SlackClient, Unreachable
from adapters.slack.context import Context, interaction_of
from adapters.slack.payload import Interaction
from adapters.slack.reading import Reading
from bot.approvals import Approvals
from bot.chat.background import Background
from bot.chat.names import ACTIONS
from bot.chat.recording import Recorded
from bot.domain.card import Press
from bot.domain.errors import PlacetError


class RevealListeners:
    """What Bolt calls for masked values."""

    def __init__(
        self,
        *,
        client: SlackClient,
        approvals: Approvals,
        answers: Answers,
        reading: Reading,
        background: Background,
    ) -> None:
        self._client = client
        self._approvals = approvals
        self._answers = answers
        self._reading = reading
        self._background = background

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt."""
        app.action(ACTIONS[Press.REVEAL])(self.on_reveal)

    async def on_reveal(self, ack: Ack, context: Context) -> None:
        """Show masked values to the presser, once that is on record."""
        await ack()
        self._background.start(self._reveal(interaction_of(context)))

    async def _reveal(self, interaction: Interaction) -> None:
        try:
            _, action = presses.pressed_button(interaction)
            reference = presses.checked_reference(action, self._approvals.reference)
        except PlacetError as error:
            self._answers.follow(interaction, Recorded(sentence=error.sentence))
            return
        loading = views.loading(Press.REVEAL, presses.origin_of(interaction, action))
        view_id = await self._opened(interaction, loading)
        if view_id:
            shown = await self._reading.revealed(interaction, reference.request_id)
            await self._answers.replace(view_id, shown)

    async def _opened(self, interaction: Interaction, view: views.View) -> str:
        """The id of the new view, empty when Slack did not open it."""
        trigger = interaction.trigger_id
        try:
            if interaction.view is not None:
                answer = await self._client.ask(lambda web: web.views_push(trigger_id=trigger, view=view))
            else:
                answer = await self._client.ask(lambda web: web.views_open(trigger_id=trigger, view=view))
        except (Refused, Unreachable):
            self._answers.follow(interaction, Recorded(sentence=TOO_SLOW))
            return ""
        return str((answer.get("view") or {}).get("id") or "")
