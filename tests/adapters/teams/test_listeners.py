"""Answers to presses when the database is slow or away, and who may press at all."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from bot.chat.recording import LATE, NOT_RECORDED
from bot.domain.status import Status
from bot.domain.terms import Quorum
from tests.adapters.teams.desk import ANN, Desk
from tests.fakes import teams_payloads
from tests.fakes.fake_teams import Delivered, actions_of
from tests.fakes.teams_tenant import Posted


@pytest.fixture
async def card(desk: Desk) -> Posted:
    """Stands in the channel for approvals."""
    await desk.installed()
    return await desk.posted()


def said(answer: Delivered) -> str:
    """What the presser sees."""
    assert answer.status == 200, answer
    return json.dumps(answer.json["value"], ensure_ascii=False)


def pressed(desk: Desk, card: Posted, title: str = "Approve", **changes: Any) -> dict[str, Any]:
    """Ann's press, as Teams sends it."""
    action = next(each for each in actions_of(card.card or {}) if each["title"] == title)
    ann = desk.teams.tenant.accounts["Ann"]
    where = desk.approvals_channel
    return teams_payloads.execute(desk.teams.tenant, where, ann, card, action, at=desk.clock()) | changes


async def test_a_slow_commit_is_told_of_twice_once_at_once_and_once_in_private(hasty_desk: Desk) -> None:
    desk = hasty_desk
    await desk.installed()
    card = await desk.posted()
    desk.store.gate = asyncio.Event()
    assert LATE in said(await desk.teams.press(card, "Approve", by="Ann"))
    assert (await desk.request()).status is Status.PENDING
    desk.store.gate.set()
    await desk.settle()
    assert (await desk.request()).status is Status.APPROVED
    [told] = desk.teams.posted(desk.teams.tenant.personal(desk.teams.tenant.accounts["Ann"]))
    assert "Approved. support-bot may run it now." in json.dumps(told.card)


async def test_nothing_is_said_to_be_recorded_while_the_database_is_away(desk: Desk, card: Posted) -> None:
    desk.book.is_away = True
    answer = said(await desk.teams.press(card, "Approve", by="Ann"))
    assert "stored nothing" in answer or NOT_RECORDED in answer
    assert '"Back"' in answer
    assert (await desk.request()).status is Status.PENDING


async def test_the_same_press_is_one_however_often_it_comes(desk: Desk, card: Posted) -> None:
    press = pressed(desk, card)
    answers = [said(await desk.teams.deliver(press)) for _ in range(3)]
    assert len(set(answers)) == 1
    assert "Approved by Ann" in answers[0]
    [vote] = (await desk.request()).progress.votes
    assert vote.person == "ann"


async def test_a_press_that_cannot_be_told_from_others_is_not_recorded(desk: Desk, card: Posted) -> None:
    press = pressed(desk, card)
    del press["id"], press["timestamp"]
    assert "which press" in said(await desk.teams.deliver(press))
    assert (await desk.request()).status is Status.PENDING


async def test_bots_do_not_decide(desk: Desk, card: Posted) -> None:
    press = pressed(desk, card)
    press["from"]["role"] = "bot"
    assert "Bots do not decide" in said(await desk.teams.deliver(press))
    assert (await desk.request()).status is Status.PENDING


@pytest.mark.parametrize(
    ("roster", "sentence"),
    [
        ({"userRole": "guest"}, "Guests cannot decide here"),
        ({"userPrincipalName": "sam_x.example#EXT#@example.com"}, "Guests cannot decide here"),
        ({"tenantId": "88888888-8888-4888-8888-888888888888"}, "another organisation"),
    ],
)
async def test_guests_and_others_from_outside_are_told_so(
    desk: Desk, card: Posted, roster: dict[str, str], sentence: str
) -> None:
    sam = desk.teams.tenant.add_person("Sam", "00000000-0000-4000-8000-0000000000f1")
    described = {"id": sam.id, "name": "Sam", "aadObjectId": sam.object_id, **roster}
    desk.teams.answer_raw("member", 200, json.dumps(described).encode())
    assert sentence in said(await desk.teams.press(card, "Approve", by="Sam"))


