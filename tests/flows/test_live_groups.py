"""Stories of groups that live in Slack: looked up at the press, and nobody where they cannot be."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.domain.authority import Refused, allowed
from bot.domain.choice import Choice
from bot.domain.moves import Presser
from bot.domain.status import Status
from bot.policy import load_policy
from bot.speaking import Spoken
from tests.builders import a_person
from tests.fakes.slack_screen import Card
from tests.flows.speaking_world import account
from tests.flows.test_bursts import burst, opened
from tests.flows.world import ANN, BEN, CAT, LEA, POLICY, World


class LegalWorld(World):
    """Lea is listed in legal; the others of it are in a user group, which Slack knows by its handle."""

    policy = POLICY.replace(
        "groups:\n",
        'leads: {{lea: ["*"]}}\ngroups:\n  legal: {{members: [lea], slack_usergroup: "@legal"}}\n'
        '  contracts: {{slack_usergroup: "@legal"}}\n',
    ).replace("from: [support]", "from: [legal]")

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        self.legal = self.slack.workspace.add_usergroup("legal", ANN)

    async def asks(self) -> tuple[str, Card]:
        """A request that legal decides, and its card."""
        asked = await self.agent.asks()
        await self.settles()
        return asked["id"], await self.slack.card("#support")

    async def looks_up(self) -> None:
        """The group is looked up where that is due, and what waited for it is decided."""
        await self.app.groups.step()
        await self.settles()

    async def status(self, request_id: str) -> str:
        """How the request stands."""
        return str((await self.agent.sees(request_id))["status"])

    def lookups(self) -> int:
        """How often Slack was asked who is in the group."""
        return sum(call.method == "usergroups.users.list" for call in self.slack.calls)


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[LegalWorld]:
    """A whole installation, where the group was looked up once."""
    async with LegalWorld(database_url, tmp_path) as world:
        await world.looks_up()
        yield world


async def test_somebody_in_the_group_decides_at_once_while_that_is_fresh(world: LegalWorld) -> None:
    request, card = await world.asks()
    world.clock.advance(seconds=59)

    await card.press("Approve", by=ANN)
    await world.settles()

    await card.expect("Approved by Ann")
    assert await world.status(request) == "approved"
    assert world.lookups() == 1


async def test_an_old_press_is_answered_checked_and_decided(world: LegalWorld) -> None:
    request, card = await world.asks()
    world.clock.advance(seconds=61)

    await card.press("Approve", by=ANN)
    await world.settles()
    await world.slack.expect_told(ANN, "Checking who is in legal…")
    assert await world.status(request) == "pending"

    await world.looks_up()
    await card.expect("Approved by Ann")
    await world.slack.expect_told(ANN, "Approved. support-bot may run it now.")
    assert await world.status(request) == "approved"
    assert world.lookups() == 2


async def test_whoever_left_the_group_a_second_ago_decides_nothing(world: LegalWorld) -> None:
    request, card = await world.asks()

    await world.slack.regroup(world.legal, BEN)
    await world.settles()
    await card.press("Approve", by=ANN)
    await world.settles()
    await world.slack.expect_told(ANN, "Checking who is in legal…")
    world.clock.advance(seconds=1)
    await world.looks_up()

    await world.slack.expect_told(ANN, "You are not among the reviewers of this request", "Lea or Ben can")
    assert await world.status(request) == "pending"
    await card.press("Approve", by=BEN)
    assert await world.status(request) == "approved"


async def test_whoever_is_listed_waits_for_nothing(world: LegalWorld) -> None:
    request, card = await world.asks()
    world.clock.advance(minutes=10)

    await card.press("Approve", by=LEA)

    assert await world.status(request) == "approved"
    assert world.lookups() == 1


async def test_a_group_that_cannot_be_read_counts_nobody_and_the_presser_is_told(world: LegalWorld) -> None:
    request, card = await world.asks()
    world.clock.advance(seconds=61)
    world.slack.fail("usergroups.users.list", "internal_error", times=100)

    await card.press("Approve", by=ANN)
    for _ in range(31):
        await world.looks_up()
        world.clock.advance(seconds=1)
    await world.looks_up()

    await world.slack.expect_told(ANN, "Who is in legal could not be read, so nobody there counts now")
    assert await world.status(request) == "pending"


async def test_a_disabled_group_counts_nobody_and_says_why(world: LegalWorld) -> None:
    request, card = await world.asks()
    world.legal.is_disabled = True
    world.clock.advance(seconds=61)

    await card.press("Approve", by=ANN)
    await world.looks_up()

    await world.slack.expect_told(ANN, "Nobody counts as being in legal", "enable it", "Lea can decide")
    assert await world.status(request) == "pending"


async def test_somebody_in_the_group_whom_the_policy_does_not_know_is_nobody(world: LegalWorld) -> None:
    world.legal.users.append("U01GUEST")
    request, card = await world.asks()
    world.clock.advance(seconds=61)
    await world.looks_up()

    await card.press("Approve", by="U01GUEST")
    await world.settles()

    await world.slack.expect_told("U01GUEST", "Guests cannot decide here.")
    assert await world.status(request) == "pending"


async def test_the_agents_owner_in_the_group_approves_nothing_and_at_once(
    world: LegalWorld,
) -> None:
    world.legal.users.append(CAT)
    request, card = await world.asks()
    world.clock.advance(seconds=61)

    await card.press("Approve", by=CAT)
    await world.settles()

    await world.slack.expect_told(CAT, "You answer for this agent")
    assert await world.status(request) == "pending"


async def test_a_press_that_was_held_survives_the_process(world: LegalWorld) -> None:
    request, card = await world.asks()
    world.clock.advance(seconds=61)
    await card.press("Approve", by=ANN)
    settings = world.app.settings
    await world.app.close()

    next_one = App(settings, load_policy(settings.policy), clock=world.clock)
    try:
        await next_one.start()
        await next_one.groups.step()
        await next_one.worker.drain()
        stored = await next_one.store.read(request)
    finally:
        await next_one.close()

    assert stored is not None
    assert stored.request.status is Status.APPROVED
    await world.slack.expect_told(ANN, "Approved. support-bot may run it now.")


async def test_the_same_press_delivered_again_is_one_press(world: LegalWorld) -> None:
    request, card = await world.asks()
    world.clock.advance(seconds=61)
    press = card.payload("Approve", by=ANN)

    for _ in range(2):
        assert (await world.slack.deliver(press)).status == 200
    await world.looks_up()
    assert (await world.slack.deliver(press)).status == 200
    await world.settles()

    assert (await world.agent.sees(request))["decision"]["by"] == ["ann"]
    told = [words for words in world.slack.told(ANN) if "Checking who" in words]
    assert len(told) == 1


async def test_who_is_in_the_group_may_see_it_while_slack_is_away_for_a_while(world: LegalWorld) -> None:
    request, _ = await world.asks()
    world.slack.fail("usergroups.users.list", "internal_error", times=100)

    world.clock.advance(minutes=14)
    await world.looks_up()
    assert await world.app.approvals.may_see(request, "ann")
    world.clock.advance(minutes=2)
    assert not await world.app.approvals.may_see(request, "ann")
    assert await world.app.approvals.may_see(request, "lea")


async def test_groups_are_read_again_by_themselves_half_a_minute_later(world: LegalWorld) -> None:
    for _ in range(60):
        world.clock.advance(seconds=1)
        await world.looks_up()

    assert world.lookups() == 3


async def test_the_browser_offers_what_can_be_pressed_although_the_group_is_to_be_looked_up(
    world: LegalWorld,
) -> None:
    request, _ = await world.asks()
    world.clock.advance(seconds=61)
    stored = await world.app.store.read(request)
    assert stored is not None

    ruled = allowed(world.app.store.directory(), stored.request, a_person("ann"), Choice.APPROVE)

    assert not isinstance(ruled, Refused)


def said(user: str, text: str, request: str | None = None) -> Spoken:
    """What somebody says to the bot, in the thread of a card where a request is named."""
    return Spoken(
        event_id=f"{user}:{text}",
        presser=Presser(identity=account(user)),
        text=text,
        channel="slack:C0SUPPORT",
        request_id=request,
    )


async def test_whoever_was_looked_up_can_do_everything_else_with_it_as_well(world: LegalWorld) -> None:
    request, _ = await world.asks()
    world.clock.advance(seconds=61)

    form = await world.app.approvals.more(request, "ann")

    assert form.note == ""
    assert Choice.CLAIM in [move.choice for move in form.moves]
    assert ("lea", "Lea") in form.people


async def test_whoever_was_looked_up_is_heard_about_it(world: LegalWorld) -> None:
    request, _ = await world.asks()

    shown = await world.app.speaking.hear(said(ANN, f"show {request}"))
    claimed = await world.app.speaking.hear(said(ANN, "claim", request))

    assert "Refund 240.00 EUR for order 4892" in shown.lines[0]
    assert claimed.lines[0].startswith("You look into it")


async def test_whoever_was_looked_up_turns_the_requests_of_a_batch(world: LegalWorld) -> None:
    await burst(world, 8)

    own = await opened(world)

    await own.expect("1 of 8 waiting")


async def test_a_route_can_lead_to_a_group_that_is_looked_up(world: LegalWorld) -> None:
    preview = await world.app.speaking.hear(said(LEA, "route refund.* to @contracts"))

    assert "the first step would ask @contracts" in preview.lines[0]


async def test_a_user_group_that_is_mentioned_is_the_group_that_is_looked_up_there(world: LegalWorld) -> None:
    await world.slack.mention("#support", f"route refund.* to <!subteam^{world.legal.id}>", by=LEA)
    assert world.app.platforms.slack is not None
    await world.app.platforms.slack.background.settle()

    assert "the first step would ask @legal" in world.slack.told(LEA)[-1]
