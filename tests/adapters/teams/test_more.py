"""The form behind More… in Teams: in place of the card for its presser, and what it does."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from adapters.teams.cards import draw_card
from bot.chat.names import MOVE, PERSON, WORDS
from bot.domain import more
from bot.domain.choice import Choice
from bot.domain.status import Status
from bot.domain.terms import Quorum
from tests.adapters.teams.desk import CAT, Desk
from tests.fakes.fake_teams import Delivered, actions_of
from tests.fakes.teams_tenant import Posted


@pytest.fixture
async def card(desk: Desk) -> Posted:
    """Stands in the channel for approvals."""
    await desk.installed()
    return await desk.posted()


def shown(answer: Delivered) -> Mapping[str, Any]:
    """The card that the presser sees."""
    assert answer.status == 200, answer
    drawn: Mapping[str, Any] = answer.json["value"]
    return drawn


def words(drawn: Mapping[str, Any]) -> str:
    return json.dumps(drawn, ensure_ascii=False)


async def sent(desk: Desk, card: Posted, move: Choice | str, by: str = "Ann", **inputs: str) -> str:
    """Open the form, fill it in and send it; what is seen then."""
    form = shown(await desk.teams.press(card, "More…", by=by))
    send = next(each for each in actions_of(form) if each["title"] == more.SEND)
    given = {MOVE: str(move), WORDS: inputs.get("words", ""), PERSON: inputs.get("to", "")}
    return words(shown(await desk.teams.execute(card, send, by=by, inputs=given)))


async def test_the_form_offers_what_makes_sense_and_a_way_back(desk: Desk, card: Posted) -> None:
    form = words(shown(await desk.teams.press(card, "More…", by="Ann")))
    for label in ("I am looking into it", "Ask the agent", "Hand over to somebody else", "Back", '"Ben"'):
        assert label in form
    assert "Take back my vote" not in form


async def test_looking_into_it_stands_on_the_card(desk: Desk, card: Posted) -> None:
    seen = await sent(desk, card, Choice.CLAIM)
    assert "You look into it; reminders rest until" in seen
    assert "Ann is looking into it" in seen


async def test_a_question_and_its_answer_stand_on_the_card(desk: Desk, card: Posted) -> None:
    seen = await sent(desk, card, Choice.ASK, words="Was it paid?")
    for part in ("Asked support-bot", "Ann asked support-bot · no answer yet", "Was it paid?"):
        assert part in seen
    request = await desk.request()
    await desk.approvals.say(request.id, agent="support-bot", text="Yes, on Monday.", reply_to="q1")
    drawn = words(draw_card(await desk.approvals.card(request.id)))
    for part in ("support-bot answered Ann", "Yes, on Monday."):
        assert part in drawn


async def test_it_is_handed_over_and_both_names_stand_on_the_card(desk: Desk, card: Posted) -> None:
    seen = await sent(desk, card, Choice.HAND_OVER, to="ben", words="You know her.")
    assert "Handed over to Ben, who is told." in seen
    assert "Ben is looking into it, handed over by Ann" in seen


async def test_it_is_escalated_once_however_often_it_is_sent(desk: Desk, card: Posted) -> None:
    form = shown(await desk.teams.press(card, "More…", by="Ann"))
    send = next(each for each in actions_of(form) if each["title"] == more.SEND)
    given = {MOVE: "escalate", WORDS: "Above my head."}
    await desk.teams.execute(card, send, by="Ann", inputs=given)
    again = words(shown(await desk.teams.execute(card, send, by="Ann", inputs=given)))
    assert "This was escalated a moment ago." in again
    assert (await desk.request()).progress.step == 2


async def test_a_vote_is_taken_back(desk: Desk) -> None:
    desk.policy.terms = replace(desk.policy.terms, quorum=Quorum(approve=2, voters=("ann", "ben")))
    await desk.installed()
    card = await desk.posted()
    assert "1 of 2 approved" in words(shown(await desk.teams.press(card, "Approve", by="Ann")))
    assert "Your vote is taken back." in await sent(desk, card, Choice.WITHDRAW)
    assert (await desk.request()).progress.votes == ()


@pytest.mark.parametrize(
    ("move", "missing"),
    [(Choice.ASK, more.WRITE), (Choice.HAND_OVER, more.TO_WHOM), ("", more.CHOOSE)],
)
async def test_a_form_that_lacks_something_comes_again_with_what_was_written(
    desk: Desk, card: Posted, move: Choice | str, missing: str
) -> None:
    note = " " if move == Choice.ASK else "Because."
    again = await sent(desk, card, move, words=note)
    assert missing in again
    assert more.SEND in again
    if move != Choice.ASK:
        assert '"value": "Because."' in again
    assert (await desk.request()).progress.questions == ()


async def test_what_is_none_of_ours_is_not_recorded(desk: Desk, card: Posted) -> None:
    assert "This form is not one of ours any more" in await sent(desk, card, "approve")
    assert (await desk.request()).status is Status.PENDING


async def test_strangers_are_offered_nothing(desk: Desk, card: Posted) -> None:
    desk.teams.tenant.add_person("Cat", CAT)
    answer = words(shown(await desk.teams.press(card, "More…", by="Cat")))
    assert "You are not among the people who may see this request." in answer
