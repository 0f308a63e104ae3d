"""What an agent may do alone, and what goes to a person whatever it says of itself."""

from tests.flows.world import BEN, World, refund

CREDIT = {"name": "credit.issue", "summary": "Credit 20 EUR", "arguments": {"amount": "20.00"}}
RULES = "rules:\n  - {name: anything, owner: ann, why: Anything goes., then: auto}\nescalation_policies:"


async def test_an_action_that_is_out_of_scope_goes_to_a_human_whatever_rules_say(world: World) -> None:
    await world.policy_says("escalation_policies:", RULES)
    await world.policy_says("  order.read:", "  credit.issue: {owner: ann, reversible: true}\n  order.read:")
    inside = await world.agent.asks(action=CREDIT)
    assert inside["status"] == "approved"
    await world.policy_says('actions: ["*"]', 'actions: ["order.*"]')

    stored = await world.agent.asks(action=CREDIT)
    await world.settles()

    assert (stored["status"], stored["mode"], stored["ruling"]["rule"]) == ("pending", "gate", "anything")
    card = await world.slack.card("#support")
    assert "lets support-bot ask for order.*, not for credit.issue." in stored["ruling"]["why"]
    await card.press("Approve", by=BEN)
    await world.settles()
    assert (await world.agent.sees(stored["id"]))["status"] == "approved"


async def test_what_an_agent_may_do_alone_runs_until_its_owner_takes_that_back(world: World) -> None:
    await world.policy_says("  order.read:", "  credit.issue: {owner: ann, reversible: true}\n  order.read:")
    asked = await world.agent.asks(action=CREDIT)
    await world.policy_says("open_requests: 50", "open_requests: 50, alone: [credit.issue]")
    alone = await world.agent.asks(action=CREDIT)
    await world.policy_says("alone: [credit.issue]", "alone: [credit.issue], always_ask: [credit.issue]")
    again = await world.agent.asks(action=CREDIT)

    assert [(each["status"], each["ruling"]["rule"]) for each in (asked, alone, again)] == [
        ("pending", "default"),
        ("approved", "alone"),
        ("pending", "always-ask"),
    ]
    assert alone["ruling"]["owner"] == "ann"


async def test_a_dry_run_tells_how_the_policy_comes_to_its_ruling(world: World) -> None:
    await world.policy_says("escalation_policies:", RULES)

    answer = await world.agent.post("/v1/approvals/dry-run", refund())

    assert answer.status == 200
    told = await answer.json()
    assert (told["mode"], told["ruling"]["rule"]) == ("gate", "anything")
    sentences = [step["sentence"] for step in told["trace"]]
    assert "The rule anything matched. It demands auto." in sentences
    assert "It cannot be undone, as the policy says: a person decides, or a rule refuses it." in sentences
    assert {person["id"] for person in told["could_approve"]} == {"ann", "ben"}
    assert (await (await world.agent.http.get("/v1/approvals")).json())["approvals"] == []
