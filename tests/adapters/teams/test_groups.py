"""Teams as groups: whoever is in them, and nobody where Teams does not tell."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.directory import Identity
from bot.groups import NobodyThere, NotNow, Read, Roster
from tests.adapters.teams.desk import ANN, BEN, CAT, Desk
from tests.fakes.teams_payloads import regrouped


def roster(desk: Desk, *people: str) -> Roster:
    tenant = desk.teams.tenant.id
    return Roster(accounts=tuple(Identity(platform="teams", user=each, tenant=tenant) for each in people))


def people(read: Read) -> set[str]:
    """The object ids that were read."""
    assert isinstance(read, Roster), read
    return {account.user for account in read.accounts}


@pytest.fixture
async def source(desk: Desk) -> str:
    """A team with Ann in it and nobody else, by its id."""
    await desk.installed()
    desk.general.members = {ANN}
    return f"teams:{desk.team.id}"


async def test_everybody_in_a_team_is_named_by_tenant_and_object(desk: Desk, source: str) -> None:
    assert await desk.product.groups.read_group(source) == roster(desk, ANN)


async def test_a_large_team_is_read_to_its_last_page(desk: Desk, source: str) -> None:
    desk.general.members = None
    ids = [f"00000000-0000-4000-8000-{number:012d}" for number in range(30)]
    for each in ids:
        desk.teams.tenant.add_person(each, each)

    assert people(await desk.product.groups.read_group(source)) >= {*ids, ANN, BEN}


@pytest.mark.parametrize("name", ["Support", "support", "Support/Approvals", "{group}", "{group}/approvals"])
async def test_names_and_group_ids_are_pinned_to_conversations(desk: Desk, source: str, name: str) -> None:
    written = f"teams:{name.format(group=desk.team.group_id)}"
    here = desk.approvals_channel.id if "/" in name else desk.team.id

    assert await desk.product.groups.pin_groups([written, "slack:@legal"]) == {written: f"teams:{here}"}
    assert await desk.product.groups.pin_groups([f"teams:{here}"]) == {f"teams:{here}": f"teams:{here}"}


async def test_a_private_channel_has_its_own_people(desk: Desk, source: str) -> None:
    desk.approvals_channel.members = {BEN}

    read = await desk.product.groups.read_group(f"teams:{desk.approvals_channel.id}")

    assert read == roster(desk, BEN)


async def test_a_team_that_the_app_is_not_in_is_nobody(desk: Desk) -> None:
    read = await desk.product.groups.read_group("teams:Legal")

    assert read == NobodyThere(why="Placet is in no team Legal; add the app to it in Teams.")
    assert await desk.product.groups.pin_groups(["teams:Legal"]) == {}


async def test_two_teams_of_one_name_are_nobody(desk: Desk, source: str) -> None:
    twin = replace(desk.book.known[desk.team.id], id="19:twin@thread.tacv2", team="19:twin@thread.tacv2")
    await desk.book.keep(twin)

    read = await desk.product.groups.read_group("teams:Support")

    assert isinstance(read, NobodyThere)
    assert "Several teams are called Support" in read.why
    assert await desk.product.groups.pin_groups(["teams:Support"]) == {}


async def test_a_team_of_a_tenant_that_is_not_served_is_nobody(desk: Desk, source: str) -> None:
    await desk.book.keep(replace(desk.book.known[desk.team.id], tenant="another"))

    assert isinstance(await desk.product.groups.read_group(source), NobodyThere)


@pytest.mark.parametrize("status", [403, 404])
async def test_a_team_that_refuses_the_bot_is_nobody(desk: Desk, source: str, status: int) -> None:
    desk.teams.fail("members", status, "BotNotInConversationRoster")

    assert isinstance(await desk.product.groups.read_group(source), NobodyThere)


@pytest.mark.parametrize("status", [429, 412, 500, 503])
async def test_a_limit_or_a_failure_is_not_now(desk: Desk, source: str, status: int) -> None:
    desk.teams.fail("members", status, "Throttled")

    assert isinstance(await desk.product.groups.read_group(source), NotNow)


async def test_a_limit_is_kept_for_as_long_as_teams_says(desk: Desk, source: str) -> None:
    desk.teams.fail("members", 429, "Throttled", retry_after=9)

    read = await desk.product.groups.read_group(source)

    assert isinstance(read, NotNow)
    assert read.after == timedelta(seconds=9)


async def test_a_database_that_is_away_is_not_now(desk: Desk, source: str) -> None:
    desk.book.is_away = True

    assert isinstance(await desk.product.groups.read_group(source), NotNow)


@pytest.mark.parametrize("name", ["joined", "left"])
async def test_a_change_of_a_team_has_it_read_again(desk: Desk, source: str, name: str) -> None:
    tenant = desk.teams.tenant
    cat = tenant.add_person("Cat", CAT)
    change = {"joined": None, "left": None, name: cat}
    desk.groups.distrusted.clear()

    await desk.teams.deliver(
        regrouped(tenant, desk.general, tenant.accounts["Ann"], at=desk.clock(), **change)
    )

    assert source in desk.groups.distrusted


async def test_a_team_that_removes_the_app_is_read_again(desk: Desk, source: str) -> None:
    desk.groups.distrusted.clear()
    await desk.teams.uninstall(desk.general)

    assert source in desk.groups.distrusted
    assert isinstance(await desk.product.groups.read_group(source), NobodyThere)
