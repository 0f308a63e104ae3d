"""Stories in Teams: asked in a channel, decided there, seen everywhere."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import teams_payloads
from tests.fakes.teams_tenant import Account, Posted, Tenant
from tests.flows.teams_world import ACCOUNTS, OTHER_TENANT, ZOE, TeamsWorld, seen, told, words
from tests.flows.world import ANN


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[TeamsWorld]:
    """A whole installation, with the app in the team."""
    async with TeamsWorld(database_url, tmp_path) as world:
        await world.installs()
        yield world


async def test_an_agent_asks_a_channel_decides_and_the_agent_knows(world: TeamsWorld) -> None:
    asked, card = await world.asks()
    assert "Refund 240.00 EUR for order 4892" in words(card.card)
    assert "4111111111111111" not in words(card.activity)
    assert card.reply_to is None
    assert "Approved by Ann" in await world.press(card, "Approve", by="Ann")
    await world.settles()
    await world.teams.expect(card, "Approved by Ann")
    assert world.agent.told() == ["approval.approved"]
    assert (await world.agent.sees(asked["id"]))["decision"]["by"] == ["ann"]
    assert len(await world.app.store.copies(asked["id"])) == 2
    assert len(world.teams.posted(world.approvals)) == 1


async def test_a_rejection_asks_the_presser_alone_for_its_reason(world: TeamsWorld) -> None:
    asked, card = await world.asks()
    form = await world.teams.press(card, "Reject", by="Ben")
    assert "Why not?" in seen(form)
    assert "Why not?" not in words(card.card)
    incomplete = await world.press_again(card, form, "Reject", by="Ben")
    assert "Choose a reason" in seen(incomplete)
    assert (await world.agent.sees(asked["id"]))["status"] == "pending"
    reason = {"placet_reason": "wrong_facts", "placet_words": "It arrived."}
    done = await world.press_again(card, incomplete, "Reject", by="Ben", inputs=reason)
    assert "Rejected by Ben" in seen(done)
    await world.settles()
    await world.teams.expect(card, "Rejected by Ben")
    [callback] = world.agent.callbacks
    assert callback["data"]["approval"]["decision"]["reason"]["code"] == "wrong_facts"


async def test_whoever_goes_back_from_the_form_sees_the_card_again(world: TeamsWorld) -> None:
    _, card = await world.asks()
    form = await world.teams.press(card, "Reject", by="Ben")
    assert '"Approve"' in seen(await world.press_again(card, form, "Back", by="Ben"))


async def test_a_high_impact_is_approved_in_the_persons_own_view_only(world: TeamsWorld) -> None:
    asked, card = await world.asks(impact={"level": "high"})
    assert '"title": "Approve"' not in words(card.card)
    view = await world.teams.press(card, "Review…", by="Ann")
    assert "The carrier confirmed in writing" in seen(view)
    assert "Approved by Ann" in seen(await world.press_again(card, view, "Approve", by="Ann"))
    assert (await world.agent.sees(asked["id"]))["status"] == "approved"


async def test_a_view_that_somebody_else_opened_approves_nothing(world: TeamsWorld) -> None:
    asked, card = await world.asks(impact={"level": "high"})
    view = await world.teams.press(card, "Review…", by="Ann")
    assert "open Review" in seen(await world.press_again(card, view, "Approve", by="Ben"))
    assert (await world.agent.sees(asked["id"]))["status"] == "pending"


async def test_whoever_presses_too_late_alone_is_told_who_was_first(world: TeamsWorld) -> None:
    _, card = await world.asks()
    shared = dict(card.card or {})
    await world.press(card, "Approve", by="Ann")
    late = next(each for each in shared["actions"] if each["title"] == "Approve")
    assert "Ann approved this" in seen(await world.teams.execute(card, late, by="Ben"))
    await world.settles()
    assert "changed nothing" not in words(card.card)
    assert world.agent.told() == ["approval.approved"]


async def test_a_stranger_is_told_and_decides_and_reads_nothing(world: TeamsWorld) -> None:
    asked, card = await world.asks()
    world.teams.tenant.add_person("Sam", "00000000-0000-4000-8000-0000000000f1")
    assert "not linked to a reviewer" in await world.press(card, "Approve", by="Sam")
    assert "not among the people" in await world.press(card, "Details", by="Sam")
    assert (await world.agent.sees(asked["id"]))["status"] == "pending"


async def test_the_owner_of_an_agent_never_approves_its_requests(world: TeamsWorld) -> None:
    asked, card = await world.asks()
    assert "somebody else has to approve" in await world.press(card, "Approve", by="Cat")
    assert (await world.agent.sees(asked["id"]))["status"] == "pending"


async def test_nobody_answers_so_another_channel_is_asked(world: TeamsWorld) -> None:
    asked, first = await world.asks()
    await world.later(minutes=15)
    second = await world.teams.card(world.leads)
    await world.teams.expect(first, "step 2 of 2")
    await world.press(second, "Approve", by="Lea")
    await world.settles()
    await world.teams.expect(first, "Approved by Lea")
    await world.teams.expect(second, "Approved by Lea")
    assert (await world.agent.sees(asked["id"]))["status"] == "approved"


async def test_reminders_ping_in_the_cards_thread(world: TeamsWorld) -> None:
    _, card = await world.asks()
    await world.later(minutes=5)
    [_, reminder] = world.teams.posted(world.approvals)
    assert reminder.conversation == f"{world.approvals.id};messageid={card.id}"
    entities = (reminder.card or {})["msteams"]["entities"]
    assert {entity["mentioned"]["id"] for entity in entities} == {
        ACCOUNTS["ann"],
        ACCOUNTS["ben"],
        ACCOUNTS["cat"],
    }
    assert "<at>Ann</at>" in words(reminder.card)


async def test_a_team_that_removed_the_app_counts_as_undelivered(world: TeamsWorld) -> None:
    await world.teams.uninstall(world.general)
    world.approvals.has_bot = world.leads.has_bot = False
    await world.policy_says('"slack:#support", ', "")
    asked = await world.agent.asks()
    await world.settles()
    assert world.teams.cards(world.approvals) == []
    seen_by_agent = await world.agent.sees(asked["id"])
    assert seen_by_agent["status"] == "expired" or seen_by_agent["step"] == 2
    [copy, *_] = await world.app.store.copies(asked["id"])
    assert copy.state == "undeliverable"
    assert "add the app" in str(copy.why)


async def test_a_channel_that_the_bot_may_not_write_in_is_passed_over(world: TeamsWorld) -> None:
    await world.policy_says('"slack:#support", ', "")
    world.teams.fail("create", 403, "BotNotInConversationRoster")
    await world.agent.asks()
    await world.settles()
    assert world.teams.cards(world.approvals) == []
    assert len(world.teams.cards(world.leads)) == 1


async def test_a_press_on_a_stray_copy_adopts_it(world: TeamsWorld) -> None:
    world.teams.drop("create", carried_out=True)
    asked = await world.agent.asks()
    await world.settles()
    await world.later(minutes=1)
    stray, card = world.teams.cards(world.approvals)
    await world.press(stray, "Approve", by="Ann")
    await world.settles()
    for copy in (stray, card):
        await world.teams.expect(copy, "Approved by Ann")
    assert (await world.agent.sees(asked["id"]))["status"] == "approved"


async def test_a_person_is_asked_in_their_own_chat(world: TeamsWorld) -> None:
    await world.policy_says('"teams:Support/Leads"', '"@lea"')
    asked, _ = await world.asks()
    await world.later(minutes=15)
    own = world.teams.tenant.personal(world.teams.tenant.accounts["Lea"])
    await world.press(await world.teams.card(own), "Approve", by="Lea")
    assert (await world.agent.sees(asked["id"]))["decision"]["by"] == ["lea"]


async def test_what_slack_decides_is_seen_in_teams(world: TeamsWorld) -> None:
    _, card = await world.asks()
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    await world.teams.expect(card, "Approved by Ann")
    assert '"Approve"' not in words(card.card)


async def test_what_teams_decides_is_seen_in_slack(world: TeamsWorld) -> None:
    _, card = await world.asks()
    await world.press(card, "Approve", by="Ben")
    await world.settles()
    await (await world.slack.card("#support")).expect("Approved by Ben")


async def test_the_same_press_delivered_twice_counts_once(world: TeamsWorld) -> None:
    asked, card = await world.asks()
    action = next(each for each in (card.card or {})["actions"] if each["title"] == "Approve")
    ann = world.teams.tenant.accounts["Ann"]
    press = teams_payloads.execute(world.teams.tenant, world.approvals, ann, card, action, at=world.clock())
    for _ in range(2):
        assert "Approved by Ann" in seen(await world.teams.deliver(press))
    assert len((await world.agent.sees(asked["id"]))["votes"]) == 1
    assert "already" not in words(card.card)


async def test_a_client_that_only_submits_decides_too(world: TeamsWorld) -> None:
    asked, card = await world.asks()
    submit = (card.card or {})["actions"][0]["fallback"]
    assert (await world.teams.execute(card, submit, by="Ann")).status == 200
    await world.settles()
    assert (await world.agent.sees(asked["id"]))["status"] == "approved"
    assert world.teams.posted(world.teams.tenant.personal(world.teams.tenant.accounts["Ann"])) == []


async def test_a_client_that_only_submits_is_refused_in_its_own_chat(world: TeamsWorld) -> None:
    _, card = await world.asks()
    submit = (card.card or {})["actions"][0]["fallback"]
    cat = world.teams.tenant.accounts["Cat"]
    await world.teams.execute(card, submit, by="Cat")
    await world.settles()
    [answer] = told(world, world.teams.tenant.personal(cat))
    assert "somebody else has to approve" in answer


async def test_two_tenants_work_side_by_side(world: TeamsWorld) -> None:
    asked, card = await world.asks()
    other = Tenant(id=OTHER_TENANT, teams=world.teams.tenant.teams)
    zoe = Account(object_id=ZOE, name="Zoe")
    action = next(each for each in (card.card or {})["actions"] if each["title"] == "Approve")
    at_home = teams_payloads.execute(world.teams.tenant, world.approvals, zoe, card, action, at=world.clock())
    assert "not linked to a reviewer" in seen(await world.teams.deliver(at_home))
    elsewhere = teams_payloads.execute(other, world.approvals, zoe, card, action, at=world.clock())
    elsewhere["id"] = "f:elsewhere"
    assert "Approved by Zoe" in seen(await world.teams.deliver(elsewhere))
    assert (await world.agent.sees(asked["id"]))["decision"]["by"] == ["zoe"]


async def test_a_mention_in_a_channel_is_answered_with_help_in_ones_own_chat(world: TeamsWorld) -> None:
    await world.teams.mention(world.approvals, "help", by="Ann", thread="17")
    await world.settles()
    assert world.teams.posted(world.approvals) == []
    own = world.teams.tenant.personal(world.teams.tenant.accounts["Ann"])
    [answer] = world.teams.posted(own)
    assert "You can say to me" in words(answer.card)
    assert "In a channel I only read what mentions me" in words(answer.card)


async def test_what_is_said_in_the_thread_of_a_card_is_kept_and_shown(world: TeamsWorld) -> None:
    asked, card = await world.asks()
    await world.teams.mention(world.approvals, "Qwertz: the order was paid twice", by="Ann", thread=card.id)
    await world.settles()
    world.clock.advance(minutes=2)
    await world.settles()
    await world.teams.expect(card, "Said about it", "the order was paid twice")
    stored = await world.app.store.read(asked["id"])
    assert stored is not None
    assert [(each.by, each.text) for each in stored.said] == [
        ("person:ann", "Qwertz: the order was paid twice")
    ]


async def test_what_was_said_to_others_is_not_answered(world: TeamsWorld) -> None:
    ann = world.teams.tenant.accounts["Ann"]
    said = teams_payloads.message(world.teams.tenant, world.approvals, ann, "help", at=world.clock())
    await world.teams.deliver({**said, "entities": [], "text": "help"})
    await world.settles()
    assert world.teams.posted(world.approvals) == []


async def test_what_no_card_of_ours_sends_is_refused_and_nothing_breaks(world: TeamsWorld) -> None:
    asked, card = await world.asks()
    whole = {"verb": "placet_approve", "data": {"reference": "forged"}}
    for action in (whole, {"verb": "placet_other", "data": {}}, {"verb": 7}, {}):
        assert (await world.teams.deliver(_pressed(world, card, action))).status == 200
    broken: list[Any] = [None, [], "x", {"action": []}]
    for value in broken:
        answer = await world.teams.deliver({**_pressed(world, card, whole), "value": value})
        assert (answer.status, answer.json["statusCode"]) == (200, 400)
    assert (await world.agent.sees(asked["id"]))["status"] == "pending"


def _pressed(world: TeamsWorld, card: Posted, action: dict[str, Any]) -> dict[str, Any]:
    ann = world.teams.tenant.accounts["Ann"]
    return teams_payloads.execute(world.teams.tenant, world.approvals, ann, card, action, at=world.clock())
