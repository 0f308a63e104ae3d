"""A named person answers for every action type, every rule and every decision."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.audit_tables import AuditRow
from tests.capabilities.operating import Operator, operator
from tests.fakes.slack_workspace import Account
from tests.flows.world import ANN, BEN, POLICY, STRANGER, World

__all__ = ["operator"]

#: Lea answers for the rule, Ann for refunds and the policy, Cat for the agent
RULED = POLICY.replace("    owner: ann\n    effect: write", "    owner: ben\n    effect: write").replace(
    "escalation_policies:\n",
    "  credit.issue: {{owner: ben, reversible: true, summary: Credit}}\n"
    "rules:\n"
    "  - {{name: routine, owner: lea, why: Credits are routine., match: credit.issue, then: auto}}\n"
    "escalation_policies:\n",
)
#: an action, a rule, an agent and the policy itself, of which nobody is said to answer for them
OWNERLESS = {
    "  order.read: {owner: ann, effect": "  order.read: {effect",
    "{name: routine, owner: lea, why": "{name: routine, why",
    "support-bot: {owner: cat, ": "support-bot: {",
    "\nowner: ann\n": "\n\n",
}
CREDIT = {"name": "credit.issue", "arguments": {}}
UNLISTED = {"name": "account.close", "summary": "Close the account", "arguments": {}}

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


class OwnedWorld(World):
    """Everything has an owner, and not everything the same."""

    policy = RULED

    async def actors(self, request_id: str, kind: str) -> list[tuple[str, dict[str, object]]]:
        """Who did it, and what is on record of it."""
        query = select(_audit).where(_audit.c.subject == request_id, _audit.c.kind == kind)
        rows = await self.app.store.query(lambda connection: connection.execute(query).all())
        return [(row.actor, json.loads(row.facts)) for row in rows]


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[OwnedWorld]:
    async with OwnedWorld(database_url, tmp_path) as world:
        yield world


async def test_nothing_without_an_owner_comes_into_force(world: OwnedWorld, operator: Operator) -> None:
    for owned, ownerless in OWNERLESS.items():
        await world.policy_breaks(owned, ownerless)

        checked = await operator.runs("policy", "check")

        assert checked.code == 2
        assert "name the person who answers for it, such as owner: ann" in checked.err
        # The last one that names everybody goes on holding.
        assert (await world.agent.asks(action=CREDIT))["ruling"]["owner"] == "lea"
        await world.policy_says(ownerless, owned, changes=False)


async def test_whoever_answers_is_named_on_the_card_the_resource_and_the_record(
    world: OwnedWorld, operator: Operator
) -> None:
    by_rule = await world.agent.asks(action=CREDIT)
    assert (by_rule["decision"]["by"], by_rule["ruling"]["owner"]) == ([], "lea")
    [(actor, facts)] = await world.actors(by_rule["id"], "request.ruled")
    assert (actor, facts["rule"], facts["owner"]) == ("rule", "routine", "lea")

    # What no rule and no action of the policy is about: its own owner answers.
    unlisted = await world.agent.asks(action=UNLISTED)
    assert (unlisted["mode"], unlisted["ruling"]["owner"]) == ("gate", "ann")

    await world.later(seconds=5)
    asked = await world.agent.asks()
    assert (asked["ruling"]["rule"], asked["ruling"]["owner"]) == ("default", "ben")
    await world.later(seconds=5)
    card = await world.slack.card("#support")
    await card.expect("Refund 240.00 EUR", "Rule: default, owned by Ben")
    await card.press("Approve", by=ANN)
    await world.settles()
    await card.expect("Approved by Ann")
    decided = await world.agent.sees(asked["id"])
    assert decided["decision"]["by"] == ["ann"]
    [(actor, facts)] = await world.actors(asked["id"], "request.decided")
    assert (actor, facts["by"]) == ("person:ann", ["ann"])

    rows = {row["id"]: row for row in await operator.lines("export", "decisions")}
    assert {row["id"]: (row["rule_owner"], row["decided_by"]) for row in rows.values()} == {
        by_rule["id"]: ("lea", ""),
        unlisted["id"]: ("ann", None),
        asked["id"]: ("ben", "ann"),
    }
    listed = json.loads((await operator.runs("policy", "scope", "--json")).out)
    assert {row["action"]: row["owner"] for row in listed} == {
        "refund.issue": "ben",
        "credit.issue": "ben",
        "order.read": "ann",
    }


async def test_who_has_no_name_in_the_policy_decides_nothing(world: OwnedWorld) -> None:
    asked = await world.agent.asks()
    await world.settles()
    card = await world.slack.card("#support")

    world.slack.workspace.accounts[STRANGER] = Account(id=STRANGER, name="somebody")
    await card.press("Approve", by=STRANGER)

    await world.settles()
    assert (await world.agent.sees(asked["id"]))["decision"] is None
    [(actor, _)] = await world.actors(asked["id"], "press.refused")
    assert actor == "stranger"
    await card.press("Approve", by=BEN)
    await world.settles()
    assert (await world.agent.sees(asked["id"]))["decision"]["by"] == ["ben"]
