"""What could go wrong between a request and its decision; `named/approval_logic.txt` is the list."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.policy import PolicyError, parse_policy
from tests.doors.slack_post import form, send
from tests.doors.waiting import Waiting
from tests.flows.teams_world import TeamsWorld
from tests.flows.test_editing import EditingWorld
from tests.flows.world import ANN, BEN, CAT, POLICY, World, refund

pytestmark = pytest.mark.usefixtures("no_traceback")

_TWO = ("approve: 1, reject: 1, from: [support]", "approve: 2, reject: 1, from: [support]")


async def test_self_approval(slack_world: EditingWorld) -> None:
    waiting = await Waiting.posted(slack_world, on_behalf_of="ann")
    await waiting.card.press("Approve", by=ANN)
    await slack_world.settles()
    await slack_world.slack.expect_told(ANN, "it acts for you, so somebody else has to approve")
    assert await waiting.has_kept_its_state()
    await waiting.card.press("Approve", by=BEN)
    await slack_world.settles()
    assert (await slack_world.agent.sees(waiting.id))["decision"]["by"] == ["ben"]


async def test_owner_approves_own_agent(waiting: Waiting) -> None:
    await waiting.card.press("Approve", by=CAT)
    await waiting.world.settles()
    await waiting.world.slack.expect_told(CAT, "You answer for this agent", "somebody else has to approve")
    assert await waiting.has_kept_its_state()
    await waiting.still_decides()


async def test_approve_after_expiry(waiting: Waiting) -> None:
    world, press = waiting.world, form(waiting.card.payload("Approve", by=ANN))
    await world.later(minutes=15)
    await world.later(minutes=30)
    before = await world.agent.sees(waiting.id)
    assert before["status"] == "expired"
    assert (await send(world, press)).status == 200
    await world.settles()
    await world.slack.expect_told(ANN, "your press changed nothing")
    assert (await world.agent.sees(waiting.id)) == before
    assert "approval.approved" not in world.agent.told()
    assert await world.agent.redeems(before) in (409, 410)


async def test_approve_after_cancel(waiting: Waiting) -> None:
    world, press = waiting.world, form(waiting.card.payload("Approve", by=ANN))
    answer = await world.agent.post(f"/v1/approvals/{waiting.id}/cancel", {"reason": "No longer needed."})
    assert answer.status == 200
    await world.settles()
    before = await world.agent.sees(waiting.id)
    assert (await send(world, press)).status == 200
    await world.settles()
    await world.slack.expect_told(ANN, "your press changed nothing")
    assert (await world.agent.sees(waiting.id)) == before
    assert (before["status"], await world.agent.redeems(before)) == ("cancelled", 410)
    assert "approval.approved" not in world.agent.told()


async def test_approve_after_edit(slack_world: EditingWorld) -> None:
    await slack_world.policy_says(*_TWO)
    waiting = await Waiting.posted(slack_world)
    before_the_edit = form(waiting.card.payload("Approve", by=ANN))
    await (await slack_world.edits(BEN, Amount="230.00")).submit()
    await slack_world.settles()
    edited = await slack_world.agent.sees(waiting.id)
    assert edited["action"]["digest"] != waiting.asked["action"]["digest"]
    assert (await send(slack_world, before_the_edit)).status == 200
    await slack_world.settles()
    await slack_world.slack.expect_told(ANN, "changed since this card was drawn")
    assert (await slack_world.agent.sees(waiting.id))["votes"] == edited["votes"]
    await waiting.card.press("Approve", by=ANN)
    await slack_world.settles()
    assert await slack_world.agent.redeems(waiting.asked) == 422
    assert await slack_world.agent.redeems(edited) == 200


async def test_receipt_used_for_a_second_execution(waiting: Waiting) -> None:
    await waiting.still_decides()
    agent = waiting.world.agent
    approval = await agent.sees(waiting.id)
    assert [await agent.redeems(approval, "r-1") for _ in range(3)] == [200, 200, 200]
    others = ("r-2", "R-1", "r-1 ", "")
    assert [await agent.redeems(approval, other) for other in others] == [409, 409, 422, 422]
    taken_at = (await agent.sees(waiting.id))["delivery"]["taken_at"]
    assert taken_at
    await waiting.world.restarts()
    assert [await waiting.world.agent.redeems(approval, each) for each in ("r-2", "r-1")] == [409, 200]
    assert (await waiting.world.agent.sees(waiting.id))["delivery"]["taken_at"] == taken_at


async def test_receipt_used_for_another_digest(waiting: Waiting) -> None:
    await waiting.still_decides()
    agent = waiting.world.agent
    approval = await agent.sees(waiting.id)
    right = approval["action"]["digest"]
    for digest in (
        f"sha256:{'0' * 64}",
        right.upper(),
        right[:-1],
        right.removeprefix("sha256:"),
        "",
        f"{right} ",
    ):
        assert await agent.redeems({**approval, "action": {"digest": digest}}) == 422, digest
    assert (await agent.sees(waiting.id))["delivery"]["taken_at"] is None
    assert await agent.redeems(approval) == 200


class TwoPeople(TeamsWorld):
    """Two have to approve."""

    policy = TeamsWorld.policy.replace(*_TWO)


async def test_one_person_over_two_platforms_under_a_two_person_rule(
    database_url: str, tmp_path: Path
) -> None:
    async with TwoPeople(database_url, tmp_path) as world:
        await world.installs()
        asked, card = await world.asks()
        slack = await world.slack.card("#support")
        await slack.press("Approve", by=ANN)
        await world.settles()
        await world.press(card, "Approve", by="Ann")
        await slack.press("Approve", by=ANN)
        await world.settles()
        now = await world.agent.sees(asked["id"])
        assert (now["status"], [vote["person"] for vote in now["votes"]]) == ("pending", ["ann"])
        await world.teams.expect(card, "1 of 2")
        await world.press(card, "Approve", by="Ben")
        await world.settles()
        assert (await world.agent.sees(asked["id"]))["decision"]["by"] == ["ann", "ben"]


async def test_reviewer_removed_between_post_and_press(waiting: Waiting) -> None:
    world = waiting.world
    await world.policy_says("members: [ann, ben, cat]", "members: [ben, cat]")
    await waiting.card.press("Approve", by=ANN)
    await world.settles()
    await world.slack.expect_told(ANN, "not among the reviewers")
    assert await waiting.has_kept_its_state()
    await world.policy_says("members: [ben, cat]", "members: [ann, ben, cat]")
    await waiting.still_decides()


class BrokenRules(World):
    """One rule divides by zero, and another reads what need not be there."""

    policy = POLICY.replace(
        "escalation_policies:\n",
        """rules:
  - {{name: divides, owner: ann, why: Nobody knows, match: refund.issue,
      when: 'size(action.name) / (size(action.name) - 12) > 1', then: refuse}}
  - {{name: moods, owner: ann, why: Angry customers are for people., match: order.ship,
      when: 'signals.sentiment == "angry"', then: refuse}}
