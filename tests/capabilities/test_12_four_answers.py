"""Approve, reject, edit, escalate: each is recorded with its reason, and each has its known effect."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.canonical import digest
from bot.domain.sentences import REASONS
from bot.domain.status import ReasonCode
from tests.capabilities.desk import Desk, Written, written
from tests.flows.office import SURFACES, USERS, Office
from tests.flows.teams_world import seen
from tests.flows.world import BEN
from tests.policy.packets import refund

WORDS = "She was paid in May."


class Surfaces(Office):
    """On Slack, on Teams and in the browser."""

    policy = Office.policy.replace('"teams:Support/Approvals"]', '"teams:Support/Approvals", "web:support"]')

    async def rejects(self, surface: str, by: str, request_id: str) -> None:
        """Somebody says no because it is a duplicate, and says so in words too."""
        if surface == "slack":
            await (await self.slack.card("#support")).press("Reject", by=USERS[by])
            view = await self.slack.view(USERS[by], "Reject")
            duplicate = REASONS[ReasonCode.DUPLICATE]
            await view.submit({"Why not?": duplicate[0].upper() + duplicate[1:], "In your words": WORDS})
        elif surface == "teams":
            card = await self.teams_card()
            form = await self.teams.press(card, "Reject", by=by)
            inputs = {"placet_reason": "duplicate", "placet_words": WORDS}
            assert "Rejected" in seen(await self.press_again(card, form, "Reject", by=by, inputs=inputs))
        else:
            form_ = (await self.page(by, request_id)).form(f"/requests/{request_id}/press", choice="reject")
            await self.browsers[by].send(form_, reason_code="duplicate", reason_text=WORDS)
        await self.later(minutes=1)


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Surfaces]:
    """A whole installation, with the app in the team."""
    async with Surfaces(database_url, tmp_path) as world:
        await world.installs()
        yield world


def only(events: list[Written], kind: str) -> Written:
    """The one event of a kind."""
    [found] = [event for event in events if event.kind == kind]
    return found


@pytest.mark.parametrize("surface", SURFACES)
async def test_escalating_asks_the_next_step_at_once_and_approving_lets_it_run(
    office: Surfaces, surface: str
) -> None:
    asked = await office.agent.asks()
    await office.settles()
    await office.does(surface, "Ben", "escalate", asked["id"], words="Above my head.")
    escalated = only(await written(office, asked["id"]), "request.escalated")
    assert (escalated.actor, escalated.facts["step"]) == ("person:ben", 2)
    assert "Above my head." in escalated.private
    leads = await office.teams.card(office.leads)
    await office.teams.expect(leads, "Refund 240.00 EUR", "Ben on why it was escalated", "Above my head.")
    assert office.agent.told() == ["approval.escalated"]
    waiting = office.agent.callbacks[-1]["data"]["approval"]
    assert (waiting["status"], waiting["step"], waiting["decision"]) == ("pending", 2, None)

    await office.approve(surface, "Ann", asked["id"])
    await office.later(minutes=1)
    events = await written(office, asked["id"])
    cast, decided = only(events, "vote.cast"), only(events, "request.decided")
    assert (cast.actor, cast.facts["decision"], cast.facts["via"]) == ("person:ann", "approve", surface)
    assert decided.facts["by"] == ["ann"]
    assert {cast.facts["digest"], decided.facts["digest"]} == {asked["action"]["digest"]}
    told = office.agent.callbacks[-1]
    approval = told["data"]["approval"]
    assert (told["type"], approval["decision"]["type"]) == ("approval.approved", "approve")
    assert approval["action"]["arguments"] == asked["action"]["arguments"]
    assert "message" not in approval or approval["message"] is None
    await office.teams.expect(leads, "Approved by Ann")
    assert await office.agent.redeems(asked) == 200


@pytest.mark.parametrize("surface", SURFACES)
async def test_rejecting_says_why_to_everybody_and_nothing_runs(office: Surfaces, surface: str) -> None:
    asked = await office.agent.asks()
    await office.settles()
    await office.rejects(surface, "Ben", asked["id"])

    events = await written(office, asked["id"])
    for event in (only(events, "vote.cast"), only(events, "request.decided")):
        assert (event.actor, event.facts["decision"]) == ("person:ben", "reject")
        assert event.facts["reason_code"] == "duplicate"
        assert WORDS in event.private
    [told] = office.agent.callbacks
    approval = told["data"]["approval"]
    assert (told["type"], approval["status"]) == ("approval.rejected", "rejected")
    assert approval["decision"]["reason"] == {"code": "duplicate", "text": WORDS}
    # What a model may be told holds no words that somebody typed.
    said_no = "A reviewer said no, because: a duplicate; do not retry or work around it."
    assert approval["message"] == said_no
    for card_words in ((await office.slack.card("#support")).words,):
        assert "Rejected by Ben: a duplicate" in card_words
        assert WORDS in card_words
    await office.teams.expect(await office.teams_card(), "Rejected by Ben: a duplicate", WORDS)
    assert await office.agent.redeems(asked) == 409


async def test_rejecting_without_a_reason_is_not_possible(office: Surfaces) -> None:
    asked = await office.agent.asks()
    await office.settles()
    page = await office.page("Ben", asked["id"])
    form = page.form(f"/requests/{asked['id']}/press", choice="reject")
    await office.browsers["Ben"].send(form, reason_code="")
    assert (await office.agent.sees(asked["id"]))["status"] == "pending"
    assert office.agent.told() == []


async def test_editing_gives_the_agent_both_versions_and_lets_the_new_one_run_alone(support: Desk) -> None:
    asked = await support.asks(refund("300.00"))
    card = await support.card("support")
    await card.press("Edit…", by=BEN)
    view = await support.slack.view(BEN, "Edit")
    await support.slack.until(lambda: view.submit_label is not None, lambda: view.words)
    await view.submit({"amount": "280.00"})
    await view.expect("− 300.00", "+ 280.00")
    await view.submit()
    await support.settles()

    old, new = asked["action"]["arguments"], {**asked["action"]["arguments"], "amount": "280.00"}
    events = await written(support, asked["id"])
    edited, cast = only(events, "request.edited"), only(events, "vote.cast")
    assert (edited.actor, edited.facts["revision"]) == ("person:ben", 2)
    assert edited.facts["previous_digest"] == asked["action"]["digest"]
    assert edited.facts["digest"] == cast.facts["digest"] == digest("refund.issue", new)
    assert (cast.actor, cast.facts["decision"]) == ("person:ben", "edit")
    assert only(events, "request.decided").facts["decision"] == "edit"
    [told] = support.agent.callbacks
    approval = told["data"]["approval"]
    assert (told["type"], approval["decision"]["type"]) == ("approval.approved", "edit")
    assert (approval["decision"]["original_arguments"], approval["action"]["arguments"]) == (old, new)
    await card.expect("Approved with changes by Ben", "300.00 → 280.00")
    assert [await support.agent.redeems(one) for one in (asked, approval)] == [422, 200]
