"""Out-of-scope actions go to a human, whatever rules let run and however sure the agent is."""

from tests.capabilities.desk import Desk
from tests.flows.world import BEN
from tests.policy.packets import merged, refund

#: known to the policy, harmless, and not among what the support agent may ask for
CLOSE = refund(confidence=1.0, name="account.note")
NOTE = refund(confidence=1.0, name="order.note")


async def _anything_goes(desk: Desk) -> None:
    await desk.policy_says("\nactions:\n", "\nactions:\n  account.note: {owner: ann, reversible: true}\n")
    await desk.rules_first("{name: anything, owner: ann, why: Anything goes., then: auto}")


async def test_what_an_agent_was_never_let_ask_for_waits_and_the_card_says_why(support: Desk) -> None:
    await _anything_goes(support)
    inside = await support.asks(NOTE)
    assert (inside["status"], inside["ruling"]["rule"]) == ("approved", "anything")

    outside = await support.asks(merged(CLOSE, {"action": {"summary": "Note on the account of Jo"}}))
    assert (outside["status"], outside["mode"]) == ("pending", "gate")
    assert await support.agent.redeems(outside) == 409
    await (await support.card("support")).expect(
        "Note on the account of Jo",
        "lets support-bot ask for refund.*, credit.issue and order.*, not for account.note.",
        "So a person decides.",
    )
    await support.presses("support", "Approve", by=BEN)
    assert (await support.agent.sees(outside["id"]))["decision"]["by"] == ["ben"]
    assert await support.agent.redeems(outside) == 200

    # What its owner lets it ask for from now on runs from now on.
    await support.policy_says('"order.*"]', '"order.*", account.note]')
    again = await support.asks(merged(CLOSE, {"action": {"summary": "Note on the account of Jo"}}))
    assert again["status"] == "approved"


async def test_what_is_always_asked_and_what_nobody_listed_wait_as_well(support: Desk) -> None:
    await _anything_goes(support)
    goodwill = await support.asks(refund("1.00", 1.0, name="refund.goodwill"))
    await (await support.card("support")).expect(
        "has a person decide about every refund.goodwill that support-bot asks for."
    )
    unlisted = await support.asks(
        merged(refund("1.00", 1.0, name="order.burn"), {"action": {"summary": "Burn the order"}})
    )
    await (await support.card("support")).expect("Burn the order", "This cannot be undone.")

    assert {(one["status"], one["mode"]) for one in (goodwill, unlisted)} == {("pending", "gate")}
    assert support.agent.told() == []


async def test_the_scope_is_the_agents_own(support: Desk) -> None:
    await _anything_goes(support)
    await support.policy_says(
        "\nagents:\n", '\nagents:\n  account-bot: {owner: cat, actions: ["account.*"]}\n'
    )
    key = await support.app.keys.create("account-bot")
    headers = {"Authorization": f"Bearer {key.api_key}"}
    found = []
    for body in (CLOSE, NOTE):
        said = {"reasoning": "Because.", **merged(body, {"action": {"summary": "A note"}})}
        answer = await support.agent.http.post("/v1/approvals", json=said, headers=headers)
        found.append(await answer.json())

    assert [(one["agent"], one["status"]) for one in found] == [
        ("account-bot", "approved"),
        ("account-bot", "pending"),
    ]
    assert "lets account-bot ask for account.*, not for order.note" in found[1]["ruling"]["why"]
