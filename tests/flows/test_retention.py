"""What a request holds of people goes some time after it was over, and everybody who looks is told so."""

import json

from storage.retaining import retain
from tests.flows.test_revealing import NUMBER, RevealingWorld, world
from tests.flows.world import ANN

__all__ = ["world"]


async def kept_for(world: RevealingWorld, days: int) -> None:
    await world.policy_says(
        "defaults: {escalation_policy", f"defaults: {{retention: {days}d, escalation_policy"
    )


async def retains(world: RevealingWorld) -> int:
    retention = world.app.book.current().retention
    return await world.app.store.write(lambda connection, batch: retain(connection, batch, retention))


async def test_ninety_days_after_its_end_a_request_is_a_record_everywhere(world: RevealingWorld) -> None:
    request_id = await world.asked()
    card = await world.slack.card("#support")
    await card.press("Approve", by=ANN)
    await world.settles()
    await kept_for(world, 90)
    assert await retains(world) == 0
    await world.later(days=91)
    assert await retains(world) == 1
    await world.settles()
    await card.expect("Approved by Ann", "What this was about was erased.")
    assert "4892" not in json.dumps(card.blocks)
    assert card.buttons == []

    seen = await world.agent.sees(request_id)
    assert (seen["status"], seen["action"]["arguments"]) == ("approved", None)
    assert seen["erased_at"]
    assert seen["decision"]["by"] == ["ann"]
    assert seen["receipt"]

    page = (await (await world.signed_in("ann")).get(f"/requests/{request_id}")).text
    assert "What this was about was erased." in page
    assert "Maria" not in page
    assert NUMBER not in page


async def test_details_and_hidden_values_of_an_old_copy_say_that_it_was_erased(world: RevealingWorld) -> None:
    await world.asked()
    card = await world.slack.card("#support")
    block_id, details = card._element("Details")
    await card.press("Approve", by=ANN)
    await world.settles()
    await kept_for(world, 1)
    await world.later(days=2)
    assert await retains(world) == 1
    old = world.slack.press_payload(ANN, card._message, details, block_id)
    await world.slack.deliver(old)
    await (await world.slack.view(ANN)).expect("What this was about was erased.")


async def test_the_agent_can_still_take_what_was_approved_and_report_what_came_of_it(
    world: RevealingWorld,
) -> None:
    request_id = await world.asked()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    approval = await world.agent.sees(request_id)
    assert await world.agent.redeems(approval) == 200
    await kept_for(world, 1)
    await world.later(days=2)
    await retains(world)
    assert await world.agent.redeems(approval) == 200
    answer = await world.agent.post(
        f"/v1/approvals/{request_id}/outcome", {"status": "succeeded", "detail": "Paid Maria back."}
    )
    assert (await answer.json())["outcome"]["detail"] == ""
    said = await world.agent.post(f"/v1/approvals/{request_id}/messages", {"text": "Maria called."})
    assert said.status == 410
