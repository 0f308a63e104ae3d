"""The review of a rule in Microsoft Teams, beside the same one in Slack."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.choice import Choice
from bot.domain.ids import COMMAND, new_id
from bot.domain.moves import Press, Presser
from tests.builders import slack
from tests.fakes.fake_teams import actions_of
from tests.flows.teams_world import TeamsWorld, _policy
from tests.flows.test_autonomy import ACTION, RULE, RuledWorld, buttons
from tests.flows.world import ANN, BEN


class BothWorld(TeamsWorld, RuledWorld):
    """The owner of the rule has an account on both platforms."""

    policy = _policy().replace("escalation_policies:", ACTION) + RULE

    async def approved(self, count: int) -> None:
        """Credits that Ben approves, wherever, and that go well."""
        for _ in range(count):
            asked = await self.agent.asks(
                action={"name": "credit.issue", "arguments": {"amount": "20.00"}},
                impact={"level": "low", "reversible": True},
            )
            await self.app.approvals.press(
                Press(
                    request_id=asked["id"],
                    command_id=new_id(COMMAND),
                    presser=Presser(identity=slack(BEN)),
                    choice=Choice.APPROVE,
                    revision=1,
                )
            )
            await self.agent.post(f"/v1/approvals/{asked['id']}/outcome", {"status": "succeeded"})


@pytest.fixture
async def both(database_url: str, tmp_path: Path) -> AsyncIterator[BothWorld]:
    async with BothWorld(database_url, tmp_path) as world:
        await world.installs()
        await world.app.oversight.reviewing.step()
        yield world


async def test_a_review_is_answered_in_teams_and_known_in_slack(both: BothWorld) -> None:
    await both.approved(4)
    await both.month_passes()
    tenant = both.teams.tenant
    own = tenant.personal(tenant.accounts["Ann"])
    review = both.teams.posted(own)[-1]
    assert "Your rule small demands gate: a person decides. What should become of it?" in str(review.card)
    assert [action["title"] for action in actions_of(review.card or {})] == ["Keep", "Loosen"]

    done = await both.teams.press(review, "Loosen", by="Ann")
    await both.settles()

    assert "small demands notify from now on" in str(done.body)
    assert any(buttons(message) for message in both.in_own_chat(ANN))
    assert "Loosened at" in await both.answers("Keep", by=ANN)
    [asked] = await both.credits("succeeded", count=1)
    assert asked["mode"] == "notify"
