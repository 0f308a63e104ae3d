"""What else could go wrong around a decision, thought of since; listed in `named/approval_logic.txt`."""

import asyncio

import pytest

from tests.doors.slack_post import form, send
from tests.doors.waiting import Waiting, audit_problems
from tests.flows.test_editing import EditingWorld
from tests.flows.world import ANN, BEN, refund

pytestmark = pytest.mark.usefixtures("no_traceback")

_TWO = ("approve: 1, reject: 1, from: [support]", "approve: 2, reject: 1, from: [support]")


async def _elsewhere(waiting: Waiting, path: str, body: object) -> int:
    """Another agent's key."""
    key = await waiting.world.app.keys.create("other-bot")
    headers = {"Authorization": f"Bearer {key.api_key}"}
    answer = await waiting.world.agent.http.post(
        f"/v1/approvals/{waiting.id}/{path}", json=body, headers=headers
    )
    return answer.status


async def _rejected(waiting: Waiting) -> None:
    await waiting.card.press("Reject", by=BEN)
    await (await waiting.world.slack.view(BEN)).submit({"Why not?": "The facts are wrong"})
    await waiting.world.settles()


async def test_self_approval_under_other_spellings(slack_world: EditingWorld) -> None:
    for number, spelt in enumerate(("ANN", " ann ", "Ann", "U01ANN", "@ann", "<@U01ANN>")):
        waiting = await Waiting.posted(slack_world, amount=f"{number + 1}.00", on_behalf_of=spelt)
        await waiting.card.press("Approve", by=ANN)
        assert await waiting.has_kept_its_state(), spelt
        await waiting.card.press("Approve", by=BEN)
        await slack_world.settles()


async def test_one_person_pressing_twice_under_a_two_person_rule(slack_world: EditingWorld) -> None:
    await slack_world.policy_says(*_TWO)
    waiting = await Waiting.posted(slack_world)
    for _ in range(3):
        await waiting.card.press("Approve", by=ANN)
        await slack_world.later(seconds=1)
    now = await slack_world.agent.sees(waiting.id)
    assert (now["status"], len(now["votes"])) == ("pending", 1)


async def test_approve_after_reject(waiting: Waiting) -> None:
    press = form(waiting.card.payload("Approve", by=ANN))
    await _rejected(waiting)
    before = await waiting.world.agent.sees(waiting.id)
    assert (await send(waiting.world, press)).status == 200
    await waiting.world.settles()
    await waiting.world.slack.expect_told(ANN, "Ben rejected this")
    assert await waiting.world.agent.sees(waiting.id) == before
    assert waiting.world.agent.told() == ["approval.rejected"]


async def test_redeem_before_the_decision(waiting: Waiting) -> None:
    assert await waiting.world.agent.redeems(waiting.asked) == 409
    assert await waiting.has_kept_its_state()
    await waiting.still_decides()


async def test_redeem_past_its_time(waiting: Waiting) -> None:
    await waiting.still_decides()
    waiting.world.clock.advance(minutes=61)
    assert await waiting.world.agent.redeems(waiting.asked) == 410


async def test_redeem_by_another_agent(waiting: Waiting) -> None:
    await waiting.still_decides()
    body = {"digest": waiting.asked["action"]["digest"], "redemption_id": "r-1"}
    assert await _elsewhere(waiting, "redeem", body) in (403, 404)
    assert await waiting.world.agent.redeems(waiting.asked) == 200


async def test_redeem_of_a_rejected_request(waiting: Waiting) -> None:
    await _rejected(waiting)
    assert await waiting.world.agent.redeems(waiting.asked) in (409, 410)


async def test_cancel_by_another_agent(waiting: Waiting) -> None:
    assert await _elsewhere(waiting, "cancel", {"reason": "No."}) in (403, 404)
    assert await waiting.is_untouched()
    await waiting.still_decides()


async def test_cancel_after_the_receipt_was_used(waiting: Waiting) -> None:
    await waiting.still_decides()
    assert await waiting.world.agent.redeems(waiting.asked) == 200
    before = await waiting.world.agent.sees(waiting.id)
    answer = await waiting.world.agent.post(f"/v1/approvals/{waiting.id}/cancel", {"reason": "Too late."})
    assert answer.status == 409
    assert (await waiting.world.agent.sees(waiting.id))["decision"] == before["decision"]


async def test_approve_above_the_own_limit(slack_world: EditingWorld) -> None:
    waiting = await Waiting.posted(slack_world, amount="500.01")
    await waiting.card.press("Approve", by=BEN)
    await slack_world.settles()
    await slack_world.slack.expect_told(BEN, "above your limit")
    assert await waiting.has_kept_its_state()
    await waiting.still_decides()


async def test_limit_in_another_currency(slack_world: EditingWorld) -> None:
    arguments = {"order": "1", "amount": "1.00", "currency": "USD", "card_number": "4111111111111111"}
    waiting = await Waiting.posted(slack_world, action={"name": "refund.issue", "arguments": arguments})
    await waiting.card.press("Approve", by=BEN)
    assert await waiting.has_kept_its_state()
    await waiting.still_decides()


async def test_amount_that_contradicts_the_arguments(waiting: Waiting) -> None:
    for impact in ({"amount": "1.00"}, {"amount": "240.00", "currency": "USD"}):
        answer = await waiting.world.agent.post("/v1/approvals", refund(impact=impact))
        assert answer.status == 422
    assert await waiting.is_untouched()


async def test_20_executions_at_once(waiting: Waiting) -> None:
    await waiting.still_decides()
    agent = waiting.world.agent
    answers = await asyncio.gather(*(agent.redeems(waiting.asked, f"r-{number}") for number in range(20)))
    assert sorted(answers) == [200] + [409] * 19


async def test_approve_and_cancel_at_the_same_moment(waiting: Waiting) -> None:
    world, press = waiting.world, form(waiting.card.payload("Approve", by=ANN))
    cancel = world.agent.post(f"/v1/approvals/{waiting.id}/cancel", {"reason": "No longer needed."})
    pressed, cancelled = await asyncio.gather(send(world, press), cancel)
    assert (pressed.status, cancelled.status in (200, 409)) == (200, True)
    await world.settles()
    now = await world.agent.sees(waiting.id)
    assert now["status"] in ("approved", "cancelled")
    assert (await waiting.new_events()).count("request.decided") <= 1
    assert await audit_problems(world) == []


async def test_approve_of_what_was_superseded(waiting: Waiting) -> None:
    press = form(waiting.card.payload("Approve", by=ANN))
    newer = await waiting.world.agent.asks(amount="90.00", supersedes=waiting.id)
    assert (await send(waiting.world, press)).status == 200
    await waiting.world.later(seconds=2)
    assert (await waiting.world.agent.sees(waiting.id))["status"] == "cancelled"
    assert (await waiting.world.agent.sees(newer["id"]))["status"] == "pending"
    assert await waiting.world.agent.redeems(waiting.asked) == 410
