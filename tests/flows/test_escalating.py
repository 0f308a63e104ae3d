"""Stories of time: reminders, steps, the end of the last one, and what never counts as an answer."""

from tests.flows.world import ANN, LEA, World


async def test_nobody_answers_so_the_next_step_is_asked_and_the_first_card_says_so(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    first = await world.slack.card("#support")
    assert world.slack.cards("#leads") == []
    await world.later(minutes=15)
    second = await world.slack.card("#leads")
    assert "Refund 240.00 EUR" in second.words
    await first.expect("step 2 of 2")
    assert world.agent.told() == ["approval.escalated"]
    await second.press("Approve", by=LEA)
    await world.settles()
    await first.expect("Approved by Lea")
    await second.expect("Approved by Lea")
    assert world.agent.told() == ["approval.escalated", "approval.approved"]
    assert (await world.agent.sees(asked["id"]))["status"] == "approved"


async def test_reminders_really_ping_in_the_cards_thread(world: World) -> None:
    await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    assert card.replies == []
    await world.later(minutes=5)
    assert len(card.replies) == 1
    assert f"<@{ANN}>" in card.thread[0].text
    await world.later(minutes=5)
    assert len(card.replies) == 2


async def test_the_end_of_the_last_step_is_an_expiry_and_never_a_refusal(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    await world.later(minutes=15)
    await world.later(minutes=30)
    assert world.agent.told() == ["approval.escalated", "approval.expired"]
    ended = world.agent.callbacks[-1]["data"]["approval"]
    assert (ended["status"], ended["decision"]) == ("expired", None)
    assert "not a refusal" in str(world.agent.callbacks[-1])
    assert (await world.agent.sees(asked["id"]))["status"] == "expired"
    card = await world.slack.card("#support")
    await card.expect("Expired")
    assert card.buttons == ["Details"]


async def test_silence_for_a_week_still_approves_nothing(world: World) -> None:
    asked = await world.agent.asks()
    for _ in range(7):
        await world.later(days=1)
    assert (await world.agent.sees(asked["id"]))["status"] == "expired"


async def test_escalating_twice_moves_one_step(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    again = card.payload("Escalate", by=ANN)
    await card.press("Escalate", by=ANN)
    await world.slack.deliver(again)
    await world.settles()
    seen = await world.agent.sees(asked["id"])
    assert (seen["step"], seen["status"]) == (2, "pending")
    assert len(world.slack.cards("#leads")) == 1


async def test_an_archived_channel_counts_as_undelivered_where_nobody_else_was_asked(world: World) -> None:
    await world.policy_says('["slack:#support", "web:support"]', '["slack:#support"]')
    world.slack.archive("support")
    asked = await world.agent.asks()
    await world.settles()
    await world.slack.card("#leads")
    assert (await world.agent.sees(asked["id"]))["step"] == 2
    assert world.agent.told() == ["approval.escalated"]


async def test_a_step_that_reaches_nobody_is_skipped_at_once_and_says_so(world: World) -> None:
    await world.policy_says("members: [ann, ben, cat]", "members: []")
    asked = await world.agent.asks()
    assert asked["step"] == 2
    await world.settles()
    assert world.slack.cards("#support") == []
    assert len(world.slack.cards("#leads")) == 1


async def test_a_deadline_of_the_agent_ends_the_request(world: World) -> None:
    asked = await world.agent.asks(needed_by="2026-03-02T09:04:00Z")
    await world.settles()
    await world.later(minutes=4)
    assert (await world.agent.sees(asked["id"]))["status"] == "expired"
    assert world.agent.told() == ["approval.expired"]
