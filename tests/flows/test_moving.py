"""Stories of reviewers who do something else than decide: on Slack, on Teams and in the browser alike."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.chat.names import MOVE, PERSON, WORDS
from bot.domain import more
from tests.fakes.browser import Browser, Page
from tests.fakes.teams_tenant import Posted
from tests.flows.teams_world import TeamsWorld, seen, words
from tests.flows.world import ANN, BEN

SURFACES = ("slack", "teams", "web")
_USERS = {"Ann": ANN, "Ben": BEN}
_WORDS = f"{more.WORDS}. {more.WORDS_HINT}"
_LABELS = {
    "claim": "I am looking into it",
    "release": "I am not looking into it any more",
    "ask": "Ask the agent",
    "hand_over": "Hand over to somebody else",
    "escalate": "Escalate, with a reason",
    "withdraw": "Take back my vote",
}


class Office(TeamsWorld):
    """People who use whatever is open: Slack, Teams or the browser."""

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        self.browsers: dict[str, Browser] = {}

    async def __aexit__(self, *_: object) -> None:
        for browser in self.browsers.values():
            await browser.close()
        await super().__aexit__()

    async def asked(self, **changes: Any) -> str:
        """An agent asks; the request's id."""
        asked = await self.agent.asks(**changes)
        await self.settles()
        return str(asked["id"])

    async def approve(self, surface: str, by: str, request_id: str) -> str:
        """Press Approve; what the presser is shown there, where the surface shows anything."""
        if surface == "slack":
            await (await self.slack.card("#support")).press("Approve", by=_USERS[by])
            return ""
        if surface == "teams":
            return await self.press(await self._teams_card(), "Approve", by=by)
        page = await self._page(by, request_id)
        return (
            await self.browsers[by].send(page.form(f"/requests/{request_id}/press", choice="approve"))
        ).text

    async def does(self, surface: str, by: str, move: str, request_id: str, **given: str) -> str:
        """Send the form behind More…; what the presser is told then."""
        send = {"slack": self._in_slack, "teams": self._in_teams, "web": self._in_the_browser}[surface]
        told = await send(by, move, request_id, given.get("words", ""), given.get("to", ""))
        # Teams takes only so many changes of a card in a while.
        await self.later(minutes=1)
        return told

    async def _in_slack(self, by: str, move: str, _: str, said: str, to: str) -> str:
        await (await self.slack.card("#support")).press("More…", by=_USERS[by])
        view = await (await self.slack.view(_USERS[by], "More")).expect(more.WHAT)
        fields = {more.WHAT: _LABELS[move], _WORDS: said, more.PERSON: to.title()}
        await view.submit({label: value for label, value in fields.items() if value})
        return view.words

    async def _in_teams(self, by: str, move: str, _: str, said: str, to: str) -> str:
        card = await self._teams_card()
        form = await self.teams.press(card, "More…", by=by)
        inputs = {MOVE: move, WORDS: said, PERSON: to}
        return seen(await self.press_again(card, form, more.SEND, by=by, inputs=inputs))

    async def _in_the_browser(self, by: str, move: str, request_id: str, said: str, to: str) -> str:
        page = await self._page(by, request_id)
        [form] = [
            form for form in page.forms if form.action.endswith("/press") and "choice" not in form.fields
        ]
        return (await self.browsers[by].send(form, choice=move, words=said, to=to)).text

    async def _teams_card(self) -> Posted:
        return await self.teams.card(self.approvals, number=0)

    async def _page(self, by: str, request_id: str) -> Page:
        if by not in self.browsers:
            assert self._server is not None
            browser = self.browsers[by] = Browser(str(self._server.make_url("")))
            link = await self.app.sessions.create_link(by.lower())
            await browser.send((await browser.get(f"/sign-in/{link}")).forms[0])
        return await self.browsers[by].get(f"/requests/{request_id}")


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """A whole installation, with the app in the team."""
    async with Office(database_url, tmp_path) as world:
        await world.installs()
        yield world


async def shows(world: Office, *parts: str) -> None:
    """Every copy says it."""
    await (await world.slack.card("#support")).expect(*parts)
    await world.teams.expect(await world.teams.card(world.approvals, number=0), *parts)


