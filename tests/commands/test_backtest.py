"""`placet policy backtest`, on a database in which an installation worked."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain import ids
from bot.domain.choice import Choice
from bot.domain.moves import Press
from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest, Reason
from bot.domain.status import ReasonCode, Status
from bot.policy import Policy, parse_policy
from bot.submissions import Asked, Submission
from storage.migrate import migrate
from storage.store import SqlStore
from tests.backtest.pasts import a_credit
from tests.builders import AGENT, SLACK_TEAM, presser
from tests.commands.conftest import Placet

BEFORE = f"""
owner: ann
defaults: {{escalation_policy: support}}
people: {{ann: {{slack: U01ANN}}, cat: {{slack: U01CAT}}}}
agents: {{{AGENT}: {{owner: cat, actions: [credit.issue]}}}}
actions:
  credit.issue: {{owner: ann, reversible: true, amount: arguments.amount, currency: EUR}}
escalation_policies: {{support: {{quorum: {{from: [ann]}}, steps: [{{to: ["web:support"], wait: 15m}}]}}}}
"""
RULE = 'rules: [{name: small, owner: ann, why: Small, when: "impact.amount < 50.0", then: auto}]'


def stored(store: SqlStore, policy: Policy, packet: ReviewPacket) -> Submission:
    """A submission as intake makes it."""
    now = datetime.now(UTC)
    assessment = policy.assess(AGENT, packet, Asked(), now)
    request = ApprovalRequest(
        id=ids.new_id(ids.REQUEST, at=now.timestamp()),
        agent=AGENT,
        created_at=now,
        status=Status.PENDING,
        version=0,
        terms=assessment.terms,
        proposal=assessment.proposal,
    )
    return Submission(request=request, packet=packet, key_id=None)


async def worked(policy: Policy) -> None:
    """Three small credits, of which ann rejected one and one waits, and a large one that she approved."""
    url = "sqlite:///placet.db"
    migrate(url)
    store = SqlStore(url, clock=lambda: datetime.now(UTC), directory=lambda: policy.directory)
    try:
        happened = (
            ("10.00", Choice.APPROVE),
            ("20.00", Choice.REJECT),
            ("30.00", None),
            ("90.00", Choice.APPROVE),
        )
        for amount, choice in happened:
            submission = stored(store, policy, a_credit(amount))
            await store.submit(submission)
            if choice is not None:
                reason = Reason(code=ReasonCode.POLICY) if choice is Choice.REJECT else None
                moved = await store.move(
                    Press(
                        request_id=submission.request.id,
                        command_id=ids.new_id(ids.COMMAND),
                        presser=presser("ann"),
                        choice=choice,
                        revision=1,
                        reason=reason,
                    )
                )
                assert moved.answer.accepted, moved.answer
    finally:
        store.close()


@pytest.fixture
def history(installation: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happened before anybody thought of a rule."""
    Path("policy.yml").write_text(BEFORE)
    asyncio.run(worked(parse_policy(BEFORE).connected({"slack", "web"}, {"slack": (SLACK_TEAM,)})))


@pytest.mark.usefixtures("history")
def test_a_candidate_is_compared_with_what_people_decided(placet: Placet) -> None:
    Path("candidate.yml").write_text(BEFORE + RULE)

    ended = placet("policy", "backtest", "candidate.yml")

    assert ended.code == 0
    small = next(line.split() for line in ended.out.splitlines() if line.strip().startswith("small "))
    assert small == ["small", "3", "0", "3", "1", "1", "1", "90.5%"]
    heading = next(line for line in ended.out.splitlines() if "requests" in line)
    assert [part.strip() for part in heading.split("   ") if part.strip()] == [
        "rule",
        "requests",
        "as before",
        "saved",
        "approved",
        "rejected",
        "unknown",
        "mistakes at most",
    ]
    assert "small would have been wrong on apr_" in ended.out
    assert (
        "1 of 4 requests would have been ruled on as they were: 3 reviews saved, 0 added, 1 would"
        in ended.err
    )


@pytest.mark.usefixtures("history")
def test_the_policy_in_force_rules_as_it_did(placet: Placet) -> None:
    found = json.loads(placet("policy", "backtest", "--json").out)

    assert (found["requests"], found["same"], found["saved"], found["added"]) == (4, 4, 0, 0)


@pytest.mark.usefixtures("history")
def test_programs_get_every_number(placet: Placet) -> None:
    Path("candidate.yml").write_text(BEFORE + RULE)

    found = json.loads(placet("policy", "backtest", "candidate.yml", "--json").out)

    small = next(rule for rule in found["rules"] if rule["rule"] == "small")
    assert (small["saved"], small["saved_rejected"], small["mistakes"]) == (3, 1, 1)
    assert small["mistake_rate"] == {
        "value": 0.5,
        "low": pytest.approx(0.0945, abs=1e-3),
        "high": pytest.approx(0.9055, abs=1e-3),
    }


@pytest.mark.usefixtures("history")
def test_a_time_without_requests_is_said(placet: Placet) -> None:
    ended = placet("policy", "backtest", "--until", "2020-01-01")

    assert (ended.code, ended.out) == (0, "")
    assert "No stored request lies in that time" in ended.err


@pytest.mark.usefixtures("history")
def test_a_broken_candidate_is_told_with_its_line(placet: Placet) -> None:
    Path("candidate.yml").write_text(BEFORE + "rules: [{name: small}]")

    ended = placet("policy", "backtest", "candidate.yml")

    assert ended.code == 2
    assert "candidate.yml" in ended.err
