"""Answers what people do in the views of an edit. The press that makes it is recorded already."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from adapters.slack.answers import Ack, Answers
from adapters.slack.context import Context, interaction_of, recorded_of
from adapters.slack.editing import Editing
from adapters.slack.payload import Interaction
from bot.chat.background import Background
from bot.chat.names import CHANGES_VIEW, EDIT_BACK, EDIT_VIEW
from bot.chat.reading import TITLES
from bot.domain.card import Press


class EditListeners:
    """What Bolt calls for edits."""

    def __init__(self, *, editing: Editing, answers: Answers, background: Background) -> None:
        self._editing = editing
        self._answers = answers
        self._background = background

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt."""
        app.action(EDIT_BACK)(self.on_back)
        app.view(EDIT_VIEW)(self.on_form)
        app.view(CHANGES_VIEW)(self.on_changes)

    async def on_form(self, ack: Ack, context: Context) -> None:
        """The form came in: show what it changes, or what is wrong in it."""
        sent = await self._editing.review(interaction_of(context))
        if sent.view is None:
            await ack(response_action="errors", errors=sent.errors)
        else:
            await ack(response_action="update", view=sent.view)

    async def on_back(self, ack: Ack, context: Context) -> None:
        """Show the form again, as it was left."""
        await ack()
        interaction = interaction_of(context)
        if interaction.view is not None:
            self._background.start(self._form_again(interaction, interaction.view.id))

    async def on_changes(self, ack: Ack, context: Context) -> None:
        """An edit was approved; where others changed the arguments first, the form comes over theirs."""
        interaction, recorded = interaction_of(context), recorded_of(context)
        if recorded.moved is not None and recorded.moved.answer.code == "stale":
            await ack(response_action="update", view=await self._editing.again(interaction))
        else:
            await self._answers.submitted(ack, interaction, recorded, TITLES[Press.EDIT])

    async def _form_again(self, interaction: Interaction, view_id: str) -> None:
        await self._answers.replace(view_id, await self._editing.again(interaction))