@pytest.mark.parametrize("surface", SURFACES)
async def test_a_case_is_looked_into_asked_about_handed_over_and_escalated(
    world: Office, surface: str
) -> None:
    asked = await world.asked()
    assert "You look into it" in await world.does(surface, "Ann", "claim", asked)
    await shows(world, "Ann is looking into it")
    assert (await world.agent.sees(asked))["queue"]["held_by"] == "ann"

    await world.does(surface, "Ann", "ask", asked, words="Was it paid twice?")
    await shows(world, "Ann asked support-bot · no answer yet", "Was it paid twice?")
    await _answer(world, asked, "No, @channel once.")
    await shows(world, "support-bot answered Ann", "No, @channel once.")
    card = await world.slack.card("#support")
    assert card.mentioned == []
    assert "“No, @channel once.”" in card.replies[-1]

    told = await world.does(surface, "Ann", "hand_over", asked, to="ben", words="You know her.")
    assert "Handed over to Ben, who is told." in told
    await shows(world, "Ben is looking into it, handed over by Ann")
    await (await world.slack.card(f"@{BEN}")).expect("Refund 240.00 EUR for order 4892")
    assert (await world.agent.sees(asked))["queue"]["held_by"] == "ben"

    await world.does(surface, "Ben", "escalate", asked, words="Above my head.")
    leads = await world.teams.card(world.leads)
    await world.teams.expect(leads, "Ben on why it was escalated", "Above my head.")
    assert (await world.agent.sees(asked))["step"] == 2
    assert world.agent.told() == ["approval.question", "approval.escalated"]


async def _answer(world: Office, asked: str, text: str) -> None:
    """The agent answers what its last callback asked."""
    question = world.agent.callbacks[-1]["data"]["question"]
    assert (question["id"], question["text"], question["person"]) == ("q1", "Was it paid twice?", "ann")
    answer = {"text": text, "reply_to": question["id"]}
    assert (await world.agent.post(f"/v1/approvals/{asked}/messages", answer)).status == 200
    await world.later(minutes=1)


async def test_reminders_rest_while_somebody_looks_into_it_and_the_deadline_does_not(world: Office) -> None:
    asked = await world.asked()
    await world.does("web", "Ann", "claim", asked)
    await world.later(minutes=6)
    assert (await world.slack.card("#support")).replies == []
    await world.later(minutes=10)
    seen_by_agent = await world.agent.sees(asked)
    assert (seen_by_agent["step"], seen_by_agent["queue"]["held_by"]) == (2, None)


async def test_two_who_are_in_different_rooms_approve_together(world: Office) -> None:
    await world.policy_says("quorum: {approve: 1", "quorum: {approve: 2")
    asked = await world.asked()
    await world.approve("slack", "Ann", asked)
    await world.settles()
    await shows(world, "1 of 2 approved: Ann")
    for surface in ("teams", "web"):
        await world.approve(surface, "Ann", asked)
    assert [vote["person"] for vote in (await world.agent.sees(asked))["votes"]] == ["ann"]

    await world.does("web", "Ann", "withdraw", asked)
    await shows(world, "0 of 2 approved")
    await world.approve("teams", "Ben", asked)
    await world.approve("web", "Ann", asked)
    await world.later(minutes=1)
    await shows(world, "Approved by Ben and Ann")
    assert world.agent.told() == ["approval.approved"]


async def test_a_voter_who_left_the_policy_counts_no_longer(world: Office) -> None:
    await world.policy_says("quorum: {approve: 1", "quorum: {approve: 2")
    asked = await world.asked()
    await world.approve("slack", "Ann", asked)
    await world.policy_says("support: {members: [ann, ben, cat, zoe]}", "support: {members: [ben, cat, zoe]}")
    await world.approve("teams", "Ben", asked)
    assert (await world.agent.sees(asked))["status"] == "pending"
    card = await world.teams.press(await world.teams.card(world.approvals, number=0), "Details", by="Ben")
    assert "1 of 2 approved: Ben" in seen(card)
    assert "Ann approved" in words(card.json)


async def test_whoever_takes_over_is_named_to_the_agent_and_on_every_card(world: Office) -> None:
    asked = await world.asked()
    card = await world.slack.card("#support")
    await card.press("Reject", by=BEN)
    view = await world.slack.view(BEN, "Reject")
    await view.submit({"Why not?": "I take over from here"})
    await world.settles()
    await shows(world, "Ben took over")
    [callback] = world.agent.callbacks
    approval = callback["data"]["approval"]
    assert approval["message"] == ("A person has taken over this conversation; stop and hand it over to Ben.")
    assert approval["decision"]["taken_over_by"] == {"id": "ben", "name": "Ben"}
    assert (await world.agent.sees(asked))["decision"]["taken_over_by"]["id"] == "ben"
