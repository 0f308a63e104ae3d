"""Answers what people do in Slack. By the time a listener runs, what decides is recorded.

An exception right after `ack()` would cancel the acknowledgement, so what follows it runs in the background.
"""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncApp

from adapters.slack import metadata, views
from adapters.slack.answers import Ack, Answers
from adapters.slack.client import SlackClient
from adapters.slack.context import ENVELOPE, Context, interaction_of, recorded_of
from adapters.slack.correction_listeners import CorrectionListeners
from adapters.slack.edit_listeners import EditListeners
from adapters.slack.editing import Editing
from adapters.slack.groups import UserGroups
from adapters.slack.offers import Offers
from adapters.slack.opening_listeners import OpeningListeners
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
        self._opening = OpeningListeners(
            client=client,
            approvals=approvals,
            answers=answers,
            reading=reading,
            editing=editing,
            background=background,
        )

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt; the first that fits is called, so the last ones take what is left."""
        answers, background = self._answers, self._background
        EditListeners(editing=self._editing, answers=answers, background=background).register(app)
        CorrectionListeners(correcting=self._correcting, answers=answers, background=background).register(app)
        self._reveals.register(app)
        self._opening.register(app)
        app.action(ACTIONS[Press.APPROVE])(self.on_decision)
        app.action(ACTIONS[Press.ESCALATE])(self.on_decision)
        app.action(ACTIONS[Press.AGREE])(self.on_decision)
        for form in FORMS:
            app.view(form.view)(self.on_reasoned)
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
