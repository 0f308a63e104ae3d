"""One person with accounts in two Slack workspaces and in two Teams tenants is one person."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.slack_workspace import Account
from tests.flows.teams_world import ACCOUNTS, OTHER_TENANT
from tests.flows.wide_world import EAST, WideWorld
from tests.flows.world import BEN

#: Ben in the other places
BEN_IN_THE_EAST, BEN_IN_THE_OTHER_TENANT = "U07BEN", "00000000-0000-4000-8000-0000000000b2"


class RoamingWorld(WideWorld):
    """Ben works in both workspaces and in both tenants; three have to approve."""

    policy = (
        WideWorld.policy.replace("approve: 4", "approve: 3")
        .replace("slack: T01HOME/U01BEN", f"slack: [T01HOME/U01BEN, {EAST}/{BEN_IN_THE_EAST}]")
        .replace(
            f"teams: {ACCOUNTS['ben']}",
            f"teams: [{ACCOUNTS['ben']}, {OTHER_TENANT}/{BEN_IN_THE_OTHER_TENANT}]",
        )
    )

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        self.east.workspace.accounts[BEN_IN_THE_EAST] = Account(id=BEN_IN_THE_EAST, name="Ben", team=EAST)


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[RoamingWorld]:
    async with RoamingWorld(database_url, tmp_path) as world:
        await world.installs_everywhere()
        yield world


async def test_presses_from_every_account_are_one_vote(world: RoamingWorld) -> None:
    asked, in_teams = await world.asks()
    at_home, in_the_east = await world.slack.card("#support"), await world.east.card("#ask")
    await at_home.press("Approve", by=BEN)
    await in_the_east.press("Approve", by=BEN_IN_THE_EAST)
    assert "1 of 3 approved" in await world.press(in_teams, "Approve", by="Ben")
    assert "1 of 3 approved" in await world.presses_elsewhere(
        in_teams, by="Ben", account=BEN_IN_THE_OTHER_TENANT
    )
    await world.settles()

    await in_the_east.expect("1 of 3 approved")
    said = [told.text for told in (*world.slack.workspace.private, *world.east.workspace.private)]
    assert said == ["Your vote stands."]
    assert (await world.agent.sees(asked["id"]))["decision"] is None


@pytest.mark.parametrize("named", [BEN, f"slack:{EAST}/{BEN_IN_THE_EAST}"])
async def test_who_is_acted_for_approves_with_no_account(world: RoamingWorld, named: str) -> None:
    asked, in_teams = await world.asks(on_behalf_of=named)
    await (await world.slack.card("#support")).press("Approve", by=BEN)
    await (await world.east.card("#ask")).press("Approve", by=BEN_IN_THE_EAST)
    await world.presses_elsewhere(in_teams, by="Ben", account=BEN_IN_THE_OTHER_TENANT)
    await world.settles()
    await (await world.slack.card("#support")).expect("0 of 3 approved")
    told = [*world.slack.workspace.private, *world.east.workspace.private]
    assert len(told) == 2
    assert len({each.text for each in told}) == 1
    assert "it acts for you" in told[0].text
    assert (await world.agent.sees(asked["id"]))["decision"] is None


@pytest.mark.parametrize(
    ("asked_in", "stands_at_home"), [('["@ben"]', True), ('["slack:T02EAST/#ask", "@ben"]', False)]
)
async def test_somebody_asked_directly_is_asked_once(
    world: RoamingWorld,
    asked_in: str,
    stands_at_home: bool,  # noqa: FBT001 - a row of the table
) -> None:
    everywhere = '["slack:#support", "slack:T02EAST/#ask", "@dan", "teams:Support/Approvals"]'
    await world.policy_says(everywhere, asked_in)
    await world.agent.asks()
    await world.settles()
    cards = (world.slack.cards(f"@{BEN}"), world.east.cards(f"@{BEN_IN_THE_EAST}"))
    assert [len(each) for each in cards] == ([1, 0] if stands_at_home else [0, 1])


async def test_somebody_whose_workspace_is_lost_is_asked_in_the_other(world: RoamingWorld) -> None:
    everywhere = '["slack:#support", "slack:T02EAST/#ask", "@dan", "teams:Support/Approvals"]'
    await world.policy_says(everywhere, f'["slack:{EAST}/#ask", "@ben"]')
    asked = await world.agent.asks()
    await world.settles()
    assert world.slack.cards(f"@{BEN}") == []

    world.clock.advance(minutes=1)
    await world.east.removes_app()
    await world.settles()
    [card] = world.slack.cards(f"@{BEN}")
    assert (await world.agent.sees(asked["id"]))["step"] == 1
    await card.press("Approve", by=BEN)
    await world.settles()
    await card.expect("1 of 3 approved")
