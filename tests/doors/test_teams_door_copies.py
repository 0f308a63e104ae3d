"""Presses that Teams carries as a client made them up: from another place, or under another message.

Whoever once saw a card knows what its buttons carry, and can send that from wherever they may write to the
bot. Listed in `named/teams_door.txt`.
"""

import json
from typing import Any

import pytest

from tests.doors.teams_post import TeamsWaiting, send
from tests.fakes import teams_payloads
from tests.fakes.fake_teams import actions_of
from tests.fakes.teams_tenant import Conversation, Posted
from tests.flows.teams_world import seen, words

pytestmark = pytest.mark.usefixtures("no_traceback")

STRANGER = "00000000-0000-4000-8000-0000000000f1"
HEADLINE = "Refund 240.00 EUR for order 4892"
#: verbs that show something of the card, or would be answered with it
SHOWING = ("placet_back", "placet_reject", "placet_rate", "placet_approve", "placet_escalate")


def _sent(
    waiting: TeamsWaiting, verb: str, *, by: str, where: Conversation, under: Posted, number: int = 0
) -> dict[str, Any]:
    """What Teams would carry when a client presses so."""
    teams = waiting.world.teams
    approve = next(each for each in actions_of(waiting.shown.card or {}) if each["title"] == "Approve")
    action = {**approve, "verb": verb}
    made = teams_payloads.execute(
        teams.tenant, where, teams.tenant.accounts[by], under, action, at=waiting.world.clock()
    )
    return {"serviceUrl": teams.service_url, **made}


async def _copies(waiting: TeamsWaiting) -> set[tuple[str, str | None]]:
    found = await waiting.world.app.store.copies(waiting.id)
    return {(copy.destination, copy.message) for copy in found}


async def _chat_with(waiting: TeamsWaiting, name: str) -> tuple[Conversation, Posted]:
    """Somebody's own chat with the bot, and an answer of the bot's in it."""
    world = waiting.world
    own = world.teams.tenant.personal(world.teams.tenant.accounts[name])
    await world.teams.mention(own, "help", by=name)
    await world.settles()
    return own, world.teams.posted(own)[-1]


async def test_press_of_a_stranger_from_a_chat_in_which_the_card_never_stood(
    teams_waiting: TeamsWaiting,
) -> None:
    world, before = teams_waiting.world, await _copies(teams_waiting)
    world.teams.tenant.add_person("Mallory", STRANGER)
    own, under = await _chat_with(teams_waiting, "Mallory")
    said = words(under.activity)
    for verb in SHOWING:
        answer = await send(world, _sent(teams_waiting, verb, by="Mallory", where=own, under=under))
        assert HEADLINE not in json.dumps(answer.json), verb
    await world.later(minutes=2)
    assert await _copies(teams_waiting) == before
    assert words(under.activity) == said
    assert await teams_waiting.has_kept_its_state()
    await teams_waiting.still_decides()


async def test_press_under_the_message_of_another_card(teams_waiting: TeamsWaiting) -> None:
    """The other card goes on standing where it stood, whoever presses so."""
    world = teams_waiting.world
    asked = await world.agent.asks(amount="90.00")
    await world.later(seconds=5)
    other = next(each for each in world.teams.cards(world.approvals) if "90.00" in words(each.card))
    press = _sent(teams_waiting, "placet_escalate", by="Ann", where=world.approvals, under=other)
    assert (await send(world, press)).status == 200
    await world.later(minutes=2)
    assert not [message for _, message in await _copies(teams_waiting) if message and other.id in message]
    assert "90.00" in words(other.card)
    assert HEADLINE not in words(other.card)
    assert "Approved by Ann" in seen(await world.teams.press(other, "Approve", by="Ann"))
    assert (await world.agent.sees(asked["id"]))["status"] == "approved"
