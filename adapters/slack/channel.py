"""Slack as a place where cards stand; never raises for what Slack does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.slack import batch_cards, cards, lines, private
from adapters.slack.addresses import (
    Place,
    is_user,
    read_answer,
    read_destination,
    read_message,
    read_person,
    write_message,
)
from adapters.slack.client import Answer, Ask, Refused, SlackClient, Unreachable
from adapters.slack.errors import TOO_LONG, SlackUnavailable, fate, is_broken
from adapters.slack.history import find_card
from adapters.slack.names import PLATFORM
from adapters.slack.workspace import Workspace
from bot.domain.batch_card import BatchCard
from bot.domain.directory import Directory, Identity
from bot.offers import Offer
from bot.ports import Clock, Done, GiveUp, RetryLater, Sent, Showable

#: how often a broken connection is complained about
COMPLAIN_EVERY = timedelta(minutes=1)

_log = logging.getLogger(__name__)


class SlackChannel:
    """`bot.ports.CardChannel` on Slack's Web API."""

    def __init__(
        self,
        *,
        client: SlackClient,
        workspace: Workspace,
        directory: Callable[[], Directory],
        clock: Clock,
    ) -> None:
        self._client = client
        self._workspace = workspace
        self._directory = directory
        self._clock = clock
        self._complained_at: datetime | None = None

    @property
    def platform(self) -> str:
        """`slack`."""
        return PLATFORM

    async def post(self, destination: str, card: Showable) -> Sent:
        """Put a new copy up, with the people it asks mentioned."""
        place = self._place(destination)
        if isinstance(place, GiveUp):
            return place
        try:
            answer = await self._show(card, lambda drawn: _posting(place.id, drawn))
        except (Refused, Unreachable) as error:
            return self._failed(error, destination)
        channel, ts = answer.get("channel"), answer.get("ts")
        if not isinstance(channel, str) or not isinstance(ts, str):
            return RetryLater(why="Slack did not say where the card stands.", uncertain=True)
        return Done(message=write_message(channel, ts))

    async def find(self, destination: str, shows: str, since: datetime) -> str | None:
        """Search what the bot posted since; raises `SlackUnavailable` when Slack cannot be asked now."""
        place = self._place(destination)
        if isinstance(place, GiveUp):
            return None
        try:
            return await find_card(self._client, self._workspace, place, shows, since)
        except (Refused, Unreachable) as error:
            failed = self._failed(error, destination)
            if isinstance(failed, GiveUp) or _is_unreadable(error):
                return None
            raise SlackUnavailable(failed.why) from error

    async def redraw(self, destination: str, message: str, card: Showable) -> Sent:
        """Replace what the copy shows."""
        standing = read_message(message)
        if standing is None:
            return GiveUp(why=f"{message} names no message in Slack.")
        try:
            answer = await self._show(card, lambda drawn: _changing(standing.channel, standing.ts, drawn))
        except (Refused, Unreachable) as error:
            return self._failed(error, destination)
        if answer.get("ts") != standing.ts:
            return RetryLater(why="Slack did not say that the card was changed.")
        return Done(message=message)

    async def ping(self, destination: str, message: str, line: str, people: Sequence[str]) -> Sent:
        """Say the line in the card's thread, where a mention notifies."""
        standing = read_message(message)
        if standing is None:
            return GiveUp(why=f"{message} names no message in Slack.")
        said = lines.ping(line, self._ids(people))
        try:
            await self._client.ask(_posting(standing.channel, said, thread_ts=standing.ts))
        except (Refused, Unreachable) as error:
            return self._failed(error, destination)
        return Done()

    async def tell(self, address: str, sentence: str, link: str = "", offers: Sequence[Offer] = ()) -> Sent:
        """Answer one person, by the first of several ways that is open."""
        to = read_answer(address) or read_person(address)
        if to is None:
            return GiveUp(why="This is no address of a person in Slack.")
        try:
            await private.tell(self._client, to, lines.answer(sentence, link, offers))
        except (Refused, Unreachable) as error:
            return self._failed(error, f"{PLATFORM}:@{to.user}")
        return Done()

    async def _show(self, card: Showable, ask: Callable[[cards.Message], Ask]) -> Answer:
        """Send the roomiest drawing that Slack takes."""
        refused: Refused | None = None
        for drawn in _drawings(card, self._ids(card.mentions)):
            try:
                return await self._client.ask(ask(drawn))
            except Refused as error:
                if error.code not in TOO_LONG:
                    raise
                refused = error
        raise refused or AssertionError("there is always a drawing")

    def _place(self, destination: str) -> Place | GiveUp:
        place = read_destination(destination)
        if place is None:
            return GiveUp(
                why=f"There is no channel {destination} that the bot can see; "
                "create it or invite the bot there, or correct the policy."
            )
        if place.team is not None and self._workspace.is_known and not self._workspace.covers(place.team):
            return GiveUp(why=f"{destination} is in another workspace than the bot.")
        return place

    def _ids(self, people: Sequence[str]) -> tuple[str, ...]:
        """The Slack user ids of people of the policy, one of each who has any here."""
        directory = self._directory()
        found = {
            person.id: account.user
            for person in (directory.people.get(name) for name in people)
            if person is not None
            for account in reversed(person.identities)
            if self._is_one_here(account)
        }
        return tuple(user for user in found.values() if is_user(user))

    def _is_one_here(self, account: Identity) -> bool:
        return account.platform == PLATFORM and self._is_here(account.tenant)

    def _is_here(self, tenant: str | None) -> bool:
        return self._workspace.is_home if tenant is None else self._workspace.covers(tenant)

    def _failed(self, error: Refused | Unreachable, destination: str) -> RetryLater | GiveUp:
        failed = fate(error, destination)
        if is_broken(error):
            self._complain(failed.why)
        return failed

    def _complain(self, why: str) -> None:
        now = self._clock()
        if self._complained_at is None or now - self._complained_at >= COMPLAIN_EVERY:
            self._complained_at = now
            _log.error("Nothing reaches Slack: %s", why)


def _drawings(card: Showable, mentions: Sequence[str]) -> Iterator[cards.Message]:
    if isinstance(card, BatchCard):
        return batch_cards.drawings(card, mentions)
    return cards.drawings(card, mentions)


def _posting(channel: str, drawn: cards.Message, **more: str) -> Ask:
    arguments: dict[str, Any] = {
        "channel": channel,
        "text": drawn.text,
        "blocks": list(drawn.blocks),
        # Nothing is fetched from an address of an agent's choice, and the fallback text is no markup.
        "unfurl_links": False,
        "unfurl_media": False,
        "mrkdwn": False,
        **more,
    }
    return lambda web: web.chat_postMessage(**arguments)


def _changing(channel: str, ts: str, drawn: cards.Message) -> Ask:
    return lambda web: web.chat_update(channel=channel, ts=ts, text=drawn.text, blocks=list(drawn.blocks))


def _is_unreadable(error: Refused | Unreachable) -> bool:
    """Whether the channel's history is closed to the bot, now and later."""
    return is_broken(error) or (isinstance(error, Refused) and error.code == "unknown_method")
