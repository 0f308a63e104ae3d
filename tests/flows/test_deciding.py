"""Stories of the main job: an agent asks, Slack decides, the agent knows."""

from tests.fakes.slack_screen import View
from tests.fakes.slack_workspace import Account
from tests.flows.world import ANN, BEN, STRANGER, World, refund


async def test_an_agent_asks_slack_decides_and_the_agent_knows(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    assert "Refund 240.00 EUR for order 4892" in card.words
    assert "The carrier confirmed in writing" in card.words
    assert "4111111111111111" not in card.words
    await card.press("Approve", by=ANN)
    await world.settles()
    await card.expect("Approved by Ann", "not yet taken")
    assert "Approve" not in card.buttons
    [told] = world.agent.callbacks
    assert told["type"] == "approval.approved"
    approval = told["data"]["approval"]
    assert (approval["id"], approval["status"]) == (asked["id"], "approved")
    assert approval["action"]["digest"] == asked["action"]["digest"]
    assert approval["receipt"]


async def test_the_operator_can_count_what_was_decided_and_by_whom(world: World) -> None:
    await world.agent.asks()
    await world.settles()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.agent.asks(action={"name": "order.read", "arguments": {"order": "4892"}})
    figures = await (await world.agent.http.get("/metrics")).text()
    assert 'placet_requests_closed_total{by="people",status="approved"} 1.0' in figures
    assert 'placet_requests_closed_total{by="rule",status="approved"} 1.0' in figures


async def test_the_card_shows_that_the_agent_took_the_approval_and_what_came_of_it(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    await card.press("Approve", by=ANN)
    assert await world.agent.redeems(asked) == 200
    assert await world.agent.redeems(asked) == 200
    assert await world.agent.redeems(asked, "another") == 409
    outcome = {"status": "failed", "detail": "The bank refused."}
    answer = await world.agent.post(f"/v1/approvals/{asked['id']}/outcome", outcome)
    assert answer.status == 200
    await world.settles()
    await card.expect("The bank refused.")


async def test_an_approval_is_redeemed_for_its_digest_and_in_its_time_only(world: World) -> None:
    asked = await world.agent.asks()
    other = {**asked, "action": {"digest": f"sha256:{'0' * 64}"}}
    assert await world.agent.redeems(asked) == 409
    await world.settles()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    assert await world.agent.redeems(other) == 422
    world.clock.advance(minutes=61)
    assert await world.agent.redeems(asked) == 410


async def test_a_rejection_asks_for_its_reason_and_the_agent_is_told_it_safely(world: World) -> None:
    await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    await card.press("Reject", by=BEN)
    view = await world.slack.view(BEN)
    await view.submit(_reason(view))
    await world.settles()
    await card.expect("Rejected by Ben", "the facts are wrong")
    [told] = world.agent.callbacks
    decision = told["data"]["approval"]["decision"]
    assert decision["reason"]["code"] == "wrong_facts"
    assert "do not retry" in str(told)


async def test_whoever_presses_too_late_is_told_privately_who_was_first(world: World) -> None:
    await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    late = card.payload("Approve", by=BEN)
    await card.press("Approve", by=ANN)
    await world.slack.deliver(late)
    await world.settles()
    told = await world.slack.expect_told(BEN, "Ann approved this")
    assert "changed nothing" in told
    assert world.agent.told() == ["approval.approved"]


async def test_the_same_press_delivered_twice_happens_once(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    payload = card.payload("Approve", by=ANN)
    await world.slack.deliver(payload)
    await world.slack.deliver(payload)
    await world.settles()
    assert world.slack.told(ANN) == []
    assert len((await world.agent.sees(asked["id"]))["votes"]) == 1


async def test_a_stranger_is_told_privately_and_nothing_is_decided(world: World) -> None:
    asked = await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")
    world.slack.workspace.accounts[STRANGER] = Account(id=STRANGER, name="sam")
    await card.press("Approve", by=STRANGER)
    await world.settles()
    await world.slack.expect_told(STRANGER, "not linked to a reviewer")
    assert (await world.agent.sees(asked["id"]))["status"] == "pending"


async def test_a_limit_holds_against_the_amount_that_was_derived(world: World) -> None:
    asked = await world.agent.asks(amount="500.01")
    await world.settles()
    card = await world.slack.card("#support")
    await card.press("Approve", by=BEN)
    await world.settles()
    await world.slack.expect_told(BEN, "above your limit")
    await card.press("Approve", by=ANN)
    assert (await world.agent.sees(asked["id"]))["status"] == "approved"


async def test_a_high_impact_is_approved_in_the_persons_own_view_only(world: World) -> None:
    asked = await world.agent.asks(impact={"level": "high"})
    await world.settles()
    card = await world.slack.card("#support")
    assert "Approve" not in card.buttons
    await card.press("Review…", by=ANN)
    view = await world.slack.view(ANN)
    await view.expect("Refund 240.00 EUR for order 4892")
    await view.submit()
    await world.settles()
    assert (await world.agent.sees(asked["id"]))["status"] == "approved"
    await card.expect("Approved by Ann")


async def test_reading_runs_freely(world: World) -> None:
    action = {"name": "order.read", "arguments": {"order": "4892"}}
    asked = await world.agent.asks(action=action)
    assert (asked["status"], asked["mode"]) == ("approved", "auto")
    await world.settles()
    assert world.agent.told() == ["approval.approved"]
    assert world.slack.cards("#support") == []


async def test_an_unlisted_action_is_gated(world: World) -> None:
    asked = await world.agent.asks(
        action={"name": "account.delete", "summary": "Delete account 7", "arguments": {}}
    )
    assert (asked["status"], asked["mode"]) == ("pending", "gate")


async def test_what_the_agent_claims_may_not_contradict_what_it_would_do(world: World) -> None:
    answer = await world.agent.post("/v1/approvals", refund(impact={"amount": "1.00", "currency": "EUR"}))
    problem = await answer.json(content_type=None)
    assert answer.status == 422
    assert "amount" in str(problem)


def _reason(view: View) -> dict[str, str]:
    """The reason by its label, whatever the label is called."""
    fields = [block for block in view.content["blocks"] if block["type"] == "input"]
    chosen = next(block for block in fields if "options" in block["element"])
    options = [option["text"]["text"] for option in chosen["element"]["options"]]
    return {chosen["label"]["text"]: next(text for text in options if "facts are wrong" in text.lower())}
