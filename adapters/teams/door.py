"""The one door for what Teams sends: who sent it is proved; what decides is stored before it is answered."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from adapters.teams.answers import TAKEN, Answered, refused
from adapters.teams.conversations import Conversations
from adapters.teams.groups import TeamRosters
from adapters.teams.listeners import Listeners
from adapters.teams.mentions import Mentions
from adapters.teams.offers import Offers
from adapters.teams.payload import (
    CARD_ACTION,
    CONVERSATION_UPDATE,
    INSTALLATION_UPDATE,
    INVOKE,
    MESSAGE,
    Activity,
    Malformed,
    Payload,
    Pressed,
    pressed_of,
    read_activity,
)
from adapters.teams.recording import Recorder
from adapters.teams.refusals import NotForUs
from bot.chat.names import OFFER

_log = logging.getLogger(__name__)


class Door:
    """Lets in what comes from a tenant that Placet serves."""

    def __init__(
        self,
        *,
        recorder: Recorder,
        conversations: Conversations,
        listeners: Listeners,
        mentions: Mentions,
        rosters: TeamRosters,
        offers: Offers,
        tenants: Sequence[str],
    ) -> None:
        self._recorder = recorder
        self._conversations = conversations
        self._listeners = listeners
        self._mentions = mentions
        self._rosters = rosters
        self._offers = offers
        self._tenants = tenants

    async def take(self, payload: Payload) -> Answered:
        """Record and answer; raises `Malformed`, `NotForUs` or `Busy`, after which Teams sends it again."""
        activity = read_activity(payload)
        if self._tenants and activity.tenant not in self._tenants:
            raise NotForUs
        try:
            pressed = pressed_of(activity)
        except Malformed as error:
            _log.info("A button came that is not Placet's: %s", error.sentence)
            return refused(error.sentence) if activity.type == INVOKE else TAKEN
        if pressed is not None:
            return await self._press(activity, pressed)
        return await self._hear(activity)

    async def _press(self, activity: Activity, pressed: Pressed) -> Answered:
        if pressed.verb == OFFER:
            return await self._offers.take(activity, pressed)
        recorded = await self._recorder.record(activity, pressed)
        return await self._listeners.answer(activity, pressed, recorded)

    async def _hear(self, activity: Activity) -> Answered:
        if activity.type in (CONVERSATION_UPDATE, INSTALLATION_UPDATE):
            await self._conversations.update(activity)
            await self._rosters.changed(activity)
        elif activity.type == MESSAGE:
            await self._mentions.take(activity)
        elif activity.type == INVOKE:
            _log.info("Teams sent an invoke other than %s, which Placet has no use for.", CARD_ACTION)
            return refused("Placet does not know this; nothing was recorded.")
        return TAKEN
