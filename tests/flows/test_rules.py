"""Stories of rules: what runs by itself, what waits, what is refused, and what everybody is told of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.flows.office import Office
from tests.flows.teams_world import words

RULES = """\
  credit.issue: {{owner: ann, reversible: true, amount: arguments.amount, currency: arguments.currency,
                  summary: "Credit {{amount}} {{currency}}", mask: [arguments.iban]}}
rules:
  - {{name: gifts, owner: ben, why: Gifts above 500 are never given., match: credit.issue,
      when: 'impact.amount > 500.0', then: refuse}}
  - {{name: legal, owner: ben, why: Legal questions are for people.,
      when: '"legal" in signals.topics', then: gate}}
  - {{name: new-accounts, owner: ann, why: Accounts of strangers., match: credit.issue,
      when: 'has(action.arguments.iban) && action.arguments.iban.startsWith("XX")', then: gate}}
  - {{name: moods, owner: ben, why: Angry customers are for people., match: credit.issue,
      when: 'signals.sentiment == "angry"', then: gate}}
  - {{name: small, owner: ben, why: Credits up to 100 EUR are routine, match: credit.issue,
      when: 'impact.currency == "EUR" && impact.amount <= 100.0 && has(signals.confidence)
             && signals.confidence >= 0.8',
      then: auto, sample: 0.1}}
  - {{name: everything, owner: ben, why: All credits are fine, match: credit.issue, then: auto, shadow: true}}
"""


class Ruled(Office):
    """On Slack, on Teams and in the browser, with rules."""

    policy = Office.policy.replace("escalation_policies:\n", f"{RULES}escalation_policies:\n", 1).replace(
        '"teams:Support/Approvals"]', '"teams:Support/Approvals", "web:support"]'
    )

    async def credit(self, amount: str = "20.00", **changes: Any) -> dict[str, Any]:
        """The agent asks for a credit, sure of it, unless a test says otherwise."""
        signals = {"confidence": 0.9, "sentiment": "calm"} | changes.pop("signals", {})
        arguments = {"amount": amount, "currency": "EUR"} | changes.pop("arguments", {})
        action = {"name": "credit.issue", "arguments": arguments}
        asked = await self.agent.asks(action=action, signals=signals, **changes)
        await self.settles()
        return asked


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[Ruled]:
    """A whole installation, with the app in the team."""
    async with Ruled(database_url, tmp_path) as world:
        await world.installs()
        yield world


async def test_up_to_the_threshold_it_runs_and_beyond_it_waits(world: Ruled) -> None:
    below, above = await world.credit("99.99"), await world.credit("100.01")

    assert (below["status"], below["mode"]) == ("approved", "auto")
    assert below["ruling"] == {
        "rule": "small",
        "owner": "ben",
        "why": "Credits up to 100 EUR are routine",
        "matched": {
            "impact.currency": "EUR",
            "impact.amount": "99.99",
            "signals.confidence": "0.9",
        },
    }
    assert (above["status"], above["ruling"]["rule"]) == ("pending", "default")
    assert world.agent.told() == ["approval.approved"]


async def test_every_card_says_the_rule_its_owner_and_what_it_saw(world: Ruled) -> None:
    asked = await world.credit(signals={"topics": ["billing", "legal"]})
    said = (
        "Legal questions are for people. Rule: legal, owned by Ben. It saw signals.topics = “billing, legal”."
    )

    await (await world.slack.card("#support")).expect(said)
    await world.teams.expect(await world.teams_card(), said)
    assert said in (await world.page("Ann", asked["id"])).text


async def test_what_is_masked_stays_masked_in_what_a_rule_saw(world: Ruled) -> None:
    asked = await world.credit(arguments={"iban": "XX001234567890"})

    assert asked["ruling"]["matched"] == {"action.arguments.iban": "text, 14 characters, ends in 890"}
    assert "1234567890" not in words((await world.teams_card()).card)
    assert "1234567890" not in (await world.slack.card("#support")).words


async def test_a_rule_that_cannot_be_told_asks_people_and_says_why(world: Ruled) -> None:
    asked = await world.agent.asks(
        action={"name": "credit.issue", "arguments": {"amount": "20.00", "currency": "EUR"}},
        signals={"confidence": 0.9},
    )
    await world.settles()

    assert (asked["status"], asked["ruling"]["rule"]) == ("pending", "moods")
    await (await world.slack.card("#support")).expect(
        "The rule moods could not be told: there is no sentiment. So a person decides."
    )


async def test_refusals_come_first_and_the_agent_is_told_why(world: Ruled) -> None:
    asked = await world.credit("500.01", signals={"topics": ["legal"]})

    assert (asked["status"], asked["mode"], asked["decision"]["by"]) == ("rejected", "refuse", [])
    assert world.agent.told() == ["approval.rejected"]
    assert "Gifts above 500 are never given" in str(world.agent.callbacks[0])
    assert world.slack.cards("#support") == []


async def test_a_customer_who_asks_for_a_human_gets_one(world: Ruled) -> None:
    asked = await world.credit(signals={"asked_for_human": True})

    assert (asked["status"], asked["ruling"]["rule"]) == ("pending", "asked-for-human")
    await (await world.slack.card("#support")).expect("The customer asked for a human, so a person decides.")


async def test_a_rule_in_the_shadow_is_on_the_record_and_nowhere_else(world: Ruled) -> None:
    asked = await world.credit("100.01")

    stored = await world.app.store.read(asked["id"])
    assert stored is not None
    assert [(s.rule, s.mode.value) for s in stored.request.proposal.ruling.shadowed] == [
        ("everything", "auto")
    ]
    assert "everything" not in (await world.slack.card("#support")).words
    assert "shadow" not in str(asked)


async def test_the_agent_is_never_told_whether_somebody_will_look(world: Ruled) -> None:
    asked = await world.credit()

    assert "sampl" not in str({**asked, "receipt": ""})
