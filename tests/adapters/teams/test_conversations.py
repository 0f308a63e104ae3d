"""Where the bot may speak: learned from what Teams tells, and forgotten."""

from typing import Any

import pytest

from bot.conversations import PERSONAL, Conversation
from tests.adapters.teams.desk import ANN, Desk
from tests.fakes import teams_payloads
from tests.fakes.teams_tenant import TENANT
from tests.fakes.teams_tenant import Conversation as Room


def news(desk: Desk, where: Room, event: str = "", **changes: Any) -> dict[str, Any]:
    """A conversation update about a team or a channel."""
    ann = desk.teams.tenant.accounts["Ann"]
    made = teams_payloads.installed(desk.teams.tenant, where, ann, at=desk.clock())
    del made["membersAdded"]
    made["channelData"]["eventType"] = event
    return made | changes


async def test_an_installation_in_a_team_makes_all_its_channels_known(desk: Desk) -> None:
    await desk.installed()
    [found] = await desk.book.named("support", "approvals")
    assert found == Conversation(
        id=desk.approvals_channel.id,
        tenant=TENANT,
        kind="channel",
        service_url=desk.teams.service_url,
        team=desk.team.id,
        group=desk.team.group_id,
        team_name="Support",
        name="Approvals",
        installed_by=ANN,
    )
    assert [each.id for each in await desk.book.named("Support", "General")] == [desk.team.id]


async def test_an_installation_update_counts_as_well(desk: Desk) -> None:
    made = news(desk, desk.general, type="installationUpdate", action="add")
    assert (await desk.teams.deliver(made)).status == 200
    assert await desk.book.get(desk.team.id) is not None
    await desk.teams.deliver({**made, "action": "remove"})
    await desk.settle()
    assert desk.book.known == {}


async def test_what_an_installation_does_not_tell_of_its_team_is_asked_for(desk: Desk) -> None:
    made = news(desk, desk.general, type="installationUpdate", action="add")
    made["channelData"]["team"] = {"id": desk.team.id}
    await desk.teams.deliver(made)
    await desk.settle()
    [found] = await desk.book.named("Support", "Approvals")
    assert found.group == desk.team.group_id
    [general] = await desk.book.named("Support", "General")
    assert general.group == desk.team.group_id


async def test_an_installation_is_kept_before_it_is_answered(desk: Desk) -> None:
    desk.book.is_away = True
    assert (await desk.teams.install(desk.general)).status == 503
    desk.book.is_away = False
    assert (await desk.teams.install(desk.general)).status == 200
    assert await desk.book.get(desk.team.id) is not None


@pytest.mark.parametrize("event", ["channelCreated", "channelRenamed"])
async def test_a_channel_is_known_by_its_new_name(desk: Desk, event: str) -> None:
    await desk.installed()
    made = news(desk, desk.general, event)
    made["channelData"]["channel"] = {"id": desk.approvals_channel.id, "name": "Refunds"}
    made["channelData"]["team"].pop("aadGroupId")
    await desk.teams.deliver(made)
    [found] = await desk.book.named("Support", "Refunds")
    assert (found.id, found.group) == (desk.approvals_channel.id, desk.team.group_id)
    assert await desk.book.named("Support", "Approvals") == []


async def test_a_deleted_channel_is_forgotten_and_its_team_is_not(desk: Desk) -> None:
    await desk.installed()
    made = news(desk, desk.general, "channelDeleted")
    made["channelData"]["channel"] = {"id": desk.approvals_channel.id, "name": "Approvals"}
    await desk.teams.deliver(made)
    assert await desk.book.named("Support", "Approvals") == []
    assert await desk.book.get(desk.team.id) is not None


async def test_a_renamed_team_is_known_by_its_new_name(desk: Desk) -> None:
    await desk.installed()
    made = news(desk, desk.general, "teamRenamed")
    made["channelData"]["team"]["name"] = "Care"
    await desk.teams.deliver(made)
    assert len(await desk.book.named("Care", "Approvals")) == 1


async def test_a_team_without_the_app_is_forgotten_with_its_channels(desk: Desk) -> None:
    await desk.installed()
    await desk.teams.uninstall(desk.general)
    assert desk.book.known == {}


async def test_somebody_else_who_joins_or_leaves_changes_nothing(desk: Desk) -> None:
    await desk.installed()
    before = dict(desk.book.known)
    await desk.teams.deliver(news(desk, desk.general, "teamMemberRemoved", membersRemoved=[{"id": "29:x"}]))
    await desk.teams.deliver(news(desk, desk.general, "teamMemberAdded", membersAdded=[{"id": "29:x"}]))
    assert desk.book.known == before


async def test_a_person_who_adds_the_app_is_reached_in_their_own_chat(desk: Desk) -> None:
    ann = desk.teams.tenant.accounts["Ann"]
    await desk.teams.install(desk.teams.tenant.personal(ann))
    chat = await desk.book.chat_with(ANN, (TENANT,))
    assert chat is not None
    assert chat.kind == PERSONAL


async def test_a_service_that_moved_is_found_at_its_new_address(desk: Desk) -> None:
    await desk.installed()
    await desk.posted()
    card = await desk.teams.card(desk.approvals_channel)
    known = desk.book.known[desk.approvals_channel.id]
    moved = desk.teams.service_url.replace("/emea/", "/amer/")
    action = (card.card or {})["actions"][0]
    ann = desk.teams.tenant.accounts["Ann"]
    made = teams_payloads.execute(
        desk.teams.tenant, desk.approvals_channel, ann, card, action, at=desk.clock()
    )
    await desk.teams.deliver({**made, "serviceUrl": moved})
    assert known.service_url != moved
    assert desk.book.known[desk.approvals_channel.id].service_url == moved
