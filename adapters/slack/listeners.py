"""Answers what people do in Slack. By the time a listener runs, what decides is recorded.

An exception right after `ack()` would cancel the acknowledgement, so what follows it runs in the background.
"""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncApp

from adapters.slack import metadata, presses, views
from adapters.slack.answers import TOO_SLOW, Ack, Answers
from adapters.slack.blank_views import blank
from adapters.slack.client import Refused, SlackClient, Unreachable
from adapters.slack.context import ENVELOPE, Context, interaction_of, recorded_of
from adapters.slack.correction_listeners import CorrectionListeners
from adapters.slack.edit_listeners import EditListeners
from adapters.slack.editing import Editing
from adapters.slack.groups import UserGroups
from adapters.slack.metadata import Origin
from adapters.slack.offers import Offers
from adapters.slack.paging import Paging
from adapters.slack.payload import Interaction
from adapters.slack.reading import Reading
from adapters.slack.reveal_listeners import RevealListeners
from bot.approvals import Approvals
from bot.chat.background import Background
from bot.chat.batches import TURNS
from bot.chat.names import (
    ACTIONS,
    DETAILS_VIEW,
    MORE_VIEW,
    OFFER,
    REVIEW_PAGE,
    REVIEW_VIEW,
)
from bot.chat.reading import TITLES
from bot.chat.recording import Recorded
from bot.chat.why import BY_VIEW, FORMS, REJECT
from bot.domain.card import Press
from bot.domain.errors import PlacetError

UNKNOWN_BUTTON = "This button is not known to this version of Placet; nothing was recorded."

_ANYTHING = re.compile("")
_OFFERS = re.compile(f"{OFFER}_[0-9]+")