async def test_an_account_of_another_tenant_is_nobody_although_its_object_id_is_anns(
    desk: Desk, card: Posted
) -> None:
    outside = {"id": f"29:{ANN}", "tenantId": "88888888-8888-4888-8888-888888888888"}
    desk.teams.answer_raw("member", 200, json.dumps(outside).encode())
    assert "another organisation" in said(await desk.teams.press(card, "Approve", by="Ann"))
    assert (await desk.request()).status is Status.PENDING


async def test_a_roster_that_does_not_answer_keeps_nobody_from_deciding(desk: Desk, card: Posted) -> None:
    desk.teams.fail("member", 502)
    assert "Approved by Ann" in said(await desk.teams.press(card, "Approve", by="Ann"))


async def test_a_review_of_a_card_that_was_edited_meanwhile_opens_the_new_revision(desk: Desk) -> None:
    await desk.installed()
    desk.policy.terms = replace(desk.policy.terms, quorum=Quorum(approve=2, voters=("ann", "ben")))
    card = await desk.posted(high_impact=True)
    await desk.edit(await desk.request(), "ben", order="7")
    view = await desk.teams.press(card, "Review…", by="Ann")
    assert "order: 7" in said(view)
    approve = next(each for each in actions_of(view.json["value"]) if each["title"] == "Approve")
    await desk.teams.execute(card, approve, by="Ann")
    request = await desk.request()
    assert (request.revision, request.status) == (2, Status.APPROVED)


async def test_a_form_is_shown_privately_to_a_client_that_only_submits(desk: Desk, card: Posted) -> None:
    reject = next(each for each in actions_of(card.card or {}) if each["title"] == "Reject")["fallback"]
    await desk.teams.execute(card, reject, by="Ann")
    await desk.settle()
    own = desk.teams.tenant.personal(desk.teams.tenant.accounts["Ann"])
    form = await desk.teams.card(own)
    submit = next(each for each in actions_of(form.card or {}) if each["title"] == "Reject")["fallback"]
    await desk.teams.execute(form, submit, by="Ann", inputs={"placet_reason": "wrong_facts"})
    assert (await desk.request()).status is Status.REJECTED


async def test_an_unknown_invoke_is_refused_without_an_error(desk: Desk, card: Posted) -> None:
    answer = await desk.teams.deliver(pressed(desk, card, name="task/fetch"))
    assert (answer.status, answer.json["statusCode"]) == (200, 400)


async def test_help_is_given_in_a_persons_own_chat_without_a_mention(desk: Desk) -> None:
    own = desk.teams.tenant.personal(desk.teams.tenant.accounts["Ann"])
    await desk.teams.mention(own, "help", by="Ann")
    await desk.settle()
    [answer] = desk.teams.posted(own)
    assert "only read what mentions me" in json.dumps(answer.card)


async def test_a_message_that_is_delivered_twice_is_answered_once(desk: Desk) -> None:
    ann = desk.teams.tenant.accounts["Ann"]
    asked = teams_payloads.message(desk.teams.tenant, desk.approvals_channel, ann, "help", at=desk.clock())
    for _ in range(2):
        await desk.teams.deliver(asked)
        await desk.settle()
    assert len(desk.teams.posted(desk.approvals_channel)) == 1


async def test_bots_that_mention_us_are_not_answered(desk: Desk) -> None:
    ann = desk.teams.tenant.accounts["Ann"]
    asked = teams_payloads.message(desk.teams.tenant, desk.approvals_channel, ann, "help", at=desk.clock())
    asked["from"] = {"id": "28:another-bot", "name": "Another"}
    await desk.teams.deliver(asked)
    await desk.settle()
    assert desk.teams.posted(desk.approvals_channel) == []
