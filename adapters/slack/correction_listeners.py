"""Answers what people do with ratings and corrections. What is kept is recorded already."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from adapters.slack import metadata, views
from adapters.slack.answers import Ack, Answers
from adapters.slack.context import Context, interaction_of, recorded_of
from adapters.slack.editing import Editing
from adapters.slack.payload import Interaction
from bot.chat.background import Background
from bot.chat.names import CORRECT_BACK, CORRECT_VIEW, CORRECTION_VIEW, RATE_VIEW
from bot.chat.reading import TITLES
from bot.domain.card import Press
from bot.domain.rating import is_wrong_by


class CorrectionListeners:
    """What Bolt calls for them."""

    def __init__(self, *, correcting: Editing, answers: Answers, background: Background) -> None:
        self._correcting = correcting
        self._answers = answers
        self._background = background

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt."""
        app.view(RATE_VIEW)(self.on_rated)
        app.view(CORRECT_VIEW)(self.on_form)
        app.view(CORRECTION_VIEW)(self.on_kept)
        app.action(CORRECT_BACK)(self.on_back)

    async def on_rated(self, ack: Ack, context: Context) -> None:
        """A rating came in; after a wrong one there may be something to correct."""
        interaction, recorded = interaction_of(context), recorded_of(context)
        moved, view = recorded.moved, interaction.view
        if recorded.may_repeat:
            await ack(response_action="errors", errors=views.errors(recorded.sentence))
        elif moved is not None and view is not None and is_wrong_by(moved.answer):
            origin = metadata.read(view.private_metadata)
            await ack(response_action="update", view=await self._correcting.begin(interaction, origin))
        else:
            await self._answers.submitted(ack, interaction, recorded, TITLES[Press.RATE])

    async def on_form(self, ack: Ack, context: Context) -> None:
        """A correction came in: show what it changes, or what is wrong in it."""
        sent = await self._correcting.review(interaction_of(context))
        if sent.view is None:
            await ack(response_action="errors", errors=sent.errors)
        else:
            await ack(response_action="update", view=sent.view)

    async def on_kept(self, ack: Ack, context: Context) -> None:
        """It was kept as it was shown."""
        await self._answers.submitted(ack, interaction_of(context), recorded_of(context), TITLES[Press.RATE])

    async def on_back(self, ack: Ack, context: Context) -> None:
        """Show the form again, as it was left."""
        await ack()
        interaction = interaction_of(context)
        if interaction.view is not None:
            self._background.start(self._form_again(interaction, interaction.view.id))

    async def _form_again(self, interaction: Interaction, view_id: str) -> None:
        await self._answers.replace(view_id, await self._correcting.again(interaction))
