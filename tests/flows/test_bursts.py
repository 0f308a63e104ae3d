"""Stories of bursts: many requests at once become one card, and are decided one by one."""

import asyncio

from tests.fakes.slack_screen import Card
from tests.flows.world import ANN, BEN, LEA, World, refund

MANY = 30


async def burst(world: World, many: int) -> list[str]:
    """So many requests within a moment; their ids in the order of their coming."""
    ids = []
    for number in range(1, many + 1):
        world.clock.advance(milliseconds=1)
        ids.append((await world.agent.asks(**refund(f"{number}.00")))["id"])
    await world.settles()
    return ids


async def decided(world: World) -> int:
    """How many of the agent's requests are over."""
    return len({each["data"]["approval"]["id"] for each in world.agent.callbacks})


async def opened(world: World, by: str = ANN) -> Card:
    """One's own view of the batch card."""
    card = await world.slack.card("#support")
    await card.press("Review one by one", by=by)
    return await world.slack.own_card(by)


async def test_thirty_requests_in_a_second_become_one_card(world: World) -> None:
    await burst(world, MANY)

    [card] = world.slack.cards("#support")
    assert "30 requests wait here" in card.words
    assert "and 20 more" in card.words
    assert "Refund 1.00 EUR for order 4892" in card.words
    assert "support-bot · 1.00 EUR · cannot be undone" in card.words
    assert card.buttons == ["Review one by one"]


async def test_they_are_decided_one_by_one_and_the_card_stays_as_the_record(world: World) -> None:
    await burst(world, MANY)
    own = await opened(world)
    for left in range(MANY, 0, -1):
        await own.expect(f"1 of {left} waiting")
        await own.press("Approve", by=ANN)
        await own.expect("Approved by Ann")
        await own.press("Next", by=ANN)
    await own.expect("of 30, all over")
    await world.settles()
    await world.later(seconds=10)

    [card] = world.slack.cards("#support")
    assert "All 30 requests are over" in card.words
    assert "30 approved" in card.words
    assert await decided(world) == MANY
    assert all(told["type"] == "approval.approved" for told in world.agent.callbacks)


async def test_a_rejection_in_ones_own_view_asks_why_and_goes_on(world: World) -> None:
    first, *_ = await burst(world, 8)
    own = await opened(world)
    await own.press("Reject", by=ANN)
    view = await world.slack.view(ANN)
    await view.submit({"Why not?": "The facts are wrong", "In your words": ""})
    await own.expect("Rejected by Ann", "7 still waiting")
    await world.settles()
    assert (await world.agent.sees(first))["decision"]["reason"]["code"] == "wrong_facts"


async def test_a_high_impact_is_approved_at_the_end_of_its_review_only(world: World) -> None:
    await burst(world, 8)
    high = await world.agent.asks(impact={"level": "high"})
    await world.settles()
    own = await opened(world)
    assert "Approve" not in own.buttons
    await own.press("Review…", by=ANN)
    view = await (await world.slack.view(ANN, "Review")).expect("What will happen")
    while view.submit_label != "Approve":
        await view.submit()
    await view.submit()
    await own.expect("Approved by Ann", "8 still waiting")
    assert (await world.agent.sees(high["id"]))["status"] == "approved"


async def test_each_reviewer_turns_for_themselves(world: World) -> None:
    await burst(world, 8)
    anns, bens = await opened(world), await opened(world, BEN)
    await anns.press("Next", by=ANN)
    await anns.expect("2 of 8 waiting", "Refund 2.00 EUR")
    await anns.press("Previous", by=ANN)
    await anns.expect("1 of 8 waiting", "Refund 1.00 EUR")
    await anns.press("Previous", by=ANN)
    await anns.expect("8 of 8 waiting", "Refund 8.00 EUR")
    assert "Refund 1.00 EUR" in bens.words
    await anns.press("Back to the list", by=ANN)
    await world.slack.until(lambda: not world.slack.workspace.own[ANN], lambda: "the view to close")


async def test_whoever_is_second_learns_who_was_first_and_goes_on(world: World) -> None:
    await burst(world, 8)
    anns, bens = await opened(world), await opened(world, BEN)
    await anns.press("Approve", by=ANN)
    await bens.press("Approve", by=BEN)
    await bens.expect("Approved by Ann", "7 still waiting")
    await bens.press("Next", by=BEN)
    await bens.expect("1 of 7 waiting", "Refund 2.00 EUR")
    await world.settles()
    await world.slack.expect_told(BEN, "Ann approved this")


async def test_what_was_decided_elsewhere_is_over_on_the_card_and_in_the_view(world: World) -> None:
    first, *_ = await burst(world, 8)
    own = await opened(world)
    answer = await world.agent.post(f"/v1/approvals/{first}/cancel", {"reason": "Not needed any more."})
    assert answer.status == 200
    await own.press("Approve", by=ANN)
    await own.expect("Withdrawn by the agent", "7 still waiting")
    await world.later(seconds=10)
    [card] = world.slack.cards("#support")
    assert "7 of 8 requests still wait here" in card.words
    assert "1 withdrawn" in card.words