escalation_policies:
""",
    ).replace(
        "  order.read:",
        '  order.ship: {{owner: ann, reversible: true, summary: "Ship {{order}}"}}\n  order.read:',
    )


@pytest.fixture
async def broken_rules(database_url: str, tmp_path: Path) -> AsyncIterator[BrokenRules]:
    """An installation with rules that cannot be told."""
    async with BrokenRules(database_url, tmp_path) as world:
        yield world


async def test_rule_that_divides_by_zero(broken_rules: BrokenRules) -> None:
    waiting = await Waiting.posted(broken_rules)
    assert (waiting.asked["status"], waiting.asked["mode"]) == ("pending", "gate")
    assert waiting.asked["ruling"]["rule"] == "divides"
    assert "divi" in waiting.asked["ruling"]["why"]
    await waiting.still_decides()


async def test_rule_that_lacks_a_variable(broken_rules: BrokenRules) -> None:
    with pytest.raises(PolicyError, match=r"has\(signals.sentiment\)"):
        parse_policy(
            BrokenRules.policy.format(callback="https://agents.example.com/").replace(
                "'signals.sentiment == \"angry\"', then: refuse",
                "'signals.sentiment == \"calm\"', then: auto",
            )
        )
    action = {"name": "order.ship", "arguments": {"order": "4892"}}
    waiting = await Waiting.posted(broken_rules, action=action)
    assert (waiting.asked["status"], waiting.asked["mode"]) == ("pending", "gate")
    assert waiting.asked["ruling"]["rule"] == "moods"
    assert "there is no sentiment" in waiting.asked["ruling"]["why"]
    await waiting.still_decides()


class Busy(World):
    """An agent that may ask for much."""

    policy = POLICY.replace("open_requests: 50", "open_requests: 100")


async def test_100_requests_in_10_s_to_one_reviewer(database_url: str, tmp_path: Path) -> None:
    async with Busy(database_url, tmp_path) as world:
        asked = []
        for number in range(1, 101):
            world.clock.advance(milliseconds=100)
            asked.append(await world.agent.asks(**refund(f"{number}.00")))
            if number % 10 == 0:
                await world.settles()
        one_too_many = await world.agent.post("/v1/approvals", refund("101.00"))
        assert one_too_many.status == 409
        await world.later(seconds=5)
        assert len(world.slack.messages("#support")) < 20, "a hundred requests are no hundred messages"
        seen = [await world.agent.sees(each["id"]) for each in asked]
        assert {each["status"] for each in seen} == {"pending"}
        copies = [await world.app.store.copies(each["id"]) for each in asked]
        assert all(copies), "every request stands somewhere"
        batch = next(card for card in world.slack.cards("#support") if "Review one by one" in card.buttons)
        await batch.press("Review one by one", by=ANN)
        own = await world.slack.own_card(ANN)
        await own.press("Approve", by=ANN)
        await own.expect("Approved by Ann")
        await world.settles()
        assert world.agent.told() == ["approval.approved"]
