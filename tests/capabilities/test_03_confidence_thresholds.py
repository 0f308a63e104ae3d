"""Confidence thresholds, per action: what is sure enough for a credit is not for a refund."""

from typing import Any

from tests.capabilities.desk import Desk
from tests.policy.packets import merged, refund


def credit(confidence: float) -> dict[str, Any]:
    """A credit that nothing speaks against."""
    return merged(
        refund("20.00", name="credit.issue"),
        {"action": {"arguments": {"order": None}}, "signals": {"confidence": confidence}},
    )


async def test_each_action_has_its_own_threshold_and_meets_it_exactly(support: Desk) -> None:
    asked: dict[str, Any] = {}
    bodies = [
        (credit(0.69), ("gate", "default")),
        (credit(0.7), ("notify", "small-credit")),
        # The same confidence lets the credit run and makes the refund wait.
        (refund("20.00", 0.7), ("gate", "default")),
        (refund("20.00", 0.7999999999999999), ("gate", "default")),
        (refund("20.00", 0.8), ("auto", "small-refund")),
        (refund("20.00", 1), ("auto", "small-refund")),
        (refund("200.00", 0.8), ("gate", "default")),
        (refund("200.00", 0.9), ("veto", "middling-refund")),
    ]
    for body, expected in bodies:
        asked = await support.asks(body)
        assert (asked["mode"], asked["ruling"]["rule"]) == expected, body
        assert (asked["status"] == "approved") is (expected[0] in ("auto", "notify"))
        await support.later(minutes=1)

    assert asked["ruling"]["matched"]["signals.confidence"] == "0.9"
    assert support.agent.told().count("approval.approved") == 3
    hesitant = await support.slack.card("#support", number=0)
    await hesitant.expect(
        "Credit 20.00 EUR", "Confidence", "69%", "needs a person's decision unless a rule says"
    )
    told = await support.slack.card("#support", number=1)
    await told.expect("Approved by the rule small-credit", "signals.confidence = 0.7")


async def test_confidence_that_is_not_told_or_is_no_confidence_never_counts_as_sure(support: Desk) -> None:
    missing = await support.refused(refund(signals={"confidence": None}))
    assert "signals.confidence" in missing["detail"]
    for odd in (1.01, -0.1, "0.9", True):
        problem = await support.refused(refund(signals={"confidence": odd}))
        assert "signals.confidence" in str(problem)

    # A policy that would let it run without having asked for it is not taken, and the last good one holds.
    await support.policy_breaks("      - signals.confidence\n", "")
    assert "is sure of what it reads" in str(support.app.book.trouble)
    assert "signals.confidence" in (await support.refused(refund(signals={"confidence": None})))["detail"]
