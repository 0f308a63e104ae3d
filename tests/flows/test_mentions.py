"""Commands by mention, on Slack and on Teams, from the message to what becomes of the next request."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import teams_payloads
from tests.fakes.teams_tenant import BOT, BOT_NAME, Conversation
from tests.flows.teams_world import TeamsWorld
from tests.flows.world import ANN, BEN


class LedWorld(TeamsWorld):
    """Ann leads refunds."""

    policy = TeamsWorld.policy.replace("\nagents:", "\nleads: {{ann: ['refund.*']}}\nagents:")

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        #: that the policy does not name
        self.new = self.teams.tenant.add_channel(self.team, "Returns")

    async def says_in_teams(
        self, text: str, *, by: str, thread: str = "", where: Conversation | None = None, **mentions: str
    ) -> None:
        """Mention the bot, in the channel for approvals or elsewhere; `mentions` are ids by name."""
        tenant = self.teams.tenant
        made = teams_payloads.message(
            tenant, where or self.approvals, tenant.accounts[by], text, at=self.clock(), thread=thread
        )
        named = {BOT_NAME: BOT, **mentions}
        entities = [
            {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": account, "name": name}}
            for name, account in named.items()
        ]
        assert (await self.teams.deliver({**made, "entities": entities})).status == 200
        await self.settles()

    async def confirms_in_slack(self, label: str, *, by: str) -> None:
        """Press what the latest private answer offers."""
        card = await self.slack.own_card(by)
        await card.press(label, by=by)
        await self.settles()

    def own_chat(self, name: str) -> Conversation:
        """A person's chat with the bot."""
        return self.teams.tenant.personal(self.teams.tenant.accounts[name])

    async def settles(self) -> None:
        """Carry out everything that is due, and what follows answers."""
        assert self.app.platforms.slack is not None
        await self.app.platforms.slack.background.settle()
        await super().settles()


@pytest.fixture
async def led(database_url: str, tmp_path: Path) -> AsyncIterator[LedWorld]:
    """A whole installation on both platforms."""
    async with LedWorld(database_url, tmp_path) as world:
        await world.installs()
        yield world


async def where_asked(world: LedWorld, **changes: Any) -> set[str]:
    """The channels in which the card of a new request stands."""
    asked = await world.agent.asks(**changes)
    await world.settles()
    return {copy.destination for copy in await world.app.store.copies(asked["id"])}


async def test_a_lead_routes_by_mention_in_slack_and_takes_it_back(led: LedWorld) -> None:
    before = await where_asked(led)
    await led.slack.mention("#support", "route refund.* to <#C0LEADS|leads> until friday", by=ANN)
    await led.settles()
    assert "Nothing has changed yet" in led.slack.told(ANN)[-1]
    assert await where_asked(led) == before

    await led.confirms_in_slack("Confirm", by=ANN)
    [told] = [message for message in led.slack.messages("#support") if "Undo" in str(message.blocks)]
    assert await where_asked(led) == {"slack:C0LEADS"}

    element = told.blocks[-1]["elements"][0]
    await led.slack.deliver(led.slack.press_payload(ANN, told, element, told.blocks[-1]["block_id"]))
    await led.settles()
    assert await where_asked(led) == before


async def test_a_lead_routes_by_mention_in_teams_and_everybody_there_reads_it(led: LedWorld) -> None:
    words = f"<at>{BOT_NAME}</at> please route the refund.* requests to <at>Leads</at>"
    await led.says_in_teams(words, by="Ann", Leads=led.leads.id)
    [preview] = led.teams.posted(led.own_chat("Ann"))
    assert "Nothing has changed yet" in str(preview.card)
    await led.press(preview, "Confirm", by="Ann")
    await led.settles()
    [told] = led.teams.posted(led.approvals)
    assert "Undo" in str(told.card)
    assert await where_asked(led) == {f"teams:{led.team.group_id}/{led.leads.id}"}


@pytest.mark.parametrize("name", ["#leads", "#Support/Leads"])
async def test_a_channel_of_a_team_is_known_by_its_own_name(led: LedWorld, name: str) -> None:
    await led.says_in_teams(f"<at>{BOT_NAME}</at> route refund.* to {name}", by="Ann")
    [preview] = led.teams.posted(led.own_chat("Ann"))
    await led.press(preview, "Confirm", by="Ann")
    await led.settles()
    assert await where_asked(led) == {f"teams:{led.team.group_id}/{led.leads.id}"}
    await led.says_in_teams(f"<at>{BOT_NAME}</at> undo", by="Ann")
    told = led.teams.posted(led.approvals)[-1]
    assert "route refund.* to #Support/Leads" in str(told.card), "as it can be said again"