async def test_who_may_see_none_of_them_is_told_so(world: World) -> None:
    await burst(world, 8)
    card = await world.slack.card("#support")
    await card.press("Review one by one", by=LEA)
    await world.slack.expect_told(LEA, "not among the people who may see")
    assert not world.slack.workspace.own.get(LEA, [])[1:]


async def test_what_nobody_decides_moves_on_together(world: World) -> None:
    await burst(world, MANY)
    await world.later(minutes=5)
    [card] = world.slack.cards("#support")
    assert len(card.replies) == 1
    assert "30 requests in this list: Reminder" in card.replies[0]
    await world.later(minutes=10)
    [leads] = world.slack.cards("#leads")
    assert "30 requests wait here" in leads.words
    await leads.press("Review one by one", by=LEA)
    own = await world.slack.own_card(LEA)
    await own.press("Approve", by=LEA)
    await own.expect("29 still waiting")


async def test_a_limited_channel_takes_the_burst_when_it_may(world: World) -> None:
    world.slack.limit("chat.postMessage", after=20)
    await burst(world, MANY)
    assert world.slack.cards("#support") == []
    await world.later(seconds=30)
    [card] = world.slack.cards("#support")
    assert "30 requests wait here" in card.words


async def test_a_post_in_doubt_leaves_one_card(world: World) -> None:
    world.slack.drop("chat.postMessage", carried_out=True)
    await burst(world, MANY)
    await world.later(minutes=1)
    [card] = world.slack.cards("#support")
    assert "30 requests wait here" in card.words
    await card.press("Review one by one", by=ANN)
    await (await world.slack.own_card(ANN)).press("Approve", by=ANN)
    await world.later(seconds=10)
    assert "29 of 30 requests still wait here" in card.words


async def test_a_thousand_become_a_few_cards_and_each_can_be_decided(world: World) -> None:
    await world.policy_says("open_requests: 50", "open_requests: 2000")
    for many in range(20):
        about = [{"subject": {"id": f"c-{many}-{number}"}} for number in range(50)]
        await asyncio.gather(*(world.agent.asks(context=context) for context in about))
    for _ in range(14):
        await world.later(seconds=1)

    cards = world.slack.cards("#support")
    assert len(cards) == 10
    assert all("100 requests wait here" in card.words for card in cards)
    for count, card in enumerate(cards, 1):
        await card.press("Review one by one", by=ANN)
        own = await world.slack.own_card(ANN, count=count)
        await own.press("Approve", by=ANN)
        await own.expect("99 still waiting")
    for _ in range(5):
        await world.later(seconds=5)
    assert all("99 of 100 requests still wait here" in card.words for card in cards)
    assert len(world.slack.called("chat.postMessage")) == 10


async def test_the_same_request_again_is_no_new_card(world: World) -> None:
    first = await world.agent.asks()
    await world.settles()
    [card] = world.slack.cards("#support")
    world.clock.advance(seconds=90)
    second = await world.agent.asks()
    await world.settles()

    assert "The same request waits here 2 times" in card.words
    assert "asked 2 times · support-bot · 240.00 EUR" in card.words
    own = await opened(world)
    assert "The same is asked 2 times here." in own.words
    await own.press("Approve", by=ANN)
    await own.expect("Approved by Ann")
    await own.press("Next", by=ANN)
    await own.expect("The same was asked before: Approved by Ann", "1 of 1 waiting")
    await world.settles()
    assert [told["data"]["approval"]["id"] for told in world.agent.callbacks] == [first["id"]]
    assert (await world.agent.sees(second["id"]))["status"] == "pending"
    assert len(world.slack.called("chat.postMessage")) == 1


async def test_the_second_click_of_a_double_click_decides_nothing_more(world: World) -> None:
    asked = [await world.agent.asks(), await world.agent.asks()]
    await world.settles()
    await world.later(seconds=2)
    own = await opened(world)
    where = own.buttons.index("Approve")
    await own.press("Approve", by=ANN)
    await own.expect("Approved by Ann")
    assert own.buttons[where] == "Details"
    await own.press(own.buttons[where], by=ANN)
    await world.settles()
    seen = [(await world.agent.sees(each["id"]))["status"] for each in asked]
    assert sorted(seen) == ["approved", "pending"]


async def test_the_same_for_somebody_else_is_another_request(world: World) -> None:
    await world.agent.asks()
    await world.settles()
    await world.agent.asks(context={"subject": {"id": "c-119"}})
    await world.settles()
    assert len(world.slack.cards("#support")) == 2


async def test_the_same_again_after_a_decision_is_a_card_of_its_own(world: World) -> None:
    await world.agent.asks()
    await world.settles()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.agent.asks()
    await world.settles()
    cards = world.slack.cards("#support")
    assert [("Approve" in card.buttons) for card in cards] == [False, True]
