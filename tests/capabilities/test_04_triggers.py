"""Mood, topic, exceptions, missing data and account tier route to a person, however sure the agent is."""

from typing import Any

from tests.capabilities.desk import Desk
from tests.flows.world import BEN
from tests.policy.packets import refund

#: what the agent says beside being certain, the rule that takes it, and what its card says
TRIGGERS: list[tuple[dict[str, Any], str, str]] = [
    ({"signals": {"topics": ["legal"]}}, "touchy-topic", "signals.topics = “legal”"),
    ({"signals": {"topics": ["billing", "churn"]}}, "touchy-topic", "signals.topics = “billing, churn”"),
    ({"signals": {"topics": ["chargeback"]}}, "touchy-topic", "Legal threats, chargebacks and leaving"),
    ({"signals": {"sentiment": "angry"}}, "angry", "signals.sentiment = “angry”"),
    ({"signals": {"sentiment_score": -0.6}}, "angry", "signals.sentiment_score = -0.6"),
    ({"signals": {"policy_exception": True}}, "exception", "signals.policy_exception = true"),
    ({"signals": {"missing": ["proof of purchase"]}}, "exception", "“proof of purchase”"),
    (
        {"context": {"subject": {"tier": "enterprise"}}},
        "valued-customer",
        "context.subject.tier = “enterprise”",
    ),
]


async def test_each_trigger_beats_certainty_and_the_card_says_which_it_was(support: Desk) -> None:
    for number, (trigger, rule, said) in enumerate(TRIGGERS):
        asked = await support.asks(refund("1.00", 1.0, **trigger))
        ruled = (asked["status"], asked["mode"], asked["ruling"]["rule"], asked["ruling"]["owner"])
        assert ruled == ("pending", "gate", rule, "ann"), trigger
        card = await support.slack.card("#support", number=number)
        await card.expect("Refund 1.00 EUR", said, asked["ruling"]["why"], f"Rule: {rule}, owned by Ann.")

    assert support.agent.told() == []
    await support.presses("support", "Approve", by=BEN)
    assert support.agent.told() == ["approval.approved"]


async def test_what_only_comes_near_a_trigger_runs(support: Desk) -> None:
    near: list[dict[str, Any]] = [
        {"signals": {"topics": ["billing", "legality"]}},
        {"signals": {"sentiment": "calm", "sentiment_score": -0.59}},
        {"signals": {"policy_exception": False, "missing": []}},
        {"context": {"subject": {"tier": "gold"}}},
        {"context": {"subject": {"tier": None}}},
    ]
    for signals in near:
        asked = await support.asks(refund("1.00", 1.0, **signals))
        assert (asked["status"], asked["ruling"]["rule"]) == ("approved", "small-refund"), signals
    assert support.slack.cards("#support") == []


async def test_several_at_once_are_one_ruling_and_all_of_them_stand_on_the_card(support: Desk) -> None:
    asked = await support.asks(
        refund(
            "1.00",
            1.0,
            signals={
                "topics": ["legal"],
                "sentiment": "angry",
                "missing": ["invoice"],
                "policy_exception": True,
            },
            context={"subject": {"tier": "enterprise"}},
        )
    )

    assert asked["ruling"]["rule"] == "touchy-topic"
    await (await support.card("support")).expect(
        "Rule: touchy-topic",
        "The agent says that this is an exception to policy.",
        "Missing, the agent says: “invoice”.",
        "enterprise",
        "angry",
    )
