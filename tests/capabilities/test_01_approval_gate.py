"""Approval gate: the action waits, and nothing anywhere says approved before people decided."""

import asyncio

from adapters.agents.receipts import verify_receipt
from tests.capabilities.desk import FAY, Desk, written
from tests.flows.world import ANN
from tests.policy.packets import refund


async def _nothing_says_approved(desk: Desk, asked: dict[str, str]) -> None:
    """Neither the API, the callbacks, the cards, the trail nor the counters."""
    seen = await desk.agent.sees(asked["id"])
    assert (seen["status"], seen["decision"], seen["receipt"]) == ("pending", None, None)
    approved = await (await desk.agent.http.get("/v1/approvals?status=approved")).json()
    assert approved["approvals"] == []
    assert await desk.agent.redeems(seen) == 409
    ran = await desk.agent.post(f"/v1/approvals/{asked['id']}/outcome", {"status": "succeeded"})
    assert ran.status == 409
    assert "approval.approved" not in desk.agent.told()
    assert "approved by" not in (await desk.card("refunds")).words.lower()
    assert "request.decided" not in {event.kind for event in await written(desk, asked["id"])}
    assert 'status="approved"} 1' not in await (await desk.agent.http.get("/metrics")).text()


async def test_the_action_waits_until_both_people_said_yes_and_only_then_may_it_run(support: Desk) -> None:
    # Above 500 EUR, two people of finance decide.
    asked = await support.asks(refund("600.00"))
    assert (asked["status"], asked["mode"]) == ("pending", "gate")
    card = await support.card("refunds")
    await card.expect("Refund 600.00 EUR for order 4892", "one of the 2")
    await _nothing_says_approved(support, asked)

    waiting = asyncio.create_task(support.agent.http.get(f"/v1/approvals/{asked['id']}?wait=30"))
    await support.presses("refunds", "Approve", by=FAY)
    await card.expect("1 of 2 approved")
    await _nothing_says_approved(support, asked)
    assert not waiting.done()

    await support.presses("refunds", "Approve", by=ANN)
    approved = await (await waiting).json()
    assert (approved["status"], approved["decision"]["by"]) == ("approved", ["fay", "ann"])
    assert support.agent.told() == ["approval.approved"]
    keys = await (await support.agent.http.get("/.well-known/jwks.json")).json()
    assert verify_receipt(approved["receipt"], keys)["digest"] == asked["action"]["digest"]
    await card.expect("Approved by Fay and Ann", "not yet taken")
    assert await support.agent.redeems(approved) == 200


async def test_neither_time_nor_a_restart_nor_silence_opens_the_gate(support: Desk) -> None:
    asked = await support.asks(refund("600.00"))
    await support.presses("refunds", "Approve", by=FAY)
    await support.restarts()
    for _ in range(3):
        await support.later(minutes=19)
        await _nothing_says_approved(support, asked)

    for _ in range(4):
        await support.later(hours=1)
    ended = await support.agent.sees(asked["id"])
    assert (ended["status"], ended["decision"], ended["receipt"]) == ("expired", None, None)
    assert "approval.approved" not in support.agent.told()
    assert await support.agent.redeems(ended) in (409, 410)