async def test_of_two_channels_of_one_name_that_of_ones_own_team_is_meant_or_none(led: LedWorld) -> None:
    sales = led.teams.tenant.add_team("Sales")
    theirs = led.teams.tenant.add_channel(sales, "Leads")
    await led.teams.install(led.teams.tenant.conversations[sales.id])
    await led.catches_up()
    place = f"teams:{sales.group_id}/{theirs.id}"
    await led.slack.mention("#support", f"route refund.small to {place}", by=ANN)
    await led.settles()
    await led.confirms_in_slack("Confirm", by=ANN)

    await led.says_in_teams(f"<at>{BOT_NAME}</at> route refund.* to #leads", by="Ann")
    [preview] = led.teams.posted(led.own_chat("Ann"))
    assert "would ask Support/Leads" in str(preview.card)
    chat = led.own_chat("Ann")
    made = teams_payloads.message(
        led.teams.tenant, chat, led.teams.tenant.accounts["Ann"], "route refund.* to #leads", at=led.clock()
    )
    assert (await led.teams.deliver(made)).status == 200
    await led.settles()
    assert "Several teams have a channel #leads" in str(led.teams.posted(chat)[-1].card)


async def test_a_channel_of_a_team_in_teams_is_not_meant_in_slack(led: LedWorld) -> None:
    await led.slack.mention("#support", "route refund.* to #approvals", by=ANN)
    await led.settles()
    assert "I know no channel #approvals." in led.slack.told(ANN)[-1]


async def test_who_does_not_lead_changes_nothing_on_either_platform(led: LedWorld) -> None:
    before = await where_asked(led)
    await led.slack.mention("#support", "route refund.* to <#C0LEADS|leads>", by=BEN)
    await led.says_in_teams(f"<at>{BOT_NAME}</at> pause refund.*", by="Ben")
    await led.settles()
    assert "lead" in led.slack.told(BEN)[-1]
    [refusal] = led.teams.posted(led.own_chat("Ben"))
    assert "lead" in str(refusal.card)
    assert await where_asked(led) == before


async def test_a_claim_by_mention_in_one_thread_is_seen_on_the_other_platform(led: LedWorld) -> None:
    _, card = await led.asks()
    await led.says_in_teams(f"<at>{BOT_NAME}</at> claim", by="Ann", thread=card.id)
    there = await led.slack.card("#support")
    await there.expect("Ann is looking into it")
    stored = await led.app.store.listing()
    assert stored[0].said == ()


async def test_a_question_by_mention_reaches_the_agent_and_its_answer_the_thread(led: LedWorld) -> None:
    asked, _ = await led.asks()
    card = await led.slack.card("#support")
    await led.slack.mention("#support", "ask which order is this about?", by=ANN, thread_ts=card.ts)
    await led.settles()
    assert "approval.question" in led.agent.told()
    answer = await led.agent.post(f"/v1/approvals/{asked['id']}/messages", {"text": "4892", "reply_to": "q1"})
    assert answer.status < 300
    await led.settles()
    await card.expect("which order is this about?", "4892")


async def test_a_route_to_here_tells_the_channel_by_its_name_on_both_platforms(led: LedWorld) -> None:
    led.slack.workspace.add_room("new-refunds")
    await led.slack.mention("#new-refunds", "route refund.* here", by=ANN)
    await led.settles()
    assert "would ask #new-refunds." in led.slack.told(ANN)[-1]

    await led.says_in_teams(f"<at>{BOT_NAME}</at> route refund.* here", by="Ann", where=led.new)
    [preview] = led.teams.posted(led.own_chat("Ann"))
    assert "would ask #Returns." in str(preview.card)


async def test_a_channel_that_slack_mentions_by_its_id_alone_is_told_by_its_name(led: LedWorld) -> None:
    led.slack.workspace.add_room("new-refunds")
    await led.slack.mention("#support", "route refund.* to <#C0NEWREFUNDS|>", by=ANN)
    await led.settles()
    assert "would ask #new-refunds." in led.slack.told(ANN)[-1]


async def test_a_preview_that_teams_shows_in_ones_own_chat_is_confirmed_by_a_yes_there(led: LedWorld) -> None:
    words = f"<at>{BOT_NAME}</at> route refund.* to <at>Leads</at>"
    await led.says_in_teams(words, by="Ann", Leads=led.leads.id)
    await led.says_in_teams("yes", by="Ben", where=led.own_chat("Ben"))
    assert f"teams:{led.team.group_id}/{led.leads.id}" not in await where_asked(led)

    await led.says_in_teams("yes", by="Ann", where=led.own_chat("Ann"))
    assert await where_asked(led) == {f"teams:{led.team.group_id}/{led.leads.id}"}
