"""Irreversible is always gated: no rule, scope, claim or silence lets it run."""

from typing import Any

import pytest

from tests.capabilities.desk import Desk
from tests.flows.world import ANN
from tests.policy.packets import merged, refund

#: what cannot be undone: as the policy says, whatever the agent claims; as the agent says; as nobody said
IRREVERSIBLE: dict[str, dict[str, Any]] = {
    "the policy says so": refund("1.00", 1.0, name="refund.cash", impact={"reversible": True}),
    "the agent says so": refund("1.00", 1.0, impact={"reversible": False}),
    "nobody says anything": merged(
        refund("1.00", 1.0, name="order.burn"), {"action": {"summary": "Burn the order"}}
    ),
}


@pytest.mark.parametrize("then", ["auto", "notify", "{veto: 10m}"])
async def test_whatever_a_rule_demands_a_person_decides(support: Desk, then: str) -> None:
    await support.rules_first(f"{{name: anything, owner: ann, why: Anything goes, then: {then}}}")
    runs = await support.asks(refund("1.00", 1.0))
    assert (runs["mode"], runs["ruling"]["rule"]) == (then.strip("{}").partition(":")[0], "anything")
    shown = len(support.slack.cards("#support"))

    waiting = [await support.asks(body) for body in IRREVERSIBLE.values()]
    for number, asked in enumerate(waiting):
        assert (asked["status"], asked["mode"], asked["ruling"]["rule"]) == ("pending", "gate", "anything")
        card = await support.slack.card("#support", number=shown + number)
        await card.expect(
            "Anything goes. It cannot be undone, so a person decides.", "This cannot be undone."
        )
        assert "Stop…" not in card.buttons
        assert await support.agent.redeems(asked) == 409
    for _ in range(20):
        await support.later(minutes=15)
    seen = [await support.agent.sees(asked["id"]) for asked in waiting]
    assert [(one["status"], one["decision"]) for one in seen] == [("expired", None)] * 3
    assert support.agent.told().count("approval.approved") == 1


async def test_neither_what_an_agent_may_do_alone_nor_what_it_may_read_is_an_exception(support: Desk) -> None:
    await support.policy_says("alone: [order.note]", 'alone: ["refund.cash", "refund.issue", "order.*"]')
    alone = [await support.asks(IRREVERSIBLE[which]) for which in ("the policy says so", "the agent says so")]
    reads = await support.asks(refund(name="order.read", impact={"reversible": False}))
    note = await support.asks(refund(name="order.note"))

    assert [(one["status"], one["mode"]) for one in (*alone, reads)] == [("pending", "gate")] * 3
    assert note["status"] == "approved"


async def test_a_refusal_stands_and_whoever_approves_types_what_they_approve(support: Desk) -> None:
    refused = await support.asks(refund("5000.01", name="refund.cash"))
    assert (refused["status"], refused["mode"]) == ("rejected", "refuse")

    asked = await support.asks(refund("120.00", name="refund.cash"))
    card = await support.card("support")
    assert "Approve" not in card.buttons
    await card.press("Review…", by=ANN)
    view = await (await support.slack.view(ANN, "Review")).expect("Type 120.00 to approve")
    await view.submit({"Type 120.00 to approve": "12.00"})
    assert (await support.agent.sees(asked["id"]))["status"] == "pending"
    await view.submit({"Type 120.00 to approve": "120.00"})
    await support.settles()
    assert (await support.agent.sees(asked["id"]))["status"] == "approved"
