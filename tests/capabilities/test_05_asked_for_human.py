"""“The customer asked for a human” beats every rule by which something would run without one."""

import pytest

from tests.capabilities.desk import Desk
from tests.capabilities.test_03_confidence_thresholds import credit
from tests.flows.world import BEN
from tests.policy.packets import merged, refund

HUMAN = {"signals": {"asked_for_human": True}}
NOTE = refund(name="order.note")
READ = refund(name="order.read")
#: what runs by itself, and in which mode
RUNS = {
    "auto": refund("99.99"),
    "notify": credit(0.9),
    "veto": refund("200.00"),
    "alone": NOTE,
    "read-only": READ,
}


@pytest.mark.parametrize("whose", ["the policy's rule", "no rule of the policy"])
async def test_whatever_would_have_run_waits_for_a_person(support: Desk, whose: str) -> None:
    rule, why = "wants-a-human", "The customer asked for a human."
    if whose == "no rule of the policy":
        await support.policy_says(
            "when: has(signals.asked_for_human) && signals.asked_for_human", "when: 'false'"
        )
        rule, why = "asked-for-human", "The customer asked for a human, so a person decides."
    # Nor does it matter what stands first in the file.
    await support.rules_first("{name: anything, owner: ann, why: Anything goes., then: auto}")

    for number, body in enumerate(RUNS.values()):
        asked = await support.asks(merged(body, HUMAN))
        assert (asked["status"], asked["mode"], asked["ruling"]["rule"]) == ("pending", "gate", rule), body
        await (await support.slack.card("#support", number=number)).expect(
            why, f"Rule: {rule}, owned by Ann."
        )
        assert await support.agent.redeems(asked) == 409
    await support.later(minutes=12)
    assert "approval.approved" not in support.agent.told()

    await support.presses("support", "Approve", by=BEN)
    assert support.agent.told().count("approval.approved") == 1


async def test_without_that_wish_the_same_requests_run(support: Desk) -> None:
    found = {name: await support.asks(body) for name, body in RUNS.items()}

    assert [(one["mode"], one["status"]) for one in found.values()] == [
        ("auto", "approved"),
        ("notify", "approved"),
        ("veto", "pending"),
        ("auto", "approved"),
        ("auto", "approved"),
    ]
    assert [found[name]["ruling"]["rule"] for name in ("alone", "read-only")] == ["alone", "read-only"]
    denied = await support.asks(merged(refund("99.99"), {"signals": {"asked_for_human": False}}))
    assert denied["status"] == "approved"


async def test_what_the_policy_refuses_stays_refused_and_nobody_is_asked(support: Desk) -> None:
    asked = await support.asks(merged(refund("5000.01"), HUMAN))

    assert (asked["status"], asked["mode"], asked["ruling"]["rule"]) == (
        "rejected",
        "refuse",
        "never-so-much",
    )
    [told] = support.agent.callbacks
    assert told["data"]["approval"]["message"].startswith(
        "The policy refuses this, because Refunds above 5,000"
    )
    assert support.slack.cards("#support") == support.slack.cards("#refunds") == []
