"""Stories of what runs without anybody's yes: told afterwards, stopped in time, taken back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes import teams_payloads
from tests.fakes.slack_screen import words_of
from tests.flows.modes_world import AUTO, SLOW, TOLD, Modes
from tests.flows.office import SURFACES
from tests.flows.teams_world import seen, words
from tests.flows.world import ANN, BEN


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[Modes]:
    """A whole installation, with the app in the team."""
    async with Modes(database_url, tmp_path) as world:
        await world.installs()
        yield world


# -- notify


async def test_what_a_rule_approves_is_told_afterwards_and_nobody_waits_for_it(world: Modes) -> None:
    world.slack.archive("support")
    asked = await world.agent.asks(action={"name": TOLD, "arguments": {"amount": "20.00", "currency": "EUR"}})
    assert (asked["status"], asked["mode"], asked["ruling"]["rule"]) == ("approved", "notify", "credit-told")
    await world.settles()

    card = await world.teams_card()
    await world.teams.expect(card, "Credit 20.00 EUR", "Approved by the rule credit-told", "owned by Ann")
    await world.teams.expect(card, "Credits are routine.", "impact.amount")
    assert "Approve now" not in words(card.card)
    page = await world.page("Ben", asked["id"])
    assert "Approved by the rule credit-told" in page.text
    # Slack's channel is archived, which harms nothing.
    copies = await world.app.store.copies(asked["id"])
    states = {copy.destination.partition(":")[0]: copy.state for copy in copies}
    assert states == {"slack": "undeliverable", "teams": "posted", "web": "posted"}
    assert world.agent.told() == ["approval.approved"]
    assert await world.agent.redeems(asked) == 200


async def test_the_card_rings_nobodys_phone_and_is_one_for_a_burst(world: Modes) -> None:
    await world.credits(TOLD)
    first = await world.slack.card("#support")
    await first.expect("Credit 20.00 EUR", "Approved by the rule credit-told")
    assert first.mentioned == []
    assert first.buttons == ["Override…", "Details", "Rate…"]
    await world.later(minutes=30)
    assert first.replies == []

    for number in range(12):
        arguments = {"amount": f"{number + 1}.00", "currency": "EUR"}
        await world.agent.asks(action={"name": TOLD, "arguments": arguments})
    await world.settles()
    batch = world.slack.cards("#support")[-1]
    assert "12 requests were approved by rule" in batch.words
    assert "Approved by the rule credit-told" in batch.words
    await batch.press("Look through them", by=BEN)
    own = await world.slack.own_card(BEN)
    await own.expect("Approved by the rule credit-told")
    await own.press("Override…", by=BEN)
    view = await world.slack.view(BEN, "Override")
    await view.submit({"Why should this not have been approved?": "A duplicate"})
    await world.settles()
    assert world.agent.told().count("approval.reverted") == 1


# -- override


@pytest.mark.parametrize("surface", SURFACES)
async def test_somebody_takes_back_what_a_rule_approved(world: Modes, surface: str) -> None:
    asked = await world.credits(TOLD)
    assert await world.agent.redeems(asked) == 200
    await world.later(minutes=1)

    told = await world.gives_a_reason(surface, "Ben", "Override…", asked["id"])

    assert "Taken back, but it already ran: the agent is told to undo it." in told
    await world.expect_everywhere("Overridden by Ben: a duplicate", "Ben on why it was overridden")
    await world.expect_everywhere("Paid in May.", "It already ran; the agent is told to undo it.")
    assert world.agent.told() == ["approval.approved", "approval.reverted"]
    reverted = world.agent.callbacks[-1]["data"]["approval"]
    assert (reverted["status"], reverted["reverted_by"]) == ("approved", {"id": "ben", "name": "Ben"})
    assert reverted["reverted_reason"] == {"code": "duplicate", "text": "Paid in May."}
    assert reverted["message"].startswith("A person took this approval back, because: a duplicate.")
    assert "redeem" not in reverted["links"]
    assert await world.agent.redeems(asked) == 410
    assert await world.agent.redeems(asked, "another") == 410

    outcome = await world.agent.post(f"/v1/approvals/{asked['id']}/outcome", {"status": "reverted"})
    assert outcome.status == 200
    await world.later(minutes=1)
    await world.expect_everywhere("it was undone, the agent reports")


async def test_what_has_no_card_is_taken_back_under_its_story_in_chat(world: Modes) -> None:
    asked = await world.credits(AUTO)
    assert world.slack.cards("#support") == []
    await world.slack.mention("#support", f"show {asked['id']}", by=ANN)
    answer = await world.slack.own_card(ANN)
    assert "Approved by the rule credit-auto" in words_of(answer.blocks)
    await answer.press("Override…", by=ANN)
    view = await world.slack.view(ANN, "Override")
    await view.submit({"Why should this not have been approved?": "Too risky"})
    await world.settles()
    assert "Taken back" in view.words
    assert world.agent.told() == ["approval.approved", "approval.reverted"]
    # The answer is no copy of the card, and does not become one.
    assert await world.app.store.copies(asked["id"]) == []
    assert "approved by the rule credit-auto" in (await world.page("Ben", asked["id"])).text


async def test_in_teams_as_well(world: Modes) -> None:
    asked = await world.credits(AUTO)
    tenant = world.teams.tenant
    ben = tenant.accounts["Ben"]
    own = tenant.personal(ben)
    said = teams_payloads.message(tenant, own, ben, f"show {asked['id']}", at=world.clock())
    assert (await world.teams.deliver(said)).status == 200
    await world.settles()
    answer = world.teams.posted(own)[-1]
    form = await world.teams.press(answer, "Override…", by="Ben")
    assert "Why should this not have been approved?" in seen(form)
    inputs = {"placet_reason": "duplicate"}
    done = await world.press_again(answer, form, "Override", by="Ben", inputs=inputs)
    assert "Taken back" in seen(done)
    await world.settles()
    assert world.agent.told() == ["approval.approved", "approval.reverted"]
    assert await world.app.store.copies(asked["id"]) == []


async def test_what_people_approved_stands(world: Modes) -> None:
    asked = await world.credits(SLOW, "60.00")
    page = await world.page("Ben", asked["id"])
    form = page.form(f"/requests/{asked['id']}/press", choice="reject")
    await world.approve("slack", "Ann", asked["id"])
    await world.settles()
    form.fields["choice"] = "override"
    refused = await world.browsers["Ben"].send(form, reason_code="duplicate")
    assert "Ann approved this; only what a rule approved can be taken back." in refused.text
    assert (await world.agent.sees(asked["id"]))["reverted_at"] is None


# -- veto


async def test_silence_approves_when_its_time_is_over(world: Modes) -> None:
    asked = await world.credits(SLOW)
    assert (asked["status"], asked["mode"]) == ("pending", "veto")
    await world.expect_everywhere("Runs by itself", "unless somebody objects", "Stop…", "Approve now")
    waiting = await world.agent.sees(asked["id"])
    assert (waiting["status"], waiting["expires_at"] is not None) == ("pending", True)
    await world.later(minutes=9.5)
    assert world.agent.told() == []
    await world.later(minutes=1)
    await world.expect_everywhere("Approved, as nobody objected")
    assert world.agent.told() == ["approval.approved"]
    assert (await world.agent.sees(asked["id"]))["decision"]["by"] == []
    assert await world.agent.redeems(asked) == 200


@pytest.mark.parametrize("surface", SURFACES)
async def test_any_one_person_stops_it_whatever_the_quorum(world: Modes, surface: str) -> None:
    await world.policy_says("quorum: {approve: 1, reject: 1", "quorum: {approve: 2, reject: 2")
    asked = await world.credits(SLOW)
    await world.gives_a_reason(surface, "Ben", "Stop…", asked["id"])
    await world.expect_everywhere("Rejected by Ben: a duplicate")
    await world.later(minutes=20)
    assert world.agent.told() == ["approval.rejected"]


@pytest.mark.parametrize("surface", SURFACES)
async def test_whoever_looks_into_it_has_not_agreed(world: Modes, surface: str) -> None:
    asked = await world.credits(SLOW)
    await world.does(surface, "Ann", "claim", asked["id"])
    await world.expect_everywhere("Ann is looking into it")
    await world.later(minutes=12)
    assert (await world.agent.sees(asked["id"]))["status"] == "pending"
    assert "approval.approved" not in world.agent.told()


async def test_approving_now_ends_it_with_the_quorum_only(world: Modes) -> None:
    await world.policy_says("quorum: {approve: 1", "quorum: {approve: 2")
    asked = await world.credits(SLOW)
    await (await world.slack.card("#support")).press("Approve now", by=ANN)
    await world.settles()
    await world.expect_everywhere("1 of 2 approved", "Runs by itself")
    await world.later(minutes=1)
    await world.press(await world.teams_card(), "Approve now", by="Ben")
    await world.settles()
    await world.expect_everywhere("Approved by Ann and Ben")
    assert world.agent.told() == ["approval.approved"]
    assert (await world.agent.sees(asked["id"]))["decision"]["by"] == ["ann", "ben"]


async def test_a_card_that_reaches_no_chat_leaves_a_gate(world: Modes) -> None:
    world.slack.archive("support")
    await world.teams.uninstall(world.general)
    asked = await world.credits(SLOW)
    await world.later(minutes=30)
    stands = await world.agent.sees(asked["id"])
    assert "approval.approved" not in world.agent.told()
    assert stands["status"] != "approved"


async def test_a_restart_within_the_window_loses_nothing_of_it(world: Modes) -> None:
    await world.credits(SLOW)
    await world.later(minutes=4)
    await world.restarts()
    await world.later(minutes=4)
    assert world.agent.told() == []
    await world.later(minutes=3)
    assert world.agent.told() == ["approval.approved"]


async def test_nobody_is_taken_to_agree_while_nothing_ran_here(world: Modes) -> None:
    asked = await world.credits(SLOW)
    world.clock.advance(minutes=40)
    await world.restarts()
    await world.settles()
    assert world.agent.told() == []
    await world.expect_everywhere("Runs by itself", "Stop…")
    await world.gives_a_reason("slack", "Ben", "Stop…", asked["id"])
    assert world.agent.told() == ["approval.rejected"]


async def test_a_stop_that_came_too_late_says_how_to_take_it_back(world: Modes) -> None:
    asked = await world.credits(SLOW)
    await (await world.slack.card("#support")).press("Stop…", by=BEN)
    view = await world.slack.view(BEN, "Stop")
    await world.later(minutes=11)
    await view.submit({"Why not?": "A duplicate"})
    assert "The rule credit-slow approved this" in view.words
    assert "Press Override… to take the approval back." in view.words
    await world.gives_a_reason("slack", "Ben", "Override…", asked["id"])
    assert world.agent.told() == ["approval.approved", "approval.reverted"]
