"""Novelty and repeat claims: the first of a kind and the third of a customer are for people."""

import asyncio
from collections import Counter
from typing import Any

from tests.capabilities.desk import Desk
from tests.flows.world import BEN
from tests.policy.packets import merged, refund


async def _at_once(desk: Desk, count: int) -> list[dict[str, Any]]:
    """So many customers claim in the same moment."""
    bodies = [merged(refund(), {"context": {"subject": {"id": f"burst-{n}"}}}) for n in range(count)]
    return await asyncio.gather(*(desk.agent.asks(**body) for body in bodies))


async def test_people_see_the_first_twenty_of_an_action_and_then_it_runs(new_support: Desk) -> None:
    first = await new_support.asks(refund())
    assert (first["status"], first["mode"], first["ruling"]["rule"]) == ("pending", "gate", "first-ones")
    await (await new_support.card("support")).expect(
        "People see the first twenty of its kind before any runs by itself.",
        "Rule: first-ones, owned by Ann.",
        "history.agent_action_count = 0",
    )

    burst = await _at_once(new_support, 22)
    assert Counter(one["ruling"]["rule"] for one in burst) == {"first-ones": 19, "small-refund": 3}
    assert Counter(one["status"] for one in burst) == {"pending": 19, "approved": 3}
    known = await new_support.asks(refund())
    assert (known["status"], known["ruling"]["rule"]) == ("approved", "small-refund")


async def test_novelty_is_of_one_agent_and_one_action(new_support: Desk) -> None:
    await new_support.policy_says("agent_action_count < 20", "agent_action_count < 1")
    assert [(await new_support.asks(refund()))["status"] for _ in range(2)] == ["pending", "approved"]
    await new_support.policy_says("match: refund.issue\n    when: >-", 'match: "refund.*"\n    when: >-')
    goodwill = [await new_support.asks(refund(name="refund.goodwill")) for _ in range(2)]
    assert [one["ruling"]["rule"] for one in goodwill] == ["first-ones", "small-refund"]

    await new_support.policy_says(
        "\nagents:\n", '\nagents:\n  night-bot: {owner: cat, actions: ["refund.*"]}\n'
    )
    key = await new_support.app.keys.create("night-bot")
    headers = {"Authorization": f"Bearer {key.api_key}"}
    body = {"reasoning": "Because.", **refund()}
    answer = await new_support.agent.http.post("/v1/approvals", json=body, headers=headers)
    assert (await answer.json())["ruling"]["rule"] == "first-ones"


async def test_the_third_claim_of_a_customer_within_thirty_days_waits(support: Desk) -> None:
    claims = [await support.asks(refund(), of="c-9") for _ in range(3)]
    assert [(one["status"], one["ruling"]["rule"]) for one in claims] == [
        ("approved", "small-refund"),
        ("approved", "small-refund"),
        ("pending", "again"),
    ]
    await (await support.card("support")).expect(
        "The same customer had two refunds within thirty days.",
        "Rule: again, owned by Ann.",
        "history.subject_action_30d = 2",
    )
    assert (await support.asks(refund(), of="c-10"))["status"] == "approved"
    await support.presses("support", "Approve", by=BEN)

    support.clock.advance(days=31)
    assert (await support.asks(refund(), of="c-9"))["status"] == "approved"


async def test_whoever_was_told_no_before_is_not_paid_without_a_look(support: Desk) -> None:
    await support.rules_first(
        "{name: said-no, owner: ann, why: They heard no., when: history.rejected_before > 0, then: gate}"
    )
    await support.asks(refund("300.00"), of="c-9")
    await (await support.card("support")).press("Reject", by=BEN)
    view = await support.slack.view(BEN, "Reject")
    await view.submit({"Why not?": "The facts are wrong"})
    await support.settles()

    again, another = await support.asks(refund(), of="c-9"), await support.asks(refund(), of="c-10")
    assert (again["status"], again["ruling"]["rule"]) == ("pending", "said-no")
    assert again["ruling"]["matched"] == {"history.rejected_before": "1"}
    assert another["status"] == "approved"