class Listeners:
    """Everything that Bolt calls."""

    def __init__(
        self,
        *,
        client: SlackClient,
        approvals: Approvals,
        answers: Answers,
        reading: Reading,
        offers: Offers,
        editing: Editing,
        correcting: Editing,
        groups: UserGroups,
        paging: Paging,
        background: Background,
    ) -> None:
        self._client = client
        self._approvals = approvals
        self._answers = answers
        self._reading = reading
        self._offers = offers
        self._editing = editing
        self._correcting = correcting
        self._groups = groups
        self._paging = paging
        self._background = background
        self._reveals = RevealListeners(
            client=client, approvals=approvals, answers=answers, reading=reading, background=background
        )

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt; the first that fits is called, so the last ones take what is left."""
        answers, background = self._answers, self._background
        EditListeners(editing=self._editing, answers=answers, background=background).register(app)
        CorrectionListeners(correcting=self._correcting, answers=answers, background=background).register(app)
        self._reveals.register(app)
        app.action(ACTIONS[Press.APPROVE])(self.on_decision)
        app.action(ACTIONS[Press.ESCALATE])(self.on_decision)
        app.action(ACTIONS[Press.AGREE])(self.on_decision)
        for form in FORMS:
            app.action(ACTIONS[form.press])(self.on_why)
            app.view(form.view)(self.on_reasoned)
        app.action(ACTIONS[Press.RATE])(self.on_why)
        app.action(ACTIONS[Press.EDIT])(self.on_edit)
        app.action(ACTIONS[Press.DETAILS])(self.on_details)
        app.action(ACTIONS[Press.REVIEW])(self.on_review)
        app.action(ACTIONS[Press.MORE])(self.on_more)
        for press in (*TURNS, Press.CLOSE):
            app.action(ACTIONS[press])(self.on_turn)
        app.action(_OFFERS)(self.on_offer)
        app.action(_ANYTHING)(self.on_unknown_action)
        app.view(MORE_VIEW)(self.on_moved)
        app.view(REVIEW_VIEW)(self.on_reviewed)
        app.view(REVIEW_PAGE)(self.on_review_page)
        app.view(DETAILS_VIEW)(self.on_details_page)
        app.view(_ANYTHING)(self.on_unknown_view)
        app.event("subteam_members_changed")(self.on_group_changed)
        app.event("subteam_updated")(self.on_group_changed)
        app.event("app_mention")(self.on_heard)
        app.event("message")(self.on_heard)
        # What nobody listens to is not acknowledged, and holds up the next event for seconds.
        app.event(_ANYTHING)(self.on_other_event)

    async def on_decision(self, ack: Ack, context: Context) -> None:
        """Approve or Escalate: recorded already; a refusal is told by the outbox."""
        await ack()
        recorded = recorded_of(context)
        if recorded.sentence:
            self._answers.follow(interaction_of(context), recorded)
        self._background.start(self._paging.go_on(interaction_of(context), recorded))

    async def on_turn(self, ack: Ack, context: Context) -> None:
        """Open, turn or close one's own view of a batch card."""
        await ack()
        self._background.start(self._turn_batch(interaction_of(context)))

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

    async def on_unknown_action(self, ack: Ack, context: Context) -> None:
        """A button of an older or newer version, or several at once."""
        await ack()
        interaction = interaction_of(context)
        recorded = recorded_of(context)
        sentence = recorded.sentence or UNKNOWN_BUTTON
        self._answers.follow(interaction, Recorded(sentence=sentence))

    async def on_reasoned(self, ack: Ack, context: Context) -> None:
        """Such a form came in: recorded, refused, or to be sent again."""
        view = interaction_of(context).view
        asked = BY_VIEW.get(view.callback_id) if view is not None else None
        await self._form_sent(ack, context, asked.title if asked else REJECT.title)

    async def on_moved(self, ack: Ack, context: Context) -> None:
        """Something else was done: recorded, refused, or to be sent again."""
        await self._form_sent(ack, context, TITLES[Press.MORE])

    async def on_reviewed(self, ack: Ack, context: Context) -> None:
        """A review was approved at its end."""
        await self._answers.submitted(ack, interaction_of(context), recorded_of(context), "Review")

    async def on_review_page(self, ack: Ack, context: Context) -> None:
        """Turn the page of a review."""
        await self._turn(ack, context, Press.REVIEW)

    async def on_details_page(self, ack: Ack, context: Context) -> None:
        """Turn the page of the details."""
        await self._turn(ack, context, Press.DETAILS)

    async def on_unknown_view(self, ack: Ack) -> None:
        """A view of another version: close it."""
        await ack()

    async def on_offer(self, ack: Ack, context: Context) -> None:
        """A button under an answer of the bot's."""
        await self._offers.take(interaction_of(context))
        await ack()

    async def on_heard(self) -> None:
        """Somebody said something; it was heard at the door."""

    async def on_group_changed(self, context: Context) -> None:
        """A user group changed; should this be lost, its people are old news within the minute."""
        event = context[ENVELOPE].event
        group = event.subteam_id or (event.subteam.id if event.subteam else None)
        if group:
            await self._groups.changed(group)

    async def on_other_event(self) -> None:
        """Nothing of ours."""

    async def _form_sent(self, ack: Ack, context: Context, title: str) -> None:
        recorded = recorded_of(context)
        if recorded.may_repeat:
            await ack(response_action="errors", errors=views.errors(recorded.sentence))
        else:
            await self._answers.submitted(ack, interaction_of(context), recorded, title)

    async def _turn_batch(self, interaction: Interaction) -> None:
        sentence = await self._paging.turn(interaction)
        if sentence:
            self._answers.follow(interaction, Recorded(sentence=sentence))

    async def _turn(self, ack: Ack, context: Context, press: Press) -> None:
        interaction = interaction_of(context)
        try:
            origin = metadata.read(interaction.view.private_metadata if interaction.view else "")
            view = await self._reading.next_page(press, interaction, origin)
        except PlacetError as error:
            view = views.note(TITLES[press], error.sentence)
        await ack(response_action="update", view=view)

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
