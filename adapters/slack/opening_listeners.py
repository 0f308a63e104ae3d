"""Answers the buttons that open a view: at once, and filled in afterwards."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from adapters.slack import presses, views
from adapters.slack.answers import TOO_SLOW, Ack, Answers
from adapters.slack.blank_views import blank
from adapters.slack.client import Refused, SlackClient, Unreachable
from adapters.slack.context import Context, interaction_of
from adapters.slack.editing import Editing
from adapters.slack.metadata import Origin
from adapters.slack.payload import Interaction
from adapters.slack.reading import Reading
from bot.approvals import Approvals
from bot.chat.background import Background
from bot.chat.names import ACTIONS
from bot.chat.recording import Recorded
from bot.chat.why import FORMS
from bot.domain.card import Press
from bot.domain.errors import PlacetError


class OpeningListeners:
    """What Bolt calls for views that stand on their own."""

    def __init__(
        self,
        *,
        client: SlackClient,
        approvals: Approvals,
        answers: Answers,
        reading: Reading,
        editing: Editing,
        background: Background,
    ) -> None:
        self._client = client
        self._approvals = approvals
        self._answers = answers
        self._reading = reading
        self._editing = editing
        self._background = background

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt."""
        for form in FORMS:
            app.action(ACTIONS[form.press])(self.on_why)
        app.action(ACTIONS[Press.RATE])(self.on_why)
        app.action(ACTIONS[Press.EDIT])(self.on_edit)
        app.action(ACTIONS[Press.DETAILS])(self.on_details)
        app.action(ACTIONS[Press.REVIEW])(self.on_review)
        app.action(ACTIONS[Press.MORE])(self.on_more)

    async def on_why(self, ack: Ack, context: Context) -> None:
        """Open a form that is the same for every request: it asks why, or how good a decision was."""
        await ack()
        interaction = interaction_of(context)
        press, _ = presses.pressed_button(interaction)
        if press is not None:
            self._background.start(self._open(press, interaction))

    async def on_edit(self, ack: Ack, context: Context) -> None:
        """Open the form in which arguments are changed."""
        await ack()
        self._background.start(self._open(Press.EDIT, interaction_of(context)))

    async def on_details(self, ack: Ack, context: Context) -> None:
        """Open the whole packet."""
        await ack()
        self._background.start(self._open(Press.DETAILS, interaction_of(context)))

    async def on_review(self, ack: Ack, context: Context) -> None:
        """Open the whole packet, with the approval at its end."""
        await ack()
        self._background.start(self._open(Press.REVIEW, interaction_of(context)))

    async def on_more(self, ack: Ack, context: Context) -> None:
        """Open the form with everything else."""
        await ack()
        self._background.start(self._open(Press.MORE, interaction_of(context)))

    async def _open(self, press: Press, interaction: Interaction) -> None:
        """Open at once and fill in afterwards: nothing is asked of anybody before."""
        try:
            _, action = presses.pressed_button(interaction)
            presses.checked_reference(action, self._approvals.reference)
            origin = presses.origin_of(interaction, action)
            press_id = presses.press_id(interaction, action, origin)
        except PlacetError as error:
            self._answers.follow(interaction, Recorded(sentence=error.sentence))
            return
        form = blank(press, origin)
        view_id = await self._opened(interaction, form or views.loading(press, origin))
        if view_id and form is None:
            await self._answers.replace(view_id, await self._first(press, interaction, origin, press_id))

    async def _first(
        self, press: Press, interaction: Interaction, origin: Origin, press_id: str
    ) -> views.View:
        if press is Press.EDIT:
            return await self._editing.begin(interaction, origin)
        return await self._reading.first(press, interaction, origin, press_id)

    async def _opened(self, interaction: Interaction, view: views.View) -> str:
        """The id of the view, empty when Slack did not open it."""
        try:
            answer = await self._client.ask(
                lambda web: web.views_open(trigger_id=interaction.trigger_id, view=view)
            )
        except (Refused, Unreachable):
            self._answers.follow(interaction, Recorded(sentence=TOO_SLOW))
            return ""
        return str((answer.get("view") or {}).get("id") or "")
